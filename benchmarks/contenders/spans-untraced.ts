import { startCodex } from './spans-codex.ts'
import type { StartSpansContender } from './spans-contender.ts'

/** This library where spans are not exported. */
export const start: StartSpansContender = options => startCodex(options, false)
