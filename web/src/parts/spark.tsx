// The last minute as a line: a shape, not a chart. Gaps stay gaps.

const width = 120;
const height = 24;

/** Pieces of the line between gaps, as paths. */
function paths(values: (number | null)[], top: number): { line: string; area: string } {
  let line = '';
  let area = '';
  let start = -1;
  const x = (n: number) => ((n / Math.max(1, values.length - 1)) * width).toFixed(1);
  const y = (v: number) => (height - 2 - (v / top) * (height - 4)).toFixed(1);
  values.forEach((value, n) => {
    if (value === null) {
      start = -1;
      return;
    }
    line += `${start < 0 ? 'M' : 'L'}${x(n)} ${y(value)}`;
    if (start < 0) area += `M${x(n)} ${height}`;
    start = n;
    area += `L${x(n)} ${y(value)}`;
    if (n === values.length - 1 || values[n + 1] === null) area += `L${x(n)} ${height}Z`;
  });
  return { line, area };
}

export function Spark({ values, label }: { values: (number | null)[]; label: string }) {
  const knownValues = values.filter((value): value is number => value !== null);
  if (knownValues.length < 2) return <div class="spark" />;
  const { line, area } = paths(values, Math.max(...knownValues, 1e-9));
  return (
    <svg class="spark" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <path class="area" d={area} />
      <path class="line" d={line} />
    </svg>
  );
}
