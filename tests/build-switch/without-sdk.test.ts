import { join } from 'node:path'
import { type Finished, runNode } from '@codex/test-kit/run-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entryOf } from './bundle.ts'
import { type InstalledCopy, installCopy } from './installed-copy.ts'

describe('the demo where @codex/otel-sdk is not installed', () => {
  let copy: InstalledCopy
  let built: Finished
  let refused: Finished

  beforeAll(async () => {
    copy = installCopy({ without: ['@codex/otel-sdk'] })
    ;[built, refused] = await Promise.all([copy.runScript('build:noop'), copy.runScript('build:otel')])
  })
  afterAll(() => copy.remove())

  const run = (...args: string[]): Promise<Finished> =>
    runNode(args, { cwd: copy.directory, env: { CODEX_HOME: copy.directory, TERM: 'dumb' } })

  it('has really no such package', async () => {
    const { code, stderr } = await run('--input-type=module', '-e', 'await import("@codex/otel-sdk")')
    expect(code).toBe(1)
    expect(stderr).toContain("Cannot find package '@codex/otel-sdk'")
  })

  it('is built without the feature, and runs', async () => {
    expect(built).toMatchObject({ code: 0, stderr: '' })
    const cli = entryOf('noop', copy.directory)
    expect((await run(cli, '--version')).stdout).toMatch(/ \(-otel\)\n$/)
    const answer = await run(cli, 'exec', 'Say hello')
    expect(answer).toMatchObject({ code: 0, workers: 0 })
    expect(answer.stdout).toMatch(/^Hello!/)
  })

  it('is not built with the feature, and the message names what is missing', () => {
    expect(refused.code).not.toBe(0)
    expect(refused.stdout + refused.stderr).toMatch(/Could not resolve "#telemetry"|@codex\/otel-sdk/)
  })

  it('runs from its sources, too', async () => {
    const { code, stdout } = await run(join(copy.directory, 'src/cli.ts'), '--version')
    expect(code).toBe(0)
    expect(stdout).toMatch(/ \(-otel\)\n$/)
  })
})
