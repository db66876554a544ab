import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from './run-node.ts'

const run = promisify(execFile)

/**
 * Installs a folder that is a pnpm workspace of its own, at the versions of its lockfile and once per change of it. What is large
 * and wanted by one command alone is not installed with the repository.
 * @param message is printed before an installation
 */
export async function installApart(directory: string, message: string): Promise<void> {
  const stampFile = join(directory, 'node_modules', '.installed')
  const stamp = createHash('sha256')
    .update(readFileSync(join(directory, 'pnpm-lock.yaml')))
    .digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  process.stdout.write(`${message}\n`)
  await run(join(ROOT, 'node_modules/.bin/pnpm'), ['install', '--frozen-lockfile', '--prefer-offline'], {
    cwd: directory,
    env: { ...process.env, CI: 'true' },
  })
  writeFileSync(stampFile, stamp)
}
