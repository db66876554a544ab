// Preloaded into the observed process: writes one byte to descriptor 3 for each worker thread that it starts.
import { writeSync } from 'node:fs'

process.on('worker', () => writeSync(3, 'w'))
