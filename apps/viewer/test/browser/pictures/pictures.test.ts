import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { newestSession, type OpenedPage, openPage, useBrowser } from '../browser.fixture.ts'
import { storeSample } from '../sample-session.ts'
import { FIXED, look, sessionDrawn } from './look.ts'
import { SAMPLE_START, storeRefused, storeWeek } from './sample-store.ts'

useBrowser()

const week = (): Promise<OpenedPage> => openPage([], { ...FIXED, fill: storeWeek })

interface Screen {
  name: string
  start(): Promise<OpenedPage>
  path?(opened: OpenedPage): Promise<string>
  /** Waits until everything is drawn. */
  drawn(page: Page): Promise<unknown>
  /** Of the wide window and of the narrow one, in pixels. */
  heights?: readonly [number, number]
}

const SCREENS: readonly Screen[] = [
  {
    name: 'arriving',
    start() {
      return openPage([], { ...FIXED, receiving: 'http://127.0.0.1:4318', fill: storeRefused })
    },
    drawn: page => page.locator('.refusals li').nth(1).waitFor(),
  },
  {
    name: 'sessions',
    start: week,
    async drawn(page) {
      await page.locator('.state.waits').waitFor()
      await page.getByText('kept in').waitFor()
      await page.locator('.today').getByText('cost').waitFor()
    },
  },
  {
    name: 'session',
    start: () => openPage([], { ...FIXED, fill: store => storeSample(store, SAMPLE_START) }),
    path: ({ store }) => newestSession(store),
    // A narrow row takes two lines.
    heights: [800, 1_400],
    drawn: sessionDrawn,
  },
  {
    name: 'trends',
    start: week,
    path: async () => '/trends?from=7d',
    heights: [1_760, 2_900],
    async drawn(page) {
      await page.getByRole('region', { name: 'Errors' }).getByRole('link').first().waitFor()
      await page.getByRole('region', { name: 'Tools' }).getByRole('link').first().waitFor()
      await page.getByRole('region', { name: 'Approvals' }).getByRole('link').first().waitFor()
      await page.getByText('end', { exact: true }).first().waitFor()
      await page.locator('.scope-bar option', { hasText: 'my-own-model' }).waitFor({ state: 'attached' })
    },
  },
  {
    name: 'trace',
    start: () => openPage(['b-tool-ok'], FIXED),
    path: async () => '/t/c6ffedec792a6d8010e4aed288de60ae',
    async drawn(page) {
      await page.getByText('unfold 17 internal spans').waitFor()
      await page.getByRole('combobox', { name: 'traces of the session' }).waitFor()
    },
  },
  {
    name: 'search',
    start: week,
    path: async () => '/search?q=tool%3Aexec_command%20vitest',
    drawn: page => page.locator('.hit mark').first().waitFor(),
  },
]

it.each(SCREENS)('the screen $name is drawn as in its pictures, light and dark, wide and narrow', async screen => {
  const opened = await screen.start()
  const { page, open } = opened
  const path = (await screen.path?.(opened)) ?? '/'
  for (const [index, width] of [1_280, 390].entries()) {
    await page.setViewportSize({ width, height: screen.heights?.[index] ?? 800 })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      // From its beginning: what was measured at another width is forgotten.
      await open(path)
      await screen.drawn(page)
      await look(page, `${screen.name}-${width}-${colorScheme}`)
    }
  }
})

it.each(['light', 'dark'] as const)(
  'the figures of a session stand below each other and none is cut, as in the pictures of README.md, in %s',
  async colorScheme => {
    const { page, open, store } = await openPage([], {
      ...FIXED,
      ...{ deviceScaleFactor: 2, colorScheme },
      fill: store => storeSample(store, SAMPLE_START),
    })
    await open(await newestSession(store))
    await sessionDrawn(page)
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
    const name = colorScheme === 'dark' ? 'viewer-dark' : 'viewer'
    // At this scale the browser draws letters in one way or another: where the parts are is compared, and no pixel.
    await look(page, name, { path: `docs/${name}.png`, pixels: false })
  },
)
