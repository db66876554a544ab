import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installApart } from '@codex/test-kit/install-apart'

const DIRECTORY = fileURLToPath(new URL('..', import.meta.url))

/** Where the bundlers, runtimes and test runners are installed: not with the rest of the repository, for they are large. */
export const TOOLS: string = join(DIRECTORY, 'node_modules')

export const installTools = (): Promise<void> =>
  installApart(DIRECTORY, 'Installing the bundlers and runtimes of tests/foreign/package.json (once, 650 MB) ...')

/** The version of an installed tool; `undefined` where it is not made for this machine. */
export function versionOf(packageName: string): string | undefined {
  const manifest = join(TOOLS, packageName, 'package.json')
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version.replace(/^v/, '') : undefined
}

/** The programs that commands begin with, by their names; those of packages without a binary of their own run on this Node. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  esbuild: [process.execPath, join(TOOLS, 'esbuild/bin/esbuild')],
  rollup: [process.execPath, join(TOOLS, 'rollup/dist/bin/rollup')],
  webpack: [process.execPath, join(TOOLS, 'webpack-cli/bin/cli.js')],
  vite: [process.execPath, join(TOOLS, 'vite/bin/vite.js')],
  tsup: [process.execPath, join(TOOLS, 'tsup/dist/cli-default.js')],
  tsdown: [process.execPath, join(TOOLS, 'tsdown/dist/run.mjs')],
  vitest: [process.execPath, join(TOOLS, 'vitest/vitest.mjs')],
  tsc: [process.execPath, join(TOOLS, 'typescript/bin/tsc')],
  jest: [process.execPath, '--experimental-vm-modules', join(TOOLS, 'jest/bin/jest.js')],
  bun: [join(TOOLS, `@oven/bun-linux-${process.arch === 'x64' ? 'x64' : 'aarch64'}/bin/bun`)],
  deno: [join(TOOLS, `@deno/linux-${process.arch}-glibc/deno`)],
  node: [process.execPath],
  'node-22': [join(TOOLS, `node-22-linux-${process.arch}/bin/node`)],
  'node-26': [join(TOOLS, `node-26-linux-${process.arch}/bin/node`)],
}

/** A command as it is written, with the program in the place of its name. */
export function commandLine(text: string): string[] {
  const [name = '', ...args] = text.split(' ')
  return [...(PROGRAMS[name] ?? [name]), ...args]
}
