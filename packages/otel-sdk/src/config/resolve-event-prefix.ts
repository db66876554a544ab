import type { ConfigProblem } from '@codex/otel-api'
import { isPrefix, PREFIX_FORM } from '../catalogue/own-names.ts'
import { optionProblem } from './option-problem.ts'

/** What the application's own events begin with, where it says so; or what is wrong with it. */
export interface ResolvedPrefix {
  eventPrefix?: string
  problems: readonly ConfigProblem[]
}

/** `given` is not shown: a name may be made of anything. */
export function resolveEventPrefix(given: unknown, file: string): ResolvedPrefix {
  if (given === undefined || given === null) return { problems: [] }
  if (isPrefix(given)) return { eventPrefix: given, problems: [] }
  const found = typeof given === 'string' ? 'another text (hidden)' : `a value of the type ${typeof given}`
  const details = { found, allowed: PREFIX_FORM, consequence: 'it counts as not given' }
  return { problems: [optionProblem('eventPrefix', file, details)] }
}
