import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { recodeRequest } from '@codex/otlp-receiver'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { Store } from '../../src/store/store.ts'
import { capturedBody, capturesOf, testFolder, testStore } from '../../src/testing.fixture.ts'
import { violations } from './axe.fixture.ts'
import { openPage, useBrowser } from './browser.fixture.ts'

useBrowser()

interface Dropped {
  name: string
  /** In base64. */
  content: string
}

const droppedFrom = (paths: readonly string[]): Dropped[] =>
  paths.map(path => ({ name: basename(path), content: readFileSync(path).toString('base64') }))

/** Lets a person hold files over the page, or drop them. */
const drag = (page: Page, type: 'dragenter' | 'drop', files: readonly Dropped[]): Promise<void> =>
  page.evaluate(
    ({ type, files }) => {
      const data = new DataTransfer()
      for (const { name, content } of files) {
        const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0))
        data.items.add(new File([bytes], name))
      }
      const event = new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true })
      document.querySelector('main')?.dispatchEvent(event)
    },
    { type, files },
  )

const strip = (page: Page) => page.getByRole('region', { name: 'Files that are added' })

const lineOf = (scenario: string): string =>
  `${Buffer.from(recodeRequest('logs', capturedBody(scenario, 'logs'), 'binary', 'json')).toString()}\n`

it('files that are dropped are added one after the other, are shown at once, and add nothing a second time', async () => {
  const { page } = await openPage([], { receiving: 'http://127.0.0.1:4318' })
  await page.getByRole('heading', { name: 'Waiting for the first event' }).waitFor()
  const files = droppedFrom([
    ...capturesOf('a-simple'),
    ...capturesOf('b-tool-ok').filter(path => path.includes('logs')),
  ])
  await drag(page, 'dragenter', files)
  await page.getByText('Drop files to add them').waitFor()
  expect(await violations(page)).toEqual([])
  await drag(page, 'drop', files)
  await page.getByText('Drop files to add them').waitFor({ state: 'detached' })
  await strip(page).getByText('18 log records added').waitFor()
  await strip(page).getByText('28 log records added').waitFor()
  await page.getByRole('link', { name: 'Say hello please' }).waitFor()
  await page.getByRole('link', { name: 'Run echo' }).waitFor()
  expect(await violations(page)).toEqual([])
  await drag(page, 'drop', files.slice(0, 1))
  await strip(page).getByText('was added before').waitFor()
  expect(await page.getByRole('link', { name: 'Say hello please' }).count()).toBe(1)
  await strip(page).getByRole('button', { name: 'close' }).first().click()
  expect(await strip(page).getByRole('listitem').count()).toBe(2)
})

it.each(['/trends', '/search', '/s/none', '/t/0123456789abcdef0123456789abcdef'])(
  'files can be dropped at %s',
  async path => {
    const { page, open } = await openPage(['a-simple'])
    await open(path)
    await page.getByText('● following').waitFor()
    await drag(page, 'drop', droppedFrom(capturesOf('b-tool-two')))
    await strip(page).getByText('34 log records added').waitFor()
  },
)

it('a person with a keyboard alone chooses files, and is told which line is wrong and what to do', async () => {
  const { page } = await openPage(['a-simple'])
  await page.getByRole('link', { name: 'Say hello please' }).waitFor()
  const folder = testFolder()
  const broken = join(folder, 'broken.jsonl')
  writeFileSync(broken, `${lineOf('b-tool-ok')}{"resourceLogs": 5}\n`)
  const text = join(folder, 'notes.txt')
  writeFileSync(text, 'some notes')
  await page.getByRole('button', { name: 'Add files' }).waitFor()
  const chosen = page.waitForEvent('filechooser')
  await page.keyboard.press('a')
  await (await chosen).setFiles([broken, text])
  await strip(page).getByText('28 log records added; 1 part could not be read').waitFor()
  const shown = (await strip(page).textContent()) ?? ''
  expect(shown).toMatch(/line 2: .*resourceLogs.*→ the other lines are in; mend this one/)
  await strip(page).getByText('this is no OTLP: it begins with "some not"').waitFor()
  await strip(page).getByText('codex-otel-viewer export').waitFor()
  expect(await violations(page)).toEqual([])
  const again = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Add files' }).press('Enter')
  await again
})

