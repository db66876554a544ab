import type { RecordRow } from '../../src/queries/record.ts'
import { useAnswer } from '../api/use-answer.ts'
import { CopyButton } from '../shell/copy-button.tsx'
import { Block } from '../text/text.tsx'
import { withheld } from '../text/visible.ts'
import { outputBody } from './entries.ts'

/** The texts of an event in full, once they are there. */
export function EntryTexts({ event, agent }: { event: number; agent: string }) {
  const { rows, error } = useAnswer('record', { event })
  if (error !== undefined) return <p class="bad">{error}</p>
  const [record] = rows ?? []
  return record ? <RecordTexts record={record} agent={agent} /> : <p class="muted">loading…</p>
}

const FIELDS = ['prompt', 'arguments', 'output', 'error'] as const

export function RecordTexts({ record, agent }: { record: RecordRow; agent: string }) {
  const fields = FIELDS.filter(field => record[field] !== null)
  return (
    <div class="texts">
      {fields.map(field => {
        const text = record[field] ?? ''
        return (
          <section key={field} aria-label={field}>
            <p class="text-name">
              {field === 'error' ? 'error text' : field}
              {field === 'output' && record.output_truncated === 1 ? (
                <span class="chip">
                  cut by the agent: {new TextEncoder().encode(text).length} bytes of it were sent
                </span>
              ) : null}
              {withheld(text) ? null : <CopyButton text={text} />}
            </p>
            <Block value={readable(field, text)} field={field} length={record.prompt_length} agent={agent} />
          </section>
        )
      })}
    </div>
  )
}

/** Arguments with line breaks, and output from where the command's own begins. */
function readable(field: (typeof FIELDS)[number], text: string): string {
  if (field === 'output') return outputBody(text) || text
  if (field !== 'arguments') return text
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' ? JSON.stringify(value, undefined, 2) : text
  } catch {
    return text
  }
}
