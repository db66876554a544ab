// This file uses only syntax that old versions of Node can read, as `cli.ts` does.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Whether this Node is too old for the program, which needs 22.15. */
export function isTooOld(version: string): boolean {
  const parts = version.split('.')
  const major = Number(parts[0])
  return major < 22 || (major === 22 && Number(parts[1]) < 15)
}

/** The message about a Node that is too old. It names the Node of the checkout that `file`, the program, is in. */
export function tooOldMessage(version: string, file: string): string {
  const first = `codex-demo needs Node 22.15 or newer; this is ${version}.\n`
  const bin = binOfCheckout(dirname(file))
  if (bin === undefined) return first
  return `${first}This checkout has a newer one: ${join(bin, 'node')} ${file}\nFor the shell: export PATH=${bin}:$PATH\n`
}

function binOfCheckout(directory: string): string | undefined {
  const bin = join(directory, 'node_modules', '.bin')
  if (existsSync(join(directory, 'pnpm-workspace.yaml')) && existsSync(join(bin, 'node'))) return bin
  const parent = dirname(directory)
  return parent === directory ? undefined : binOfCheckout(parent)
}
