// uPlot as this page uses it: lines or candles over bars of volume. Loaded when the first chart is shown.
import uPlot from 'uplot';
import type { Zone } from '../settings';

export interface Candles {
  o: (number | null)[];
  h: (number | null)[];
  l: (number | null)[];
  c: (number | null)[];
}

export interface PlotData {
  t: number[];
  lines: { label: string; values: (number | null)[]; spanGaps?: boolean }[];
  candles: Candles | null;
  bars: (number | null)[] | null;
}

export interface PlotOptions {
  height: number;
  zone: Zone;
  /** Whether x is time; else it is a number. */
  time: boolean;
  y: (value: number) => string;
  /** Bounds of y, or null to fit the data. */
  range: [number, number] | null;
  onCursor: (index: number | null) => void;
}

export interface Plot {
  update: (data: PlotData) => void;
  /** Moves the cursor by so many points. */
  step: (by: number) => void;
  /** Zooms around the middle; below 1 comes closer. */
  zoom: (factor: number) => void;
  whole: () => void;
  destroy: () => void;
}

const dashes = [[], [6, 3], [2, 3], [8, 3, 2, 3], [4, 2], [1, 2]];
const font = '12px system-ui, sans-serif';

/** Colours of the canvas, as the style sheet has them for this theme. */
function inkOf(host: HTMLElement): (name: string) => string {
  const probe = host.appendChild(document.createElement('i'));
  const found = new Map<string, string>();
  return (name) => {
    if (!found.has(name)) {
      probe.style.color = `var(--${name})`;
      found.set(name, getComputedStyle(probe).color);
    }
    return found.get(name)!;
  };
}

type Ink = ReturnType<typeof inkOf>;

const lineInk = (ink: Ink, n: number) => ink(n < 6 ? `chart-${n + 1}` : 'faint');

