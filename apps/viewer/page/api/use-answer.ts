import { useEffect, useRef, useState } from 'preact/hooks'
import type { Answers, Parameters, QueryName } from '../../src/queries/queries.ts'
import { ask } from './client.ts'
import { removals } from './live.ts'

/** What is known of an answer: the rows stay while they are asked for again. */
export interface Answer<T> {
  rows: T | undefined
  error: string | undefined
}

/**
 * Asks a question when its parameters or `version` change, or sessions are removed; `undefined` asks nothing. The rows of other parameters are not
 * shown; those of an older version are, until the new ones are there.
 */
export function useAnswer<N extends QueryName>(
  name: N,
  parameters: Parameters[N] | undefined,
  version: number = 0,
): Answer<Answers[N]> {
  const key = parameters && JSON.stringify(parameters)
  const [state, setState] = useState<Answer<Answers[N]> & { key: string | undefined }>({
    key: undefined,
    rows: undefined,
    error: undefined,
  })
  const asked = useRef(parameters)
  asked.current = parameters
  useEffect(() => {
    const current = asked.current
    if (!current) return
    const controller = new AbortController()
    ask(name, current, controller.signal).then(
      rows => setState({ key, rows, error: undefined }),
      error => {
        if (!controller.signal.aborted) setState(before => ({ ...before, key, error: (error as Error).message }))
      },
    )
    return () => controller.abort()
  }, [name, key, version, removals.value])
  return state.key === key ? state : { rows: undefined, error: undefined }
}
