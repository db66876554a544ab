import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { ROOT, runNode } from '@codex/test-kit/run-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO, entryOf, type Variant } from './bundle.ts'
import { type InstalledCopy, installCopy } from './installed-copy.ts'

const MISSPELT: readonly Readonly<Record<string, string>>[] = [
  { CODEX_OTEL: 'true' },
  { CODEX_OTEL: 'yes' },
  { CODEX_OTEL: 'on' },
  { CODEX_OTEL: '' },
  { CODEX_OTLE: '1' },
  { CODEXOTEL: '1' },
  { CODEX_OTEL: '0', CODEX_OTLE: '1' },
]

describe('the build flag', () => {
  let copy: InstalledCopy

  beforeAll(() => {
    copy = installCopy()
  })
  afterAll(() => copy.remove())

  it.concurrent.each(MISSPELT)('is refused when it is misspelt: %j', async env => {
    const { code, stdout, stderr } = await copy.build(env)
    expect(code).not.toBe(0)
    expect(stdout + stderr).toContain('CODEX_OTEL')
    expect(stdout + stderr).toContain(Object.keys(env).at(-1))
    expect(existsSync(join(copy.directory, 'dist'))).toBe(false)
  })
})

describe('building one variant', () => {
  let copy: InstalledCopy

  beforeAll(() => {
    copy = installCopy()
  })
  afterAll(() => copy.remove())

  const stamps = (variant: Variant): unknown => {
    const directory = join(copy.directory, 'dist', variant)
    return readdirSync(directory).map(name => {
      const { ino, mtimeMs } = statSync(join(directory, name))
      return { name, ino, mtimeMs, text: readFileSync(join(directory, name), 'utf8') }
    })
  }
  const version = async (variant: Variant): Promise<string> =>
    (await runNode([entryOf(variant, copy.directory), '--version'], { cwd: copy.directory })).stdout.trim()

  it('makes what the flag says, and leaves the other variant alone', async () => {
    expect(await copy.build({})).toMatchObject({ code: 0 })
    expect(readdirSync(join(copy.directory, 'dist'))).toEqual(['noop'])
    const noop = stamps('noop')

    expect(await copy.build({ CODEX_OTEL: '1' })).toMatchObject({ code: 0 })
    expect(readdirSync(join(copy.directory, 'dist'))).toEqual(['noop', 'otel'])
    expect(stamps('noop')).toEqual(noop)
    const otel = stamps('otel')

    expect(await copy.runScript('build:noop', { CODEX_OTEL: '1' })).toMatchObject({ code: 0 })
    expect(stamps('otel')).toEqual(otel)
    expect(stamps('noop')).not.toEqual(noop)
    expect(await Promise.all([version('noop'), version('otel')])).toEqual([
      expect.stringMatching(/ \(-otel\)$/),
      expect.stringMatching(/ \(\+otel\)$/),
    ])
  })
})

describe('the two turbo tasks of the demo', () => {
  interface Task {
    package: string
    task: string
    outputs: string[]
    command: string
  }
  let tasks: Task[]

  beforeAll(async () => {
    const { stdout } = await runNode(
      [
        join(ROOT, 'node_modules/turbo/bin/turbo'),
        ...['run', 'build:otel', 'build:noop', '--filter=codex-demo', '--dry=json'],
      ],
      { cwd: ROOT, env: { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' } },
    )
    tasks = (JSON.parse(stdout) as { tasks: Task[] }).tasks.filter(task => task.package === 'codex-demo')
  })

  it('are two, each with the flag written out', () => {
    expect(Object.fromEntries(tasks.map(({ task, command }) => [task, command]))).toEqual({
      'build:otel': 'CODEX_OTEL=1 tsup',
      'build:noop': 'CODEX_OTEL=0 tsup',
    })
  })

  it('have disjoint outputs, which hold all that they write', () => {
    const outputs = Object.fromEntries(tasks.map(({ task, outputs }) => [task, outputs]))
    const folders = Object.values(outputs)
      .flat()
      .map(glob => glob.replace(/\/\*\*$/, ''))
    expect(folders).toHaveLength(2)
    for (const folder of folders) {
      expect(folder).not.toMatch(/[*?{]/)
      const others = folders.filter(other => other !== folder)
      for (const other of others) expect(posix.relative(other, folder)).toMatch(/^\.\./)
    }
    const written = readdirSync(join(DEMO, 'dist')).map(name => `dist/${name}`)
    expect(written.sort()).toEqual(folders.sort())
  })
})