it('the name of a file moves and hides nothing where it is shown and where it is read aloud', async () => {
  const { page } = await openPage(['a-simple'])
  await page.getByRole('button', { name: 'Add files' }).waitFor()
  const content = Buffer.from(lineOf('b-tool-ok')).toString('base64')
  const [turned, coloured] = ['\u202egnp.jsonl', '\u001b[31mred\u001b]0;title\u0007.jsonl']
  await drag(page, 'drop', [
    { name: turned, content },
    { name: coloured, content },
  ])
  await strip(page).getByText('28 log records added').waitFor()
  await strip(page).getByText('was added before').waitFor()
  const labels = await strip(page)
    .getByRole('button', { name: /^close (?!all)/ })
    .evaluateAll(buttons => buttons.map(button => button.getAttribute('aria-label')))
  expect(labels.sort()).toEqual(['close U+202Egnp.jsonl', 'close red.jsonl'])
  const shown = (await strip(page).textContent()) ?? ''
  expect([shown.includes('\u202e'), shown.includes('\u001b')]).toEqual([false, false])
})

it('a long file shows how far it is and is cancelled; what is in stays, and what was queued is next', async () => {
  const { page, store } = await openPage([])
  const line = lineOf('b-tool-ok')
  const many = join(testFolder(), 'many.jsonl.gz')
  writeFileSync(many, gzipSync(line.repeat(12_000), { level: 1 }))
  const chosen = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose files…' }).click()
  await (await chosen).setFiles([many, ...capturesOf('a-simple')])
  await strip(page)
    .getByText(/ of .*records, .*\/s · .* left/)
    .waitFor()
  await strip(page).getByText('waits for the file before').waitFor()
  await expect.poll(async () => (await store.size()).events).toBeGreaterThan(0)
  await strip(page).getByRole('button', { name: 'cancel many' }).click()
  await strip(page)
    .getByText(/cancelled: what is in stays; .* log records added/)
    .waitFor()
  await strip(page)
    .getByText(/✓ 18 log records added/)
    .waitFor()
  const { events } = await store.size()
  expect(events).toBeGreaterThan(18)
  expect(events).toBeLessThan(12_000 * 28)
})

it('a file waits while another page adds one', async () => {
  const { page, server } = await openPage([])
  await page.getByRole('button', { name: 'Add files' }).waitFor()
  const headers = {
    ...{
      origin: new URL(page.url()).origin,
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/octet-stream',
    },
    cookie: (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; '),
  }
  const url = `http://127.0.0.1:${server.port}/api/imports`
  const other = await fetch(`${url}?name=other&bytes=9`, { method: 'POST', headers })
  const { id } = (await other.json()) as { id: string }
  await drag(page, 'drop', droppedFrom(capturesOf('a-simple')))
  await strip(page).getByText('waits for a file that another page adds').waitFor()
  await fetch(`${url}/${id}`, { method: 'DELETE', headers })
  await strip(page).getByText('18 log records added').waitFor()
})

it('beside opened files, dropped ones are shown until the end, and the page says so', async () => {
  const { page } = await openPage(['a-simple'], { file: 'opened.jsonl' })
  await page.getByText('read from opened.jsonl').waitFor()
  const files = droppedFrom(capturesOf('b-tool-two'))
  await drag(page, 'dragenter', files)
  await page.getByText('beside what was opened until this viewer ends; nothing is kept').waitFor()
  await drag(page, 'drop', files)
  await strip(page).getByText('34 log records added').waitFor()
  await page.getByRole('link', { name: 'Run two' }).waitFor()
  await page.reload()
  await page.getByText(`read from opened.jsonl, ${files[0]?.name}`).waitFor()
})

it('a viewer that reads its store alone takes no file, and says so', async () => {
  const { path } = await testStore()
  const { page } = await openPage([], { store: await Store.openToRead(path) })
  await page.getByRole('heading', { name: 'Waiting for the first event' }).waitFor()
  const files = droppedFrom(capturesOf('a-simple'))
  await drag(page, 'dragenter', files)
  await page.getByText('This viewer adds no files').waitFor()
  await drag(page, 'drop', files)
  await page.getByText('This viewer adds no files').waitFor({ state: 'detached' })
  expect(await strip(page).count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Add files' }).count()).toBe(0)
})