/** 24 h, day before month: uPlot's own are American. Step, text, then what the first of a year or day adds. */
const timeFormats: uPlot.Axis.DynamicValues | (string | number | null)[][] = [
  [31_536_000, '{YYYY}', null, null, null, null, null, null, 1],
  [2_419_200, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [86_400, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [60, '{HH}:{mm}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
  [1, '{HH}:{mm}:{ss}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
];

function axes(ink: Ink, options: PlotOptions): uPlot.Axis[] {
  const shared = { stroke: ink('muted'), font, ticks: { show: false } };
  const x: uPlot.Axis = { ...shared, grid: { show: false }, space: 70 };
  if (options.time) x.values = timeFormats as uPlot.Axis['values'];
  const y: uPlot.Axis = {
    ...shared,
    grid: { stroke: ink('line'), width: 1 },
    values: (_, values) => values.map((value) => options.y(value)),
    size: (u, values) => yWidth(u, values),
    gap: 8,
    space: 44,
  };
  return [x, y];
}

function yWidth(u: uPlot, values: string[] | null): number {
  const longest = (values ?? []).reduce((a, b) => (b.length > a.length ? b : a), '');
  u.ctx.save();
  u.ctx.font = font;
  const width = u.ctx.measureText(longest).width;
  u.ctx.restore();
  return Math.ceil(width) + 16;
}

function series(ink: Ink, data: PlotData): uPlot.Series[] {
  const all: uPlot.Series[] = [{}];
  if (data.candles) {
    for (const label of ['open', 'high', 'low', 'close'])
      all.push({ label, stroke: ink('chart-1'), paths: () => null, points: { show: false } });
  }
  data.lines.forEach((line, n) => {
    all.push({
      label: line.label,
      stroke: lineInk(ink, n),
      width: n === 0 ? 2 : 1.5,
      dash: dashes[n % dashes.length],
      spanGaps: line.spanGaps ?? false,
      points: { show: false },
    });
  });
  if (data.bars) {
    const paths = uPlot.paths.bars!({ size: [0.7, 24], align: 1 });
    all.push({ label: 'volume', scale: 'v', fill: ink('volume'), width: 0, paths, points: { show: false } });
  }
  return all;
}

function columns(data: PlotData): uPlot.AlignedData {
  const { candles } = data;
  return [
    data.t,
    ...(candles ? [candles.o, candles.h, candles.l, candles.c] : []),
    ...data.lines.map((line) => line.values),
    ...(data.bars ? [data.bars] : []),
  ] as uPlot.AlignedData;
}

/** Hollow when it rose, filled when it fell: no colour is needed to tell. */
function drawCandles(u: uPlot, ink: Ink): void {
  const [t, open, high, low, close] = u.data as unknown as (number | null)[][];
  const { ctx } = u;
  const [from, to] = u.series[0].idxs!;
  // Steps without a trade are not there: the shortest is the length of a step.
  const step = t.reduce<number>((least, at, n) => (n ? Math.min(least, at! - t[n - 1]!) : least), Infinity);
  const gap = t.length > 1 ? u.valToPos(t[0]! + step, 'x', true) - u.valToPos(t[0]!, 'x', true) : 12;
  const wide = Math.max(1, Math.min(14 * devicePixelRatio, gap * 0.6));
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = ink('chart-1');
  ctx.lineWidth = Math.max(1, devicePixelRatio);
  for (let n = from; n <= to; n += 1) {
    if (close[n] === null || open[n] === null) continue;
    const x = Math.round(u.valToPos(t[n]!, 'x', true));
    const at = (value: number) => Math.round(u.valToPos(value, 'y', true));
    const top = at(Math.max(open[n]!, close[n]!));
    const bottom = at(Math.min(open[n]!, close[n]!));
    ctx.beginPath();
    ctx.moveTo(x, at(high[n]!));
    ctx.lineTo(x, top);
    ctx.moveTo(x, bottom);
    ctx.lineTo(x, at(low[n]!));
    ctx.stroke();
    if (close[n]! < open[n]!) ctx.fillRect(x - wide / 2, top, wide, Math.max(1, bottom - top));
    else ctx.strokeRect(x - wide / 2, top, wide, Math.max(1, bottom - top));
  }
  ctx.restore();
}

/** The name of each line beside its end, pushed apart where they meet. */
function drawLabels(u: uPlot, data: PlotData, ink: Ink): void {
  if (data.candles || data.lines.length < 2) return;
  const { ctx } = u;
  const ratio = devicePixelRatio;
  const labels = data.lines.slice(0, 6).flatMap((line, n) => {
    const last = line.values.findLastIndex((value) => value !== null);
    return last < 0 ? [] : [{ n, text: line.label, y: u.valToPos(line.values[last]!, 'y', true) }];
  });
  labels.sort((a, b) => a.y - b.y);
  for (let n = 1; n < labels.length; n += 1) labels[n].y = Math.max(labels[n].y, labels[n - 1].y + 15 * ratio);
  ctx.save();
  ctx.font = `600 ${12 * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  const room = labelRoom - 10;
  for (const { n, text, y } of labels) {
    ctx.fillStyle = lineInk(ink, n);
    ctx.fillText(fit(ctx, text, room * ratio), u.bbox.left + u.bbox.width + 8 * ratio, y);
  }
  ctx.restore();
}

const labelRoom = 92;

function fit(ctx: CanvasRenderingContext2D, text: string, room: number): string {
  let shown = text.slice(0, 24);
  if (ctx.measureText(shown).width <= room && shown === text) return shown;
  while (shown.length > 1 && ctx.measureText(`${shown}…`).width > room) shown = shown.slice(0, -1);
  return `${shown}…`;
}

/** A little more than the data; far more where they hardly differ, for which uPlot would look for ticks for ever. */
function fitted(_: uPlot, min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1];
  const pad = Math.abs(max) * 0.05 || 1;
  if (max - min < Math.abs(max) * 1e-6) return [min - pad, max + pad];
  return uPlot.rangeNum(min, max, 0.1, true) as [number, number];
}

export function mountPlot(host: HTMLElement, first: PlotData, options: PlotOptions): Plot {
  const ink = inkOf(host);
  let data = first;
  let zoomed = false;
  const labelled = data.lines.length > 1 && host.clientWidth > 480;
  const range = options.range;
  const u = new uPlot(
    {
      width: host.clientWidth,
      height: options.height,
      padding: [12, labelled ? labelRoom : 12, 0, 0],
      legend: { show: false },
      tzDate: (seconds) =>
        options.zone === 'utc' ? uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') : new Date(seconds * 1000),
      scales: {
        x: { time: options.time },
        y: { range: range ? () => range : fitted },
        v: { range: (_, __, most) => [0, Math.max(1, most) * 5] },
      },
      cursor: {
        drag: { x: true, y: false },
        points: { size: 7, fill: (plot, n) => String((plot.series[n].stroke as () => string)?.() ?? '') },
        y: false,
      },
      axes: axes(ink, options),
      series: series(ink, data),
      hooks: {
        draw: [(plot) => data.candles && drawCandles(plot, ink), (plot) => labelled && drawLabels(plot, data, ink)],
        setCursor: [(plot) => options.onCursor(plot.cursor.idx ?? null)],
        setSelect: [(plot) => (zoomed = zoomed || plot.select.width > 0)],
      },
    },
    columns(data),
    host,
  );
  const resized = new ResizeObserver(() => u.setSize({ width: host.clientWidth, height: options.height }));
  resized.observe(host);

  const whole = () => {
    zoomed = false;
    u.setScale('x', { min: data.t[0], max: data.t[data.t.length - 1] });
  };
  const removePinch = pinchZoom(u, () => (zoomed = true));
  return {
    whole,
    update(next) {
      data = next;
      u.setData(columns(next), !zoomed);
    },
    step(by) {
      const last = data.t.length - 1;
      const at = Math.min(last, Math.max(0, (u.cursor.idx ?? (by > 0 ? -1 : last + 1)) + by));
      u.setCursor({ left: u.valToPos(data.t[at], 'x'), top: u.over.clientHeight / 2 });
    },
    zoom(factor) {
      const { min, max } = u.scales.x;
      scaleAround(u, (min! + max!) / 2, factor);
      zoomed = true;
    },
    destroy() {
      removePinch();
      resized.disconnect();
      u.destroy();
      host.replaceChildren();
    },
  };
}

function scaleAround(u: uPlot, middle: number, factor: number): void {
  const { min, max } = u.scales.x;
  const t = u.data[0];
  const from = Math.max(t[0], middle - (middle - min!) * factor);
  const to = Math.min(t[t.length - 1], middle + (max! - middle) * factor);
  if (to > from) u.setScale('x', { min: from, max: to });
}

/** Two fingers zoom; one scrolls the page as everywhere. */
function pinchZoom(u: uPlot, onZoom: () => void): () => void {
  let apart = 0;
  const distance = (touches: TouchList) => Math.abs(touches[0].clientX - touches[1].clientX);
  const start = (event: TouchEvent) => {
    apart = event.touches.length === 2 ? distance(event.touches) : 0;
  };
  const move = (event: TouchEvent) => {
    if (event.touches.length !== 2 || apart < 10) return;
    event.preventDefault();
    const now = Math.max(10, distance(event.touches));
    const left = (event.touches[0].clientX + event.touches[1].clientX) / 2 - u.over.getBoundingClientRect().left;
    scaleAround(u, u.posToVal(left, 'x'), apart / now);
    apart = now;
    onZoom();
  };
  u.over.addEventListener('touchstart', start, { passive: true });
  u.over.addEventListener('touchmove', move, { passive: false });
  return () => {
    u.over.removeEventListener('touchstart', start);
    u.over.removeEventListener('touchmove', move);
  };
}
