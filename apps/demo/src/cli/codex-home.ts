import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** The directory that the agent keeps its files in. */
export const codexHome = (): string => resolve(process.env.CODEX_HOME || join(homedir(), '.codex'))
