import { useAnswer } from '../api/use-answer.ts'
import { query, setQuery } from '../shell/router.ts'
import { PERIODS, readQuery } from './scope.ts'

/** The period, the model and the agent that the screen is about; all of them are in its address. */
export function ScopeBar() {
  const { rows = [] } = useAnswer('facets', {})
  const { period, scope } = readQuery(query.value, 0)
  return (
    <div class="scope-bar">
      <div class="segments" role="group" aria-label="Period">
        {PERIODS.map(({ key, name, words }) => (
          <button
            key={key}
            type="button"
            aria-pressed={key === period.key}
            title={words}
            onClick={() => setQuery({ from: key })}
          >
            {name}
          </button>
        ))}
      </div>
      <Choice name="model" plural="models" value={scope.model} values={valuesOf(rows, 'model')} />
      <Choice name="agent" plural="agents" value={scope.agent} values={valuesOf(rows, 'agent')} />
    </div>
  )
}

const valuesOf = (rows: readonly { facet: string; value: string }[], wanted: string): string[] =>
  rows.filter(({ facet }) => facet === wanted).map(({ value }) => value)

function Choice(props: { name: string; plural: string; value: string; values: readonly string[] }) {
  const { name, plural, value, values } = props
  // What the address asks for can be chosen even where the store has nothing of it.
  const all = value === '' || values.includes(value) ? values : [value, ...values]
  return (
    <label>
      <span class="hidden">{name}</span>
      <select value={value} onChange={event => setQuery({ [name]: event.currentTarget.value || undefined })}>
        <option value="">all {plural}</option>
        {all.map(one => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  )
}
