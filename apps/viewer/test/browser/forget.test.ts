import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { violations } from './axe.fixture.ts'
import { openPage, storeEvents, useBrowser } from './browser.fixture.ts'

useBrowser()

const at = Date.now() - 3_600_000
const prompt = (text: string, seconds = 0) => ({
  name: 'codex.user_prompt',
  at: at + seconds * 1_000,
  attributes: { prompt: text },
})

async function twoSessions(file?: string) {
  const opened = await openPage([], {
    ...(file === undefined ? {} : { file }),
    async fill(store) {
      await storeEvents(store, 'goes', [prompt('To be forgotten', 1)])
      await storeEvents(store, 'stays', [prompt('To be kept')])
    },
  })
  await opened.page.getByRole('link', { name: 'To be forgotten' }).waitFor()
  return opened
}

const anotherPage = async (page: Page, path: string): Promise<Page> => {
  const other = await page.context().newPage()
  await other.goto(new URL(path, page.url()).href)
  return other
}

it('a session is forgotten with the keyboard alone, after a question that names what goes, and other pages see it go', async () => {
  const { page, store } = await twoSessions()
  const [list, detail, trends] = await Promise.all(
    ['/', '/s/goes', '/search?words=forgotten'].map(path => anotherPage(page, path)),
  )
  await list?.getByRole('link', { name: 'To be forgotten' }).waitFor()
  await detail?.getByRole('heading', { name: 'To be forgotten' }).waitFor()
  await page.bringToFront()
  for (const key of ['j', 'k']) await page.keyboard.press(key)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'To be forgotten' }).waitFor()
  await page.keyboard.press('x')
  const dialog = page.getByRole('dialog', { name: 'Forget this session?' })
  await dialog.getByText('1 event with their prompts').waitFor()
  expect(await dialog.textContent()).toMatch(/no metrics: none names it.*What stays: metrics that name no session/)
  expect(await violations(page)).toEqual([])
  // The first key is that of the way back.
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'hidden' })
  expect(await store.query('session', { session: 'goes' })).toHaveLength(1)
  await page.keyboard.press('x')
  await dialog.getByText('1 event').waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'To be kept' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/')
  for (const one of [page, list]) {
    await one?.getByRole('link', { name: 'To be forgotten' }).waitFor({ state: 'detached' })
    await one?.getByRole('link', { name: 'To be kept' }).waitFor()
  }
  await detail?.getByRole('heading', { name: 'This session is not here' }).waitFor()
  expect(await trends?.getByText('To be forgotten').count()).toBe(0)
  expect(await store.query('session', { session: 'goes' })).toEqual([])
})

it('a session of an opened file is forgotten in the page, and the question says that the file stays', async () => {
  const { page } = await twoSessions('tour.jsonl')
  await page.getByRole('link', { name: 'To be forgotten' }).click()
  await page.getByRole('button', { name: 'forget…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Forget this session?' })
  expect(await dialog.textContent()).toContain('the opened file as it is')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'forget…' }).click()
  await dialog.getByRole('button', { name: 'Forget it' }).click()
  await page.getByRole('link', { name: 'To be kept' }).waitFor()
  expect(await page.getByRole('link', { name: 'To be forgotten' }).count()).toBe(0)
})

it('a question is over when its session goes in another page, also where the agent begins the session anew', async () => {
  const { page, store } = await twoSessions()
  await page.getByRole('link', { name: 'To be forgotten' }).click()
  await page.getByRole('button', { name: 'forget…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Forget this session?' })
  await dialog.waitFor()
  expect(await store.clear({ session: 'goes' })).toBe(1)
  await page.getByRole('heading', { name: 'This session is not here' }).waitFor()
  await storeEvents(store, 'goes', [prompt('Begun anew')])
  await page.getByRole('heading', { name: 'Begun anew' }).waitFor()
  expect(await dialog.count()).toBe(0)
})
