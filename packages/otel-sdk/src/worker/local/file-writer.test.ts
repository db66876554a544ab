// biome-ignore-all lint/suspicious/noTemplateCurlyInString: as the file has it
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { possibleKinds } from '../../protocol/plant-entry.fixture.ts'
import { logRecord } from '../otlp/otlp-requests.fixture.ts'
import { createFileWriter } from './file-writer.ts'
import type { LocalWriter } from './local-sink.ts'
import { rotatedFiles } from './rotate-file.ts'

const scratch = mkdtempSync(join(tmpdir(), 'file-writer-'))
const KINDS = possibleKinds(scratch)
rmSync(scratch, { recursive: true })
const SCRIPT = fileURLToPath(new URL('./file-process.fixture.ts', import.meta.url))
const SIZE = 64 * 1024 * 1024

let home: string
let path: string
const writers: LocalWriter[] = []
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'file-writer-'))
  path = join(home, 'new', 'events.jsonl')
})
afterEach(() => {
  for (const writer of writers.splice(0)) writer.end()
  rmSync(home, { recursive: true })
})

function open(maxBytes = SIZE, maxFiles = 5): LocalWriter {
  const writer = createFileWriter({ protocol: 'file', path, maxBytes, maxFiles }, { signal: 'logs' })
  writers.push(writer)
  return writer
}

/** The same, and what it says of a file that grows on. */
function openHearing(maxBytes: number): { writer: LocalWriter; heard: string[] } {
  const heard: string[] = []
  const writer = createFileWriter(
    { protocol: 'file', path, maxBytes, maxFiles: 5 },
    { signal: 'logs', onGrowing: problem => heard.push(problem) },
  )
  writers.push(writer)
  return { writer, heard }
}

const request = (id: number): Uint8Array =>
  ProtobufLogsSerializer.serializeRequest([logRecord(id) as never]) ?? new Uint8Array()

/** The numbers of the records in the lines of a file, each of which is a whole request. */
function idsIn(file: string): number[] {
  const text = readFileSync(file, 'utf8')
  expect(text === '' || text.endsWith('\n')).toBe(true)
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const { resourceLogs } = JSON.parse(line)
      const [{ attributes }] = resourceLogs[0].scopeLogs[0].logRecords
      return Number(attributes.find(({ key }: { key: string }) => key === 'id').value.intValue)
    })
}

describe('a file of requests', () => {
  it('has a line of OTLP JSON for each, and is made for this user alone', () => {
    const writer = open()
    expect([writer.write(request(1)), writer.write(request(2))]).toEqual([undefined, undefined])
    expect(idsIn(path)).toEqual([1, 2])
    const line = JSON.parse(readFileSync(path, 'utf8').split('\n')[0] ?? '')
    expect(Object.keys(line)).toEqual(['resourceLogs'])
    expect(line.resourceLogs[0].resource.attributes).toContainEqual({
      key: 'service.name',
      value: { stringValue: 'codex-cli' },
    })
    if (process.platform === 'win32') return
    expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700])
  })

  it.skipIf(process.platform === 'win32')(
    'leaves directories that are there as they are, and takes a file from others',
    () => {
      mkdirSync(dirname(path))
      chmodSync(dirname(path), 0o755)
      writeFileSync(path, '')
      chmodSync(path, 0o644)
      open().write(request(1))
      expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o755])
    },
  )

  it('keeps what is in it, and begins a line of its own behind one without an end', () => {
    open().write(request(1))
    appendFileSync(path, '{"resourceLogs":[{"sco')
    open().write(request(2))
    const lines = readFileSync(path, 'utf8').split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[1]).toBe('{"resourceLogs":[{"sco')
    expect(JSON.parse(lines[2] ?? '')).toHaveProperty('resourceLogs')
  })

  it('begins a line of its own behind one without an end that another process writes meanwhile', () => {
    const writer = open()
    writer.write(request(1))
    appendFileSync(path, '{"resourceLogs":[{"sco')
    writer.write(request(2))
    writer.write(request(3))
    const [first, cut, ...own] = readFileSync(path, 'utf8').trimEnd().split('\n')
    expect(cut).toBe('{"resourceLogs":[{"sco')
    expect([first, ...own].map(line => Object.keys(JSON.parse(line ?? '')))).toEqual(Array(3).fill(['resourceLogs']))
  })

  it('is made again when it was removed or renamed', () => {
    const writer = open()
    writer.write(request(1))
    rmSync(dirname(path), { recursive: true })
    expect(writer.write(request(2))).toBeUndefined()
    expect(idsIn(path)).toEqual([2])
  })

  it.each(KINDS)('is not $name, which stays as it is', async kind => {
    mkdirSync(dirname(path))
    const elsewhere = join(home, 'elsewhere')
    mkdirSync(elsewhere)
    await kind.plant(path, elsewhere)
    const { ino, mode, size } = lstatSync(path)
    const writer = open()
    const words = /link|directory|pipe|socket|device|another/
    expect(writer.check()).toMatch(words)
    expect(writer.write(request(1))).toMatch(words)
    expect(lstatSync(path)).toMatchObject({ ino, mode, size })
    for (const file of readdirSync(elsewhere, { recursive: true, withFileTypes: true }).filter(found => found.isFile()))
      expect(readFileSync(join(file.parentPath, file.name), 'utf8')).toBe('precious')
  })

  it('names its path and the reason where it cannot be written, and goes on when it can', () => {
    writeFileSync(dirname(path), 'a file')
    const writer = open()
    expect(writer.write(request(1))).toBe(`${path}: a part of the path is no directory (ENOTDIR)`)
    rmSync(dirname(path))
    expect(writer.write(request(2))).toBeUndefined()
    expect(idsIn(path)).toEqual([2])
  })

  it('shows a path with variables as it is written', () => {
    mkdirSync(path, { recursive: true })
    const shown = { protocol: 'file', path, shownPath: '${HOME}/x', maxBytes: SIZE, maxFiles: 5 } as const
    expect(createFileWriter(shown, { signal: 'logs' }).check()).toBe('${HOME}/x: is a directory; move it away')
  })
})

