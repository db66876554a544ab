import { useEffect, useState } from 'preact/hooks'
import type { QueryName } from '../../src/queries/queries.ts'
import { ask } from '../api/client.ts'
import { filled, type QueryValues } from './fill-query.ts'

export type { QueryValues } from './fill-query.ts'

const SHOWN_MS = 2_000

/** Copies the question as SQL that ClickHouse answers over the view `codex_events`. */
export function CopyQuery({ name, values }: { name: QueryName; values: QueryValues }) {
  const [state, setState] = useState('')
  useEffect(() => {
    if (state === '') return
    const timer = setTimeout(() => setState(''), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [state])
  if (!navigator.clipboard) return null
  const copy = async (): Promise<void> => {
    try {
      const [row] = await ask('clickhouse', { question: name })
      await navigator.clipboard.writeText(filled(row?.sql ?? '', values))
      setState(': done')
    } catch {
      setState(': it did not work')
    }
  }
  return (
    <button
      type="button"
      class="plain copy"
      title="SQL for ClickHouse, over the view codex_events"
      onClick={() => void copy()}
    >
      copy query
      <span role="status">{state}</span>
    </button>
  )
}
