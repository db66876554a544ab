import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { newestSession, openPage, useBrowser } from './browser.fixture.ts'
import { NOW, PRICES, storeRefused, storeWeek } from './pictures/sample-store.ts'

useBrowser()

/** More stops than any screen has. */
const MAX_STOPS = 150

interface Stop {
  name: string
  wrong: string[]
}

/** What has the focus, and what is wrong with how it is shown. */
const stop = (page: Page): Promise<Stop | undefined> =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null
    if (!element || element === document.body) return undefined
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element)
    const { left, top, right, bottom } = element.getBoundingClientRect()
    const isInView = right > 0 && bottom > 0 && left < window.innerWidth && top < window.innerHeight
    const isDrawn = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && !/, 0\)$/.test(outlineColor)
    const words = element.getAttribute('aria-label') ?? element.textContent ?? ''
    return {
      name: `${element.tagName.toLowerCase()} ${words.replace(/\s+/g, ' ').trim().slice(0, 40)}`,
      wrong: [isInView ? '' : 'out of view', isDrawn ? '' : 'no outline'].filter(Boolean),
    }
  })

/** Goes through the screen with Tab until it leaves the page. */
async function walk(page: Page): Promise<string[]> {
  // The skip link is the first of all; a key has to give it the focus to have it shown.
  await page.locator('.skip').focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Shift+Tab')
  const names: string[] = []
  for (let count = 0; count < MAX_STOPS; count += 1) {
    const at = await stop(page)
    if (!at) return names
    expect(at).toMatchObject({ wrong: [] })
    names.push(at.name)
    await page.keyboard.press('Tab')
  }
  throw new Error(`no end after ${MAX_STOPS} stops: ${names.slice(-5).join('; ')}`)
}

it.each([1_280, 390])(
  'Tab goes through every screen of %i pixels and out of it, and what has the focus shows it',
  async width => {
    const { page, open, store } = await openPage(['b-tool-ok'], {
      ...{ now: NOW, timezoneId: 'UTC', prices: PRICES, viewport: { width, height: 800 } },
      async fill(store) {
        await storeWeek(store)
        await storeRefused(store)
      },
    })
    const session = await newestSession(store)
    await page.getByRole('grid', { name: 'Sessions' }).waitFor()
    await page.locator('.refusals summary').press('Enter')
    expect(await walk(page)).toEqual(
      expect.arrayContaining([
        'a Trends',
        'button Keys',
        expect.stringMatching(/refused/),
        expect.stringMatching(/^div/),
      ]),
    )
    await open(session)
    await page.locator('.entry.kind-tool').first().waitFor()
    expect(await walk(page)).toEqual(expect.arrayContaining(['button copy link', 'button follow']))
    await page.locator('.entry.kind-tool').first().click()
    const detail = page.getByRole('region', { name: 'The event' })
    await detail.getByText('Raw record').waitFor()
    expect(await walk(page)).toEqual(expect.arrayContaining(['button close', 'summary Raw record']))
    await open('/trends?from=7d')
    await page.getByRole('region', { name: 'Errors' }).getByRole('link').first().waitFor()
    await page.getByRole('button', { name: 'edit prices' }).click()
    await page.getByRole('spinbutton').first().waitFor()
    expect(await walk(page)).toEqual(
      expect.arrayContaining(['button 24 h', 'input gpt-5.1-codex, output', 'summary as a table']),
    )
    await open('/t/c6ffedec792a6d8010e4aed288de60ae')
    await page.getByText('unfold 17 internal spans').waitFor()
    expect(await walk(page)).toEqual(expect.arrayContaining(['button unfold 339 internal spans']))
    await open('/search?q=tool%3Aexec_command')
    await page.locator('.hit-link').first().waitFor()
    expect(await walk(page)).toEqual(
      expect.arrayContaining(['input Words, phrases and filters', 'button ×remove tool:exec_command', 'a tool']),
    )
    await open('/search')
    await page.getByRole('button', { name: 'is:error' }).waitFor()
    expect(await walk(page)).toEqual(expect.arrayContaining(['button is:error']))
  },
  90_000,
)

it('Tab goes through the lines for each agent, and the arrows from one agent to the next', async () => {
  const { page } = await openPage([], { receiving: 'http://127.0.0.1:4318' })
  await page.getByRole('tabpanel').waitFor()
  const names = await walk(page)
  expect(names.filter(name => name.startsWith('button'))).toEqual(
    expect.arrayContaining(['button Codex CLI', 'button copy']),
  )
  await page.getByRole('tab', { name: 'Codex CLI' }).focus()
  await page.keyboard.press('ArrowRight')
  expect(await stop(page)).toEqual({ name: 'button codex-demo', wrong: [] })
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  expect(await stop(page)).toEqual({ name: 'button Copilot in VS Code', wrong: [] })
})

it('the focus is where it was when what was open is closed, and beside what is gone', async () => {
  const { page, open } = await openPage(['b-tool-ok'], {
    ...{ now: NOW, timezoneId: 'UTC', prices: PRICES },
    fill: storeWeek,
  })
  const name = async () => (await stop(page))?.name
  const dialog = page.getByRole('dialog')
  // The help, from a row and from its button, closed by Escape and by its own button.
  await page.getByRole('row').nth(2).focus()
  const row = await name()
  await page.keyboard.press('?')
  await dialog.waitFor()
  expect(await name()).not.toBe(row)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  expect(await name()).toBe(row)
  await page.getByRole('button', { name: 'Keys' }).press('Enter')
  await dialog.getByRole('button', { name: 'close' }).press('Enter')
  await dialog.waitFor({ state: 'hidden' })
  expect(await name()).toBe('button Keys')

  // An event, by its own button.
  await page.getByRole('row').filter({ hasText: 'Make the flaky spool test' }).first().press('Enter')
  const entry = page.locator('.entry.kind-tool').first()
  await entry.focus()
  const key = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.key)
  const before = await key()
  expect(before).toBeDefined()
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: 'The event' }).getByRole('button', { name: 'close' }).press('Enter')
  await expect.poll(key).toBe(before)

  // A filter that is taken away.
  await open('/search?q=tool%3Aexec_command%20vitest')
  await page.getByRole('button', { name: 'remove tool:exec_command' }).press('Enter')
  await expect.poll(name).toBe('input Words, phrases and filters')

  // Own prices that go back to those of the list.
  await open('/trends?from=7d')
  await page.getByRole('button', { name: 'edit prices' }).press('Enter')
  await page.getByRole('spinbutton', { name: 'my-own-model, output' }).fill('7')
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'back to the list' }).press('Enter')
  await expect.poll(name).toMatch(/^input my-own-model/)

  // A part of a trace that was looked at alone.
  await open('/t/c6ffedec792a6d8010e4aed288de60ae')
  await page
    .getByRole('row', { name: /exec_command/ })
    .first()
    .focus()
  const span = await key()
  await page.keyboard.press('z')
  await page.getByRole('button', { name: 'the whole trace' }).press('Enter')
  await expect.poll(key).toBe(span)
})
