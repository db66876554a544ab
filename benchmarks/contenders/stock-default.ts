import type { StartContender } from './start-contender.ts'
import { startStock } from './stock.ts'

/** With the queue that it has by default: 2,048 records. */
export const start: StartContender = options => startStock(options)
