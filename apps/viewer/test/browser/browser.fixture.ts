import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { capturesOf, importPaths, testStore } from '../../src/testing.fixture.ts'
import type { ModelPrice } from '../../src/web/contract.ts'
import { startTestServer, type TestServer } from '../../src/web/web-server.fixture.ts'
import { CHROMIUM } from './chromium.ts'

let browser: Browser

/** Starts the browser before the tests of a file, and ends it after them. */
export function useBrowser(): void {
  beforeAll(async () => {
    // Root may not use the browser's own sandbox; the pages are those of the tests.
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  })
  afterAll(() => browser.close())
}

export interface OpenedPage {
  page: Page
  server: TestServer
  store: Store
  /** Opens a path of the page. */
  open(path: string): Promise<void>
}

const WIDE = { width: 1280, height: 800 }

/**
 * A page with the sessions of some captures, entered by the token. When the test ends, the page must have had no error, no
 * violation of its policy and no dialog.
 */
export async function openPage(
  scenarios: readonly string[],
  options: BrowserContextOptions & {
    fill?: (store: Store) => Promise<void>
    receiving?: string
    prices?: ModelPrice[]
    file?: string
    /** What the page takes for the time, in milliseconds since the epoch. */
    now?: number
    /** In place of a new one. */
    store?: Store
  } = {},
): Promise<OpenedPage> {
  const { fill, receiving, prices = [], file = null, now, store: given, ...contextOptions } = options
  const store = given ?? (await testStore())
  if (given) onTestFinished(() => given.close())
  for (const scenario of scenarios) await importPaths(store, ...capturesOf(scenario))
  await fill?.(store)
  const facts = {
    version: '1.2.3',
    store: { path: 'store.db', maxBytes: 2e9, retainMs: 2_592_000_000 },
    receiving: { http: receiving ?? null, grpc: null },
    prices: { date: prices.length === 0 ? null : '2026-11-01', models: prices },
    file,
  }
  const server = await startTestServer({ store, facts })
  const context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce', ...contextOptions })
  context.setDefaultTimeout(8_000)
  const page = await context.newPage()
  if (now !== undefined) await page.clock.setFixedTime(now)
  const problems: string[] = []
  page.on('pageerror', error => problems.push(`error: ${error.message}`))
  page.on('console', message => {
    // The browser names each answer that is no success.
    const isAnswer = message.text().startsWith('Failed to load resource')
    if (['error', 'warning'].includes(message.type()) && !isAnswer) problems.push(`console: ${message.text()}`)
  })
  page.on('dialog', dialog => {
    problems.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  // With the first listener the browser begins to hand choosers of files to the test, and a key that is pressed at once can be
  // sooner. The browser has begun when the page below is open.
  page.on('filechooser', () => {})
  // Hostile texts call it.
  await page.exposeFunction('ran', () => problems.push('a text ran'))
  await page.exposeFunction('violated', (what: string) => problems.push(`policy: ${what}`))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', event => {
      const { violated } = globalThis as unknown as { violated(what: string): void }
      violated(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`)
    })
  })
  // The callbacks run in the reverse of their order: the page is closed before its server.
  onTestFinished(async () => {
    await context.close()
    expect(problems).toEqual([])
  })
  await page.goto(server.url)
  return {
    page,
    server,
    store,
    async open(path) {
      await page.goto(`http://127.0.0.1:${server.port}${path}`)
    },
  }
}

/** The path of the newest session. */
export async function newestSession(store: Store): Promise<string> {
  const [session] = await store.query('sessions', { from: 0, to: 8.64e15, limit: 1 })
  return `/s/${encodeURIComponent(session?.conversation_id ?? '')}`
}

export interface TestEvent {
  name: string
  /** Milliseconds since the epoch. */
  at: number
  attributes?: Record<string, string | number | boolean>
}

/** Stores events of one conversation. */
export async function storeEvents(
  store: Store,
  conversation: string,
  events: readonly TestEvent[],
  resource: Record<string, string> = { 'service.name': 'codex_exec' },
): Promise<void> {
  const attributesOf = (all: Record<string, string | number | boolean>): unknown[] =>
    Object.entries(all).map(([key, value]) => ({ key, value: typed(value) }))
  const logRecords = events.map(({ name, at, attributes = {} }) => ({
    timeUnixNano: `${BigInt(Math.round(at * 1_000)) * 1_000n}`,
    attributes: attributesOf({
      'event.name': name,
      'conversation.id': conversation,
      model: 'test-model',
      ...attributes,
    }),
  }))
  const message = { resourceLogs: [{ resource: { attributes: attributesOf(resource) }, scopeLogs: [{ logRecords }] }] }
  const result = await store.store({
    signal: 'logs',
    encoding: 'json',
    body: new Uint8Array(Buffer.from(JSON.stringify(message))),
  })
  expect(result).not.toHaveProperty('malformed')
}

function typed(value: string | number | boolean): unknown {
  if (typeof value === 'string') return { stringValue: value }
  return typeof value === 'boolean' ? { boolValue: value } : { intValue: value }
}