describe('a file that would grow too large', () => {
  it('is renamed, and the oldest goes', () => {
    const writer = open(2000, 3)
    for (let id = 0; id < 50; id++) expect(writer.write(request(id))).toBeUndefined()
    const files = [...rotatedFiles(path), path]
    expect(files).toHaveLength(3)
    expect(files.every(file => statSync(file).size <= 2000)).toBe(true)
    const ids = files.flatMap(idsIn)
    expect(ids).toEqual(Array.from(ids, (_, i) => 50 - ids.length + i))
    expect(files.map(file => basename(file)).slice(0, 2)).toEqual([
      expect.stringMatching(/^events-\d{8}T\d{9}Z-\d{3}\.jsonl$/),
      expect.stringMatching(/^events-\d{8}T\d{9}Z-\d{3}\.jsonl$/),
    ])
    expect(readdirSync(dirname(path))).toHaveLength(3)
  })

  it('is one alone with max_files = 1', () => {
    const writer = open(2000, 1)
    for (let id = 0; id < 50; id++) writer.write(request(id))
    expect(readdirSync(dirname(path))).toEqual(['events.jsonl'])
    expect(idsIn(path).at(-1)).toBe(49)
  })

  it('takes a line that is larger than it may be', () => {
    const writer = open(100)
    writer.write(request(1))
    writer.write(request(2))
    expect([...rotatedFiles(path), path].map(idsIn)).toEqual([[1], [2]])
  })

  it('grows on while another process holds the lock, but not because of one that ended', () => {
    const writer = open(2000)
    writer.write(request(0))
    writeFileSync(`${path}.lock`, '')
    for (let id = 1; id < 20; id++) writer.write(request(id))
    expect(rotatedFiles(path)).toEqual([])
    expect(idsIn(path)).toHaveLength(20)
    utimesSync(`${path}.lock`, 0, 0)
    for (let id = 20; id < 23; id++) writer.write(request(id))
    expect(rotatedFiles(path)).toHaveLength(1)
    expect([...rotatedFiles(path), path].flatMap(idsIn)).toHaveLength(23)
  })

  it.each(KINDS)('grows on and says so where $name is in the place of the lock, which stays as it is', async kind => {
    const { writer, heard } = openHearing(2000)
    writer.write(request(0))
    const elsewhere = join(home, 'elsewhere')
    mkdirSync(elsewhere)
    await kind.plant(`${path}.lock`, elsewhere)
    lutimesSync(`${path}.lock`, 1, 1)
    const { ino, mode } = lstatSync(`${path}.lock`)
    for (let id = 1; id < 20; id++) expect(writer.write(request(id))).toBeUndefined()
    expect(idsIn(path)).toHaveLength(20)
    expect(lstatSync(`${path}.lock`)).toMatchObject({ ino, mode })
    expect(heard[0]).toMatch(/events\.jsonl: its lock, events\.jsonl\.lock, is (a|another) .*; move that away$/)
  })

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'grows on and says so where its directory takes no new file',
    () => {
      const { writer, heard } = openHearing(2000)
      writer.write(request(0))
      chmodSync(dirname(path), 0o500)
      for (let id = 1; id < 20; id++) expect(writer.write(request(id))).toBeUndefined()
      chmodSync(dirname(path), 0o700)
      expect(idsIn(path)).toHaveLength(20)
      expect(heard[0]).toBe(`${path}: it cannot be renamed: EACCES`)
    },
  )

  it('is renamed where the lock of an ended process is of a time that is not yet', () => {
    const writer = open(2000)
    writer.write(request(0))
    writeFileSync(`${path}.lock`, '')
    const later = Date.now() / 1000 + 24 * 60 * 60
    utimesSync(`${path}.lock`, later, later)
    for (let id = 1; id < 8; id++) writer.write(request(id))
    expect(rotatedFiles(path).length).toBeGreaterThan(0)
    expect([...rotatedFiles(path), path].flatMap(idsIn)).toHaveLength(8)
  })

  it('leaves files of similar names alone', () => {
    mkdirSync(dirname(path))
    const others = ['events-mine.jsonl', 'events-20261129T142600123Z.jsonl', 'events-20261129T142600123Z-001.txt']
    for (const name of others) writeFileSync(join(dirname(path), name), 'mine')
    const writer = open(2000, 1)
    for (let id = 0; id < 50; id++) writer.write(request(id))
    expect(readdirSync(dirname(path)).sort()).toEqual([...others, 'events.jsonl'].sort())
  })

  it('loses and breaks no line of four processes that write at once', async () => {
    const each = 400
    const processes = [0, 1, 2, 3].map(i =>
      spawn(process.execPath, [SCRIPT, path, '20000', '10000', String(i * each), String(each)], {
        stdio: ['ignore', 'inherit', 'inherit'],
      }),
    )
    expect(await Promise.all(processes.map(child => once(child, 'exit')))).toEqual(processes.map(() => [0, null]))
    const rotated = rotatedFiles(path)
    expect(rotated.length).toBeGreaterThan(10)
    const ids = [...rotated, path].flatMap(idsIn).sort((a, b) => a - b)
    expect(ids).toEqual(Array.from({ length: 4 * each }, (_, i) => i))
    expect(readdirSync(dirname(path))).toHaveLength(rotated.length + 1)
  })
})
