import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import type { SpoolRefusal } from '@codex/otel-api'

export interface EntryKind {
  name: string
  /** Under which reason the spool refuses it. */
  reason: SpoolRefusal
  /** Makes the entry; `elsewhere` is an empty directory outside of the spool. */
  plant(path: string, elsewhere: string): void | Promise<void>
  /** Only root can make it. */
  root?: true
}

const PRECIOUS = 'precious'

/** Everything that can have the name of a file in the spool and is no plain file of this user. */
export const ENTRY_KINDS: readonly EntryKind[] = [
  { name: 'a named pipe', reason: 'named-pipe', plant: path => void execFileSync('mkfifo', [path]) },
  { name: 'a socket', reason: 'socket', plant: plantSocket },
  { name: 'a directory', reason: 'directory', plant: path => void mkdirSync(path) },
  { name: 'a link to a file', reason: 'symbolic-link', plant: linkTo(precious) },
  { name: 'a link to a folder', reason: 'symbolic-link', plant: linkTo(elsewhere => elsewhere) },
  {
    name: 'a link that leads nowhere',
    reason: 'symbolic-link',
    plant: linkTo(elsewhere => join(elsewhere, 'nothing')),
  },
  { name: 'a link to an endless device', reason: 'symbolic-link', plant: linkTo(() => '/dev/zero') },
  { name: 'a hard link', reason: 'hard-link', plant: (path, elsewhere) => linkSync(precious(elsewhere), path) },
  {
    name: 'a device',
    reason: 'device',
    plant: path => void execFileSync('mknod', [path, 'c', '1', '5']),
    root: true,
  },
  {
    name: "another user's file",
    reason: 'other-user',
    plant(path) {
      writeFileSync(path, '')
      chownSync(path, 65_534, 65_534)
    },
    root: true,
  },
]

/** A file that no segment is as large as; it takes no space. */
export const TOO_LARGE: EntryKind = {
  name: 'a file that is larger than any segment',
  reason: 'too-large',
  plant(path) {
    writeFileSync(path, '')
    truncateSync(path, 1024 ** 3)
  },
}

/** Those of `ENTRY_KINDS` that this process can make: a container may keep even root from making a device. */
export const possibleKinds = (directory: string): EntryKind[] =>
  ENTRY_KINDS.filter(({ plant, root }) => {
    if (root !== true) return true
    try {
      void plant(join(mkdtempSync(join(directory, 'try-')), 'entry'), directory)
      return true
    } catch {
      return false
    }
  })

/** The path of a socket that is bound has at most 107 bytes, so the socket is bound in another place and moved. */
async function plantSocket(path: string, elsewhere: string): Promise<void> {
  const short = join(mkdtempSync(join(dirname(elsewhere), 's-')), 's')
  const server = createServer().listen(short)
  await once(server, 'listening')
  renameSync(short, path)
  server.close()
  await once(server, 'close')
}

function linkTo(target: (elsewhere: string) => string): EntryKind['plant'] {
  return (path, elsewhere) => symlinkSync(target(elsewhere), path)
}

/** A file outside of the spool that must stay as it is. */
function precious(elsewhere: string): string {
  const path = join(mkdtempSync(join(elsewhere, 'kept-')), PRECIOUS)
  writeFileSync(path, PRECIOUS)
  return path
}
