/// <reference lib="dom" />
// How long the viewer's page takes from a click to what it draws, with a million events in its store. Writes docs/benchmarks/viewer-page.md.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { readArguments } from '@codex/test-kit/read-arguments'
import { chromium, type Page } from 'playwright-core'
import { SCHEMA_VERSION } from '../apps/viewer/src/store/schema.ts'
import { median } from './harness/statistics.ts'
import { Client, startViewer, VIEWER } from './harness/viewer-program.ts'
import { writeEvents } from './viewer-events.ts'
import { requestsOfTrace, SPANS, TRACE } from './viewer-spans.ts'

const USAGE = `
usage: node benchmarks/viewer-page.ts [--events <number>] [--rounds <number>] [--data <folder>] [--fill] [--print]

  --events   how many; 1,000,000 without it
  --rounds   how often each click is made; 20 without it
  --data     where the store is kept for the next run; a folder that is removed, without it
  --fill     fill the store of --data, and measure nothing
  --print    write no page`
const { values } = readArguments(
  {
    options: {
      events: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '20' },
      data: { type: 'string' },
      fill: { type: 'boolean' },
      print: { type: 'boolean' },
    },
  },
  USAGE,
)
const EVENTS = Number(values.events)
const ROUNDS = Number(values.rounds)
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const RESULTS = new URL('../docs/benchmarks/viewer-page.md', import.meta.url)
/** Milliseconds that a search waits for the next key. */
const PAUSE_MS = 150
const MOST_MS = 300

/** A click, and what is there once it is answered. */
interface Action {
  name: string
  /** What is clicked, or what is typed into where `text` is there. */
  click: string
  text?: string
  /** Is there once everything is drawn. */
  drawn: string
}

const OPEN_SESSIONS: Action = { name: 'all sessions', click: 'nav a[href="/"]', drawn: '.session-row:not(.head)' }
const ACTIONS: readonly Action[] = [
  { name: 'a session', click: '.session-row:not(.head) a', drawn: '.session-body .kind-response' },
  OPEN_SESSIONS,
  { name: 'trends of a week without anything', click: 'nav a[href="/trends"]', drawn: '.trends .empty a' },
  { name: 'tokens and cost of all time', click: '.trends .empty a', drawn: '.cards .column span' },
  { name: 'the search', click: 'nav a[href="/search"]', drawn: '.suggestions button' },
  { name: 'two words, typed', click: '.search input', text: 'worker seal', drawn: '.hit mark' },
  { name: 'the event of a hit', click: '.hit-link', drawn: '.detail .texts, .detail table' },
  OPEN_SESSIONS,
]

const folder = values.data ?? mkdtempSync(join(tmpdir(), 'codex-otel-viewer-page-'))
if (values.data === undefined) process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
mkdirSync(folder, { recursive: true })
const db = join(folder, `page-${EVENTS}-tables-${SCHEMA_VERSION}.db`)
if (!existsSync(db)) await fillStore()
if (!values.fill) await measurePage()

async function fillStore(): Promise<void> {
  const [json, proto] = [join(folder, 'events.jsonl'), join(folder, 'events.pb')]
  writeEvents(EVENTS, json, proto)
  const { status } = spawnSync(process.execPath, [VIEWER, 'import', proto, '--db', db], { stdio: 'ignore' })
  if (status !== 0) throw new Error(`the import ended with ${status}`)
  rmSync(json)
  rmSync(proto)
  const viewer = await startViewer(db)
  const client = new Client(1)
  for (const body of requestsOfTrace()) {
    const answer = await client.post(`${viewer.otlp}/v1/traces`, Buffer.from(body), 'application/json')
    if (answer.status !== 200) throw new Error(`a request with spans was answered with ${answer.status}`)
  }
  client.close()
  await viewer.end()
}

async function measurePage(): Promise<void> {
  const viewer = await startViewer(db)
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage()
  await page.goto(viewer.page)
  await page.locator(OPEN_SESSIONS.drawn).first().waitFor()
  const times = new Map<string, number[]>()
  for (let round = 0; round < ROUNDS; round++) {
    for (const action of ACTIONS) {
      const took = (await afterClick(page, action)) - (action.text === undefined ? 0 : PAUSE_MS)
      times.set(action.name, [...(times.get(action.name) ?? []), took])
    }
  }
  const trends = await fromAddress(page, `${viewer.page}trends?from=all`, '.cards td:text-is("end")')
  const trace = await fromAddress(page, `${viewer.page}t/${TRACE}`, '[role=treegrid] .folded')
  const unfold: Action = { name: 'unfold', click: '.toolbar button', drawn: `[aria-rowcount="${SPANS + 1}"] .internal` }
  const unfolded = await afterClick(page, unfold)
  const version = browser.version()
  await browser.close()
  await viewer.end()

  const all = [...times.values()].flat()
  const rows = [...times].map(([name, own]) => `| ${name} | ${median(own).toFixed(0)} | ${most(own).toFixed(0)} |`)
  const text = `# The viewer's page

\`node benchmarks/viewer-page.ts\` wrote this page: Node ${process.versions.node} and Chromium ${version} on ${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown kind'}, with
${EVENTS.toLocaleString('en-US')} events and a trace of ${SPANS.toLocaleString('en-US')} spans in the store.

From a click to the frame with what was asked for, in milliseconds, ${ROUNDS} times each. A search waits ${PAUSE_MS} ms for the next key, which are
not in its time.

| click | half of them | 95 % of them |
|---|---|---|
${rows.join('\n')}
| **every click** | ${median(all).toFixed(0)} | **${most(all).toFixed(0)}** (at most ${MOST_MS}) |

From an address, once: all of trends of all time ${trends.toFixed(0)} ms, the trace ${trace.toFixed(0)} ms. A click that unfolds all of its spans is drawn
after ${unfolded.toFixed(0)} ms.
`
  console.log(text)
  if (!values.print) writeFileSync(RESULTS, text)
  if (most(all) > MOST_MS) process.exitCode = 1
}

/** Milliseconds from a click, or the last key, to the frame after everything is there. */
function afterClick(page: Page, { click, text, drawn }: Action): Promise<number> {
  return page.evaluate(
    ([target, typed, wanted]) =>
      new Promise<number>((resolve, reject) => {
        const before = document.querySelector(wanted)
        const element = document.querySelector<HTMLElement>(target)
        if (!element) return reject(new Error(`there is no ${target}`))
        const started = performance.now()
        const limit = setTimeout(() => reject(new Error(`${wanted} was not drawn`)), 20_000)
        const look = (): void => {
          const found = document.querySelector(wanted)
          if (!found || found === before) return void requestAnimationFrame(look)
          clearTimeout(limit)
          requestAnimationFrame(() => resolve(performance.now() - started))
        }
        if (typed === undefined) element.click()
        else {
          ;(element as HTMLInputElement).value = typed
          element.dispatchEvent(new InputEvent('input', { bubbles: true }))
        }
        look()
      }),
    [click, text, drawn] as [string, string | undefined, string],
  )
}

async function fromAddress(page: Page, address: string, drawn: string): Promise<number> {
  const started = performance.now()
  await page.goto(address)
  await page.locator(drawn).first().waitFor()
  return performance.now() - started
}

function most(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(0.95 * sorted.length))] ?? Number.NaN
}
