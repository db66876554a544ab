import type { StartContender } from './start-contender.ts'
import { startStock } from './stock.ts'

const LARGE_QUEUE = 200_000

/** With a queue that takes the whole burst. */
export const start: StartContender = options => startStock(options, LARGE_QUEUE)
