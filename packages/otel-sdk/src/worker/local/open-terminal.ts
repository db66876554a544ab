import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync } from 'node:fs'
import { isatty } from 'node:tty'

/**
 * Opens the terminal once more that a descriptor is of, for writes that do not wait: where a user has stopped the output
 * (Ctrl-S), a write to the descriptor itself would hold the thread, and the end of the process with it. To change the
 * descriptor would change it for the application and its children. `undefined` where it is of no terminal, or of one that
 * cannot be opened.
 */
export function openTerminal(descriptor: number): number | undefined {
  if (constants.O_NONBLOCK === undefined || !isatty(descriptor)) return undefined
  try {
    const { rdev } = fstatSync(descriptor)
    const path = process.platform === 'linux' ? `/proc/self/fd/${descriptor}` : deviceOf(rdev)
    if (path === undefined) return undefined
    const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    if (fstatSync(fd).rdev === rdev) return fd
    closeSync(fd)
  } catch {
    // A terminal of another user's, or a system without `/proc`.
  }
  return undefined
}

/** The path of a terminal, by the number of its device. */
function deviceOf(rdev: number): string | undefined {
  const paths = readdirSync('/dev').flatMap(name => (name.startsWith('tty') ? [`/dev/${name}`] : []))
  return paths.find(path => lstatSync(path, { throwIfNoEntry: false })?.rdev === rdev)
}
