import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { newestSession, openPage, useBrowser } from './browser.fixture.ts'
import { SAMPLE_PRICE, storeSample } from './sample-session.ts'

useBrowser()

/** When the session of the pictures began. */
const START = new Date(2026, 10, 6, 9, 30).getTime()

it.each(['light', 'dark'] as const)(
  'the figures of a session stand below each other and none is cut, in %s',
  async colorScheme => {
    const { page, open, store } = await openPage([], {
      viewport: { width: 1180, height: 680 },
      colorScheme,
      prices: [SAMPLE_PRICE],
      fill: store => storeSample(store, START),
    })
    await open(await newestSession(store))
    await page.getByText('pnpm vitest run spool').first().waitFor()
    await page.getByText('exited 1').first().waitFor()
    await page.getByText('cost $').waitFor()
    await page.locator('.turns li').last().getByText('Write a changeset').waitFor()
    const drawn = await page.evaluate(() => {
      const all = (selector: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(selector)]
      const edges = (selector: string, edge: 'left' | 'right'): number[] => [
        ...new Set(all(selector).map(element => Math.round(element.getBoundingClientRect()[edge]))),
      ]
      return {
        times: edges('.entry .time', 'left'),
        kinds: edges('.entry .kind', 'left'),
        figures: edges('.entry .figures', 'right'),
        cut: all('.figures, .time, .figures-line li, .part').filter(
          element => element.scrollWidth > element.clientWidth + 1,
        ).length,
        ribbons: all('.turn .ribbon, .turns .ribbon').map(ribbon => ribbon.getBoundingClientRect().width > 100),
      }
    })
    expect(drawn.times).toHaveLength(1)
    expect(drawn.kinds).toHaveLength(1)
    expect(drawn.figures).toHaveLength(1)
    expect(drawn.cut).toBe(0)
    expect(drawn.ribbons.length).toBeGreaterThan(4)
    expect(drawn.ribbons).not.toContain(false)
    if (process.env.PICTURES === '1') {
      const name = colorScheme === 'dark' ? 'viewer-dark.png' : 'viewer.png'
      writeFileSync(fileURLToPath(new URL(`../../../../docs/${name}`, import.meta.url)), await page.screenshot())
    }
  },
)
