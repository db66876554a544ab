import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file system of its own, in memory. */
export interface SmallDisk extends Disposable {
  readonly path: string
  /** Changes its options, for example to `ro` or `size=1m`. */
  remount(options: string): void
}

/** Mounts one; `undefined` where this user may not. */
export function mountSmallDisk(options: string): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'codex-otel-disk-'))
  if (!run('mount', '-t', 'tmpfs', '-o', options, 'none', path)) {
    rmSync(path, { recursive: true })
    return undefined
  }
  return {
    path,
    remount: changed => void run('mount', '-o', `remount,${changed}`, path),
    [Symbol.dispose]() {
      run('umount', path)
      rmSync(path, { recursive: true })
    },
  }
}

const run = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0
