import { execFile } from 'node:child_process'
import { lstatSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { installEnvironment } from '@codex/test-kit/install-environment'
import { servePackages } from '@codex/test-kit/package-registry'
import { ROOT } from '@codex/test-kit/run-node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { packAll } from '../../scripts/packages/pack-all.ts'

const run = promisify(execFile)

/** Of the installed files, all together. */
const MAX_BYTES = 500_000
const CAPTURE = join(ROOT, 'apps/viewer/fixtures/captures/b-tool-ok.003-http-logs.bin.gz')

const directory = mkdtempSync(join(realpathSync(tmpdir()), 'codex-otel-viewer-packed-'))
const packed = join(directory, 'packed')
const home = join(directory, 'home')

beforeAll(() => packAll(packed))
afterAll(() => rmSync(directory, { recursive: true }))

it('the viewer runs by npx in an empty folder, out of a package without dependencies and of less than 500 kB', async () => {
  const folder = mkdtempSync(join(directory, 'empty-'))
  await using registry = await servePackages(packed)
  const env = {
    ...installEnvironment(home),
    npm_config_cache: join(directory, 'cache'),
    npm_config_registry: registry.url,
    npm_config_audit: 'false',
    XDG_STATE_HOME: home,
  }
  const npx = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
    run('npx', ['--yes', 'codex-otel-viewer', ...args], { cwd: folder, env, timeout: 60_000 })

  expect((await npx('--help')).stdout).toMatch(/^Usage: codex-otel-viewer /)
  expect(new Set(registry.requested.filter(path => !path.endsWith('.tgz')))).toEqual(new Set(['codex-otel-viewer']))
  const { stdout } = await npx('open', '--json', CAPTURE)
  expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ agent: 'codex', prompts: 1, tools: 1 })])
  expect(readdirSync(folder)).toEqual([])

  await run('npm', ['install', '--no-fund', 'codex-otel-viewer'], { cwd: folder, env })
  expect(readdirSync(join(folder, 'node_modules')).filter(name => !name.startsWith('.'))).toEqual(['codex-otel-viewer'])
  const installed = join(folder, 'node_modules/codex-otel-viewer')
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' })
  expect(files).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'dist/page/index.html', 'dist/page/page.js.gz']),
  )
  const bytes = files.map(name => lstatSync(join(installed, name))).filter(stats => stats.isFile())
  expect(bytes.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(MAX_BYTES)
})
