import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mountSmallDisk } from '../faults/small-disk.ts'
import { createDemoHome } from './demo-home.ts'
import { type LocalEnd, localResult, runLocal } from './run-local.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'file-exporter-'))
})
afterEach(() => rmSync(home, { recursive: true }))

interface RunOptions {
  ending?: string
  events?: number
  file?: object
  more?: object
}

const run = ({ file = { path: 'out.jsonl' }, more, ...options }: RunOptions): Promise<LocalEnd> =>
  runLocal({ home, table: { exporter: { file }, log_user_prompt: true, ...more }, ...options })
const result = () => localResult(home)

interface Attribute {
  key: string
  value: { stringValue: string }
}

const linesOf = (path: string): Record<string, unknown>[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))

function promptsIn(path: string): string[] {
  const records = linesOf(path).flatMap(({ resourceLogs = [] }) =>
    (resourceLogs as { scopeLogs: { logRecords: { attributes: Attribute[] }[] }[] }[]).flatMap(({ scopeLogs }) =>
      scopeLogs.flatMap(({ logRecords }) => logRecords),
    ),
  )
  return records.map(({ attributes }) => attributes.find(({ key }) => key === 'prompt')?.value.stringValue ?? '')
}

const prompts = (count: number): string[] => Array.from({ length: count }, (_, i) => `number ${i};`)

describe('an exporter that writes a file', () => {
  it.each([
    ['shutdown', 0, null],
    ['exit', 0, null],
    ['throw', 1, null],
    ['SIGTERM', null, 'SIGTERM'],
    ['loop', 0, null],
  ])('writes every event once and in order, when the process ends by %s', async (ending, code, signal) => {
    expect(await run({ ending, events: 3000 })).toMatchObject({ code, signal, stdout: '' })
    expect(promptsIn(join(home, 'out.jsonl'))).toEqual(prompts(3000))
  })

  it('keeps nothing in the spool, and counts what it wrote', async () => {
    await run({})
    expect(result()).toMatchObject({ delivered: true, health: { logs: { exported: 100, pending: 0, spooled: 0 } } })
    expect(readdirSync(home).sort()).toEqual(['out.jsonl', 'result.json'])
  })

  it('takes both signals in one file below the home directory, each in lines of its own', async () => {
    const file = { path: '~/logs/out.jsonl' }
    await run({ file, more: { metrics_exporter: { file } } })
    const keys = linesOf(join(home, 'logs/out.jsonl')).map(line => Object.keys(line).join())
    expect(new Set(keys)).toEqual(new Set(['resourceLogs', 'resourceMetrics']))
  })

  it('writes lines of which each is a request that a receiver takes, with every record', async () => {
    const file = { path: 'out.jsonl' }
    await run({ file, more: { metrics_exporter: { file } } })
    await using receiver = await startReceiver()
    for (const line of readFileSync(join(home, 'out.jsonl'), 'utf8').trimEnd().split('\n')) {
      const url = line.startsWith('{"resourceLogs"') ? receiver.logsUrl : receiver.metricsUrl
      const headers = { 'content-type': 'application/json' }
      expect((await fetch(url, { method: 'POST', headers, body: line })).status).toBe(200)
    }
    expect(receiver.logs.map(({ attributes }) => attributes.prompt?.value)).toEqual(prompts(100))
    expect(receiver.logs[0]).toMatchObject({ eventName: 'codex.user_prompt' })
    expect(receiver.metrics.map(({ name }) => name)).toContain('my.count')
  })

  it('applies the policy and replaces secrets', async () => {
    await run({ more: { log_user_prompt: false } })
    expect(new Set(promptsIn(join(home, 'out.jsonl')))).toEqual(new Set(['[REDACTED]']))
    await run({ file: { path: 'scrubbed.jsonl' }, more: { content: { scrub_patterns: ['number [0-9]+'] } } })
    expect(readFileSync(join(home, 'scrubbed.jsonl'), 'utf8')).not.toContain('number ')
  })

  it('keeps its files within their size and number', async () => {
    await run({ events: 3000, file: { path: 'out.jsonl', max_bytes: 100_000, max_files: 3 } })
    const files = readdirSync(home).filter(name => name.endsWith('.jsonl'))
    expect(files).toHaveLength(3)
    expect(promptsIn(join(home, 'out.jsonl')).at(-1)).toBe('number 2999;')
  })

  it('loses what a full disk does not take, counts it, and breaks no line', async context => {
    using disk = mountSmallDisk('size=64k,mode=0700')
    if (disk === undefined) return context.skip()
    const path = join(disk.path, 'out.jsonl')
    const { stdout } = await run({ events: 3000, file: { path } })
    const { delivered, health } = result()
    expect(delivered).toBe(false)
    expect(health.logs.dropped['not-written']).toBeGreaterThan(0)
    expect(stdout).toContain(`logs: ${path}: no space left on the disk (ENOSPC)`)
    disk.remount('size=8m')
    expect(promptsIn(path)).toEqual(prompts(3000).slice(0, health.logs.exported))
    await run({ events: 10, file: { path } })
    expect(promptsIn(path)).toHaveLength(health.logs.exported + 10)
  })

  it('that has no path is off, and says so', async () => {
    const { stdout } = await run({ file: {} })
    expect(stdout).toBe('')
    expect(existsSync(join(home, 'out.jsonl'))).toBe(false)
    const demo = createDemoHome()
    demo.configure('[otel]\nexporter = "file"\n')
    const doctor = await demo.run(['otel', 'doctor'])
    expect(doctor.code).toBe(1)
    expect(doctor.stdout).toContain('otel.exporter.file.path: found no path; allowed: the path of a file')
  })
})

describe('the doctor', () => {
  it('writes one line more, and none with --empty', async () => {
    const demo = createDemoHome()
    demo.configure('[otel]\nexporter = { file = { path = "out.jsonl" } }\n')
    const path = join(demo.directory, 'out.jsonl')
    const empty = await demo.run(['otel', 'doctor', '--empty'])
    expect(empty).toMatchObject({ code: 0, stdout: expect.stringMatching(/ok +logs +.*out\.jsonl: can be written\n/) })
    expect(statSync(path).size).toBe(0)
    const { code, stdout } = await demo.run(['otel', 'doctor'])
    expect(code).toBe(0)
    expect(stdout).toContain(`${path}: written\n`)
    expect(stdout).toContain('look there for codex_otel.doctor')
    expect(readFileSync(path, 'utf8')).toContain('"eventName":"codex_otel.doctor"')
  })

  it('names what is in the way', async () => {
    const demo = createDemoHome()
    demo.configure('[otel]\nexporter = { file = { path = "config.toml/out.jsonl" } }\n')
    const { code, stdout } = await demo.run(['otel', 'doctor'])
    expect(code).toBe(1)
    expect(stdout).toContain('a part of the path is no directory (ENOTDIR)')
    expect(stdout).toContain('-> correct otel.exporter.file.path, or what is there')
  })
})
