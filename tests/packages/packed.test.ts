import { execFile } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startReceiver } from '@codex/otlp-receiver'
import { servePackages } from '@codex/test-kit/package-registry'
import { runNode } from '@codex/test-kit/run-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packAll, type Tarball } from '../../scripts/packages/pack-all.ts'
import { publicPackages, ROOT } from '../../scripts/packages/public-packages.ts'
import { packedManifest } from '../../scripts/packages/verify-tarballs.ts'

const run = promisify(execFile)

const directory = mkdtempSync(join(realpathSync(tmpdir()), 'codex-otel-packed-'))
const packed = join(directory, 'packed')
let tarballs: readonly Tarball[] = []

beforeAll(async () => {
  tarballs = await packAll(packed)
})

afterAll(() => rmSync(directory, { recursive: true }))

describe('the tarballs of the published packages', () => {
  it('are one for each package below packages/ and apps/ that is not private', () => {
    expect(tarballs.map(({ source }) => source.name)).toEqual([
      '@codex/auth',
      '@codex/otel-api',
      '@codex/otel-sdk',
      '@codex/otlp-receiver',
      'codex-otel-viewer',
    ])
  })

  it('depend on each other by a range that the version of the workspace is in', async () => {
    const sdk = tarballs.find(({ source }) => source.name === '@codex/otel-sdk') as Tarball
    expect((await packedManifest(sdk)).dependencies).toEqual({ '@codex/otel-api': `^${sdk.source.version}` })
  })
})

describe('npm pack', () => {
  it('is refused in each of them with a sentence that says what to run instead', async () => {
    const refusals = publicPackages().map(async ({ manifest, directory: cwd }) => {
      const refused = await run('npm', ['pack', '--dry-run'], { cwd }).catch(error => error)
      expect(refused.code).toBe(1)
      expect(refused.stderr).toContain(`${manifest.name} is packed by "npm run pack" and published by`)
    })
    await Promise.all(refusals)
  })
})

describe('an application that installs the packages from a registry', () => {
  it('gets the real telemetry with the build condition, and the no-op without it', async () => {
    const application = mkdtempSync(join(directory, 'application-'))
    await using registry = await servePackages(packed)
    writeFileSync(join(application, '.npmrc'), registry.npmrc)
    const imports = { '#telemetry': { 'codex-otel': '@codex/otel-sdk', default: '@codex/otel-api/noop' } }
    writeFileSync(join(application, 'package.json'), JSON.stringify({ type: 'module', imports }))
    await using receiver = await startReceiver()
    const exporter = { 'otlp-http': { endpoint: receiver.logsUrl, protocol: 'binary' } }
    const options = {
      config: { exporter, shutdown_timeout_ms: 10_000 },
      codexHome: application,
      serviceVersion: '1.0.0',
    }
    writeFileSync(
      join(application, 'main.js'),
      `import { createTelemetry, telemetryIncluded } from '#telemetry'
const telemetry = createTelemetry(${JSON.stringify(options)})
const conversationId = '0199a213-81c0-7800-8aa1-bbab2a035a53'
const session = telemetry.session({ conversationId, model: 'm', originator: 'my_agent', terminalType: 'xterm' })
session.emit('codex.user_prompt', { prompt: 'Hello.' })
await telemetry.shutdown()
console.log(telemetryIncluded)
`,
    )
    const install = ['install', '--no-audit', '--no-fund', '--cache', join(directory, 'cache')]
    await run('npm', [...install, '@codex/otel-api', '@codex/otel-sdk'], { cwd: application })
    expect(registry.requested).toEqual(expect.arrayContaining(['@codex/otel-api', '@codex/otel-sdk']))

    const noop = await runNode(['main.js'], { cwd: application })
    expect(noop).toMatchObject({ code: 0, stdout: 'false\n', stderr: expect.stringContaining('codex-otel') })
    const real = await runNode(['--conditions=codex-otel', 'main.js'], { cwd: application })
    expect(real).toMatchObject({ code: 0, stdout: 'true\n', stderr: '' })
    expect(receiver.logs.map(({ eventName }) => eventName)).toEqual(['codex.user_prompt'])
  })

  it('compiles without skipLibCheck and emits declarations, where pnpm lets it see nothing but what it names itself', async () => {
    const application = mkdtempSync(join(directory, 'strict-'))
    await using registry = await servePackages(packed)
    writeFileSync(join(application, '.npmrc'), registry.npmrc)
    const imports = { '#telemetry': { 'codex-otel': '@codex/otel-sdk', default: '@codex/otel-api/noop' } }
    writeFileSync(join(application, 'package.json'), JSON.stringify({ name: 'strict', type: 'module', imports }))
    writeFileSync(
      join(application, 'telemetry.ts'),
      `import { createTelemetry } from '#telemetry'
import { createTestTelemetry } from '@codex/otel-sdk/testing'
export const telemetry = createTelemetry({ config: undefined, codexHome: '.', serviceVersion: '1.0.0' })
export const tested = createTestTelemetry()
declare module '@codex/otel-api' {
  interface OwnEvents {
    'my_agent.plan_changed': { steps: number }
  }
}
const options = { conversationId: '', model: '', originator: 'my_agent', terminalType: '' }
telemetry.session(options).emit('my_agent.plan_changed', { steps: 3 })
// @ts-expect-error
telemetry.session(options).emit('my_agent.plan_changed', { steps: 'three' })
`,
    )
    const packages = ['@codex/otel-api', '@codex/otel-sdk']
    const store = ['--store-dir', join(directory, 'store'), '--silent']
    await run(join(ROOT, 'node_modules/.bin/pnpm'), ['add', ...store, ...packages], { cwd: application })
    for (const [module, condition] of [
      ['NodeNext', []],
      ['NodeNext', ['--customConditions', 'codex-otel']],
      ['ESNext', ['--moduleResolution', 'bundler']],
    ] as const) {
      const types = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--types', 'node']
      const target = ['--target', 'ES2023', '--lib', 'ES2023,ESNext.Disposable', '--module', module, ...condition]
      const strict = ['--strict', '--exactOptionalPropertyTypes', '--declaration', '--outDir', 'out']
      const tsc = join(ROOT, 'node_modules/.bin/tsc')
      const { stdout } = await run(tsc, [...types, ...target, ...strict, 'telemetry.ts'], { cwd: application }).catch(
        e => e,
      )
      expect(stdout).toBe('')
    }
  })
})
