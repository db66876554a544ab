import { randomUUID } from 'node:crypto'

/** A store here keeps nothing after the end of the process, and reaches no disk. */
const MEMORY = /^(?::memory:$|file:\/[^?]*\?vfs=memdb$)/

/** A new store in memory, which the threads of this process share. */
export const newMemoryPath = (): string => `file:/codex-otel-viewer-${randomUUID()}?vfs=memdb`

export const isInMemory = (path: string): boolean => MEMORY.test(path)

/** Bytes that SQLite lets a store in memory have. */
export const MAX_MEMORY_BYTES = 1_073_741_824
