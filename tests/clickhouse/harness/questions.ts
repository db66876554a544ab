import type { Dialect } from '../../../apps/viewer/src/queries/dialect.ts'
import { COMMON_SQL } from '../../../apps/viewer/src/queries/queries.ts'
import { sessionsFromEvents } from '../../../apps/viewer/src/queries/sessions.ts'

type Parameters = Readonly<Record<string, string | number>>

export interface Question {
  name: string
  sql: (dialect: Dialect) => string
}

/** @param columns of the view */
export const questions = (columns: readonly string[]): Question[] => [
  { name: 'every event', sql: () => `SELECT ${columns.join(', ')} FROM codex_events ORDER BY time_ms, event_id` },
  { name: 'sessionsFromEvents', sql: sessionsFromEvents },
  ...Object.entries(COMMON_SQL).map(([name, sql]) => ({ name, sql })),
]

/** What is in the databases. */
export interface Known {
  sessions: readonly string[]
  /** Of all events, in milliseconds. */
  first: number
  last: number
  model: string
  agent: string
}

/**
 * The parameters with which a question is asked: the first value of each, and then each of the others beside those.
 * @throws Error for a parameter that has no values here
 */
export function parametersFor(names: readonly string[], { sessions, first, last, model, agent }: Known): Parameters[] {
  const half = Math.floor((first + last) / 2)
  const values: Readonly<Record<string, readonly Parameters[]>> = {
    from: [
      { from: 0, to: 8.64e15 },
      { from: first, to: half },
      { from: half, to: last },
    ],
    model: [
      { model: '', agent: '' },
      { model, agent: '' },
      { model: '', agent },
    ],
    session: [...sessions, 'a session that is not there'].map(session => ({ session })),
    stream: [{ stream: 0 }, { stream: 1 }],
    limit: [{ limit: 1_000_000 }],
    offset: [{ offset: 0 }, { offset: 20 }],
    // The ids of events are not the same.
    after: [{ after: 0 }],
    // Given with the ones above.
    to: [],
    agent: [],
  }
  const given = names.map(name => {
    const list = values[name]
    if (!list)
      throw new Error(`no values for the parameter ${name}; name some in tests/clickhouse/harness/questions.ts`)
    return list
  })
  const usual = Object.assign({}, ...given.map(([first]) => first)) as Parameters
  return [usual, ...given.flatMap(([, ...others]) => others.map(other => ({ ...usual, ...other })))]
}
