import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A search path with no sandbox that works, so that commands are asked about on every machine. */
export const PATH_WITHOUT_SANDBOX: string = [
  fileURLToPath(new URL('no-sandbox', import.meta.url)),
  process.env.PATH ?? '/usr/bin:/bin',
].join(delimiter)
