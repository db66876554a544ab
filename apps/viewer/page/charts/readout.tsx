/** One measure of a chart: its name, its colour and how its values are written. */
export interface Measure {
  name: string
  /** A class of charts.css, such as `c-1`. */
  colour: string
  format(value: number): string
}

/** The measures of a chart with their values where the pointer is, or of the whole period. */
export function Readout(props: { measures: readonly Measure[]; values: readonly (number | null)[]; where: string }) {
  return (
    <p class="readout" aria-hidden="true">
      <span class="where">{props.where}</span>
      {props.measures.map(({ name, colour, format }, index) => {
        const value = props.values[index]
        return (
          <span key={name} class="measure">
            <span class={`swatch ${colour}`} />
            {name} <strong>{value === null || value === undefined ? '-' : format(value)}</strong>
          </span>
        )
      })}
    </p>
  )
}
