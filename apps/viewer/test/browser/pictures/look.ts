import type { BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { ModelPrice } from '../../../src/web/contract.ts'
import { NOW, PRICES } from './sample-store.ts'
import { compareWithStored, type Place, storePicture } from './stored-pictures.ts'

/** What a page takes from the machine that it is on. */
export const FIXED: BrowserContextOptions & { now: number; prices: ModelPrice[] } = {
  now: NOW,
  timezoneId: 'UTC',
  locale: 'en-US',
  prices: PRICES,
}

/** Holds what the page shows against the stored picture, or stores it. */
export async function look(page: Page, name: string, place?: Place): Promise<void> {
  await page.getByText('● following').waitFor()
  if (process.env.PICTURES === '1') await storePicture(page, name, place)
  else expect(await compareWithStored(page, name, place)).toBe('')
}

/** Waits until everything of the sample session is drawn. */
export async function sessionDrawn(page: Page): Promise<void> {
  await page.getByText('pnpm vitest run spool').first().waitFor()
  await page.getByText('exited 1').first().waitFor()
  await page.getByText('cost $').waitFor()
  await page.locator('.turns li, .toolbar option').getByText('Write a changeset').first().waitFor({ state: 'attached' })
}
