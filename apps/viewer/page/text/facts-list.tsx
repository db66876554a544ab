import { Line } from './text.tsx'

/** Names and what they are, without those that are empty. */
export function FactsList({
  facts,
}: {
  facts: readonly (readonly [name: string, value: string | false | null | undefined])[]
}) {
  return (
    <dl class="facts-list">
      {facts.map(([name, value]) =>
        value ? (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Line value={value} field="error" />
            </dd>
          </div>
        ) : null,
      )}
    </dl>
  )
}
