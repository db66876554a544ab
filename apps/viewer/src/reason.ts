import { getSystemErrorMessage } from 'node:util'

/** What went wrong, in words: of an error of the operating system without its code, the call and the path. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { errno, syscall } = error as NodeJS.ErrnoException
  return errno !== undefined && syscall !== undefined ? (getSystemErrorMessage(errno) ?? error.message) : error.message
}
