import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Finished, ROOT, runNode } from '@codex/test-kit/run-node'
import { describe, expect, it } from 'vitest'
import { DEMO, type Variant } from './bundle.ts'

const APPLICATION = fileURLToPath(new URL('./application', import.meta.url))
const TSC = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc')
const CONDITION: Readonly<Record<Variant, readonly string[]>> = {
  otel: ['--customConditions', 'codex-otel'],
  noop: [],
}

/** A compiler takes several seconds by itself, and a multiple of that on a busy machine. */
const LIMIT_MS = 60_000

const check = (...args: string[]): Promise<Finished> => runNode([TSC, ...args], { cwd: ROOT, limitMs: LIMIT_MS })

describe.each(['otel', 'noop'] as const)('with the types of the build "%s"', variant => {
  it('an application compiles, with the same mistakes found, and what it imports has the same types', async () => {
    const project = join(APPLICATION, `tsconfig.${variant}.json`)
    expect(await check('-p', project)).toMatchObject({ code: 0, stdout: '' })
  })

  it('the demo compiles', async () => {
    expect(await check('-p', DEMO, '--noEmit', ...CONDITION[variant])).toMatchObject({ code: 0, stdout: '' })
  })

  it('an application compiles that checks libraries and has no types of Node', async () => {
    const { code, stdout } = await check(
      ...['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--allowImportingTsExtensions'],
      ...['--ignoreConfig', '--types', '', ...CONDITION[variant], join(APPLICATION, 'without-node-types.ts')],
    )
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  })

  it('#telemetry is that build and not the other', async () => {
    const { stdout } = await check(
      ...['--noEmit', '--listFilesOnly', '--skipLibCheck', '--module', 'nodenext', '--allowImportingTsExtensions'],
      ...['--ignoreConfig', ...CONDITION[variant], join(DEMO, 'src/telemetry.ts')],
    )
    expect(stdout.includes('packages/otel-sdk/dist/index.d.ts')).toBe(variant === 'otel')
    expect(stdout.includes('packages/otel-api/dist/noop.d.ts')).toBe(variant === 'noop')
  })
})
