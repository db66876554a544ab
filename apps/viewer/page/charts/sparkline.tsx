const HEIGHT = 10

/** Values as bars without axes, small enough to stand in a line. What leads to them says what they are. */
export function Sparkline({ values }: { values: readonly number[] }) {
  const most = Math.max(1, ...values)
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${values.length} ${HEIGHT}`}
      preserveAspectRatio="none"
      style={{ width: `${values.length * 3}px` }}
      aria-hidden="true"
    >
      {values.map((value, index) => {
        const height = value === 0 ? 0 : Math.max(1, (HEIGHT * value) / most)
        return <rect key={index} x={index} y={HEIGHT - height} width="0.75" height={height} />
      })}
    </svg>
  )
}
