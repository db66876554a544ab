import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** The directory of the agent's files. */
export const codexHome = (): string => resolve(process.env.CODEX_HOME || join(homedir(), '.codex'))
