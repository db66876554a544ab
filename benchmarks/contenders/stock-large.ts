import { LARGE_QUEUE } from './large-queue.ts'
import type { StartContender } from './start-contender.ts'
import { startStock } from './stock.ts'

/** With a queue that takes the whole burst. */
export const start: StartContender = options => startStock(options, LARGE_QUEUE)
