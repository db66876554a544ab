import { expect, it } from 'vitest'
import { openPage, useBrowser } from '../browser.fixture.ts'
import { blocksOf, movedBlocks } from './blocks.ts'
import { differenceOf } from './compare.ts'
import { drawnBy, drawTheSame } from './drawn-by.ts'
import { readPng, writePng } from './png.ts'

useBrowser()

const SMALL = { width: 1_100, height: 300 }

it('a picture is equal to its file, and one with an element that moved, changed or is gone is not', async () => {
  const { page } = await openPage(['c-tool-exit3', 'm-as-decline'], { viewport: SMALL })
  await page.getByRole('row').nth(2).waitFor()
  await page.getByText('● following').waitFor()
  const draw = async () => readPng(await page.screenshot())
  const stored = readPng(writePng(await draw()))
  expect(differenceOf(stored, await draw())).toBeUndefined()

  const link = page.locator('a[href="/trends"]')
  for (const style of ['translate: 3px 0', 'visibility: hidden', 'color: red']) {
    // The page's policy lets no attribute style it.
    await link.evaluate((element, style) => (element.style.cssText = style), style)
    expect(differenceOf(stored, await draw())?.what, style).toMatch(/^\d+ pixels .* are different/)
    await link.evaluate(element => element.removeAttribute('style'))
  }
  expect(differenceOf(stored, await draw())).toBeUndefined()
  await page.setViewportSize({ ...SMALL, width: 1_099 })
  expect(differenceOf(stored, await draw())?.what).toBe('it is 1099 by 300 pixels, and was 1100 by 300')
})

it('with other fonts the parts of a screen are where they were, and one that moved is named', async () => {
  const { page } = await openPage(['c-tool-exit3', 'm-as-decline'])
  await page.getByRole('row').nth(2).waitFor()
  const [stored, before] = [await blocksOf(page), await drawnBy(page)]
  expect(Object.keys(stored).length).toBeGreaterThan(2)
  expect(drawTheSame(before, await drawnBy(page))).toBe(true)
  await page.evaluate(() => document.documentElement.style.setProperty('--sans', 'monospace'))
  expect(movedBlocks(stored, await blocksOf(page))).toEqual([])
  await page.getByRole('grid').evaluate(element => element.style.setProperty('margin-left', '40px'))
  expect(movedBlocks(stored, await blocksOf(page))).toEqual([expect.stringMatching(/^div Sessions is at 5\d /)])
  await page.getByRole('grid').evaluate(element => element.remove())
  expect(movedBlocks(stored, await blocksOf(page))).toEqual(['div Sessions is not there'])
  // Another version, and letters that look differently, draw other pixels.
  expect(drawTheSame(before, { ...before, chromium: '1.2.3' })).toBe(false)
  expect(drawTheSame(before, { ...before, letters: 'others' })).toBe(false)
})
