/** One of a few, as a row of buttons. */
export function Choice<Value extends string>(props: {
  label: string;
  options: [Value, string][];
  chosen: Value;
  onChoose: (value: Value) => void;
}) {
  const { label, options, chosen, onChoose } = props;
  return (
    <div class="choice" role="group" aria-label={label}>
      {options.map(([value, text]) => (
        <button key={value} type="button" aria-pressed={value === chosen} onClick={() => onChoose(value)}>
          {text}
        </button>
      ))}
    </div>
  );
}
