import type { Locator, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { openPage, useBrowser } from './browser.fixture.ts'
import { NOW, PRICES, storeWeek } from './pictures/sample-store.ts'

useBrowser()

interface Drawn {
  /** The upper end of the axis, as it is written. */
  top: string
  /** By the address behind it: the heights of its parts from the bottom on, in hundredths of the axis. */
  columns: [href: string, heights: number[]][]
  /** The points of each line, in hundredths of the chart's width and height. */
  lines: { x: number; y: number }[][]
}

interface Table {
  head: string[]
  rows: { href: string; cells: string[] }[]
}

const drawnIn = (card: Locator): Promise<Drawn> =>
  card.evaluate(element => ({
    top: element.querySelector('.axis-y span')?.textContent ?? '',
    columns: [...element.querySelectorAll('a.column')].map(column => [
      column.getAttribute('href') ?? '',
      [...column.querySelectorAll('span')].map(({ style }) => Number.parseFloat(style.height)),
    ]),
    lines: [...element.querySelectorAll('.lines g')].map(line =>
      [...line.querySelectorAll('path')].flatMap(path =>
        [...(path.getAttribute('d') ?? '').matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => ({
          x: Number(x),
          y: Number(y),
        })),
      ),
    ),
  }))

const tableOf = async (card: Locator): Promise<Table> => {
  await card.getByText('as a table').click()
  const table = card.locator('details table')
  await table.waitFor()
  return table.evaluate(element => {
    const texts = (row: Element): string[] => [...row.children].map(cell => cell.textContent ?? '')
    return {
      head: texts(element.querySelector('thead tr') as Element),
      rows: [...element.querySelectorAll('tbody tr')].map(row => ({
        href: row.querySelector('a')?.getAttribute('href') ?? '',
        cells: texts(row).slice(1),
      })),
    }
  })
}

const UNITS: Readonly<Record<string, number>> = { k: 1e3, M: 1e6, G: 1e9, '%': 0.01 }

/** The number that a text of the page says. */
function numberIn(text: string): number {
  const [, digits = '', unit = ''] = /^\$?([\d.,]+) ?([kMG%]?)$/.exec(text) ?? []
  expect(digits, text).not.toBe('')
  return Number(digits.replaceAll(',', '')) * (UNITS[unit] ?? 1)
}

it('the numbers behind each chart are those that it draws', async () => {
  const { page, open } = await openPage([], { now: NOW, timezoneId: 'UTC', prices: PRICES, fill: storeWeek })
  await open('/trends?from=7d')
  const card = (name: string) => page.getByRole('region', { name, exact: true })
  await card('The week').locator('svg').waitFor()

  for (const name of ['Tokens', 'Cost']) {
    const { top, columns } = await drawnIn(card(name))
    const { rows } = await tableOf(card(name))
    const filled = columns.filter(([, heights]) => heights.length > 0)
    expect(rows.map(({ href }) => href)).toEqual(filled.map(([href]) => href))
    expect(rows.length).toBeGreaterThan(10)
    for (const [index, { cells }] of rows.entries()) {
      const [, heights = []] = filled[index] ?? []
      const drawn = heights.map(height => (height * numberIn(top)) / 100)
      const written = cells.map(numberIn).filter(value => value > 0)
      expect(drawn).toHaveLength(written.length)
      for (const [part, value] of written.entries()) {
        // Dollars are written with two digits behind the point, and heights with four.
        const error = name === 'Cost' ? 0.0051 : numberIn(top) * 1e-6
        expect(Math.abs((drawn[part] ?? 0) - value), `${name} ${cells}`).toBeLessThanOrEqual(error)
      }
    }
  }

  for (const [name, from, error] of [
    ['Cache', 0, 0.0051],
    ['Retries', 0, 0.51],
    ['Sessions and errors', 0, 0.01],
  ] as const) {
    const { top, columns, lines } = await drawnIn(card(name))
    const { rows } = await tableOf(card(name))
    expect(rows.length).toBeGreaterThan(10)
    const places = new Map(columns.map(([href], index) => [href, (100 * (index + 0.5)) / columns.length]))
    for (const { href, cells } of rows) {
      for (const [line, points] of lines.entries()) {
        const point = points.find(({ x }) => Math.abs(x - (places.get(href) ?? -1)) < 0.01)
        const drawn = ((100 - (point?.y ?? Number.NaN)) * numberIn(top)) / 100
        expect(Math.abs(drawn - numberIn(cells[from + line] ?? '')), `${name} ${cells}`).toBeLessThanOrEqual(error)
      }
    }
  }

  const week = await tableOf(card('The week'))
  const counts = week.rows.flatMap(({ cells }) => cells.map(numberIn))
  const hours = await card('The week')
    .locator('svg a')
    .evaluateAll(links => links.map(link => [link.getAttribute('href'), link.textContent]))
  // Of one week, each hour with requests is a link to them.
  expect(hours).toHaveLength(counts.filter(count => count > 0).length)
  const [[href = '', words = ''] = []] = hours
  const [, told = ''] = /, (\d+) requests$/.exec(words ?? '') ?? []
  const most = Math.max(...counts)
  const opacities = await card('The week')
    .locator('svg rect')
    .evaluateAll(cells => cells.map(cell => Number(cell.getAttribute('fill-opacity'))))
  expect(opacities).toEqual(counts.map(count => (count === 0 ? 0.06 : 0.2 + 0.8 * Math.sqrt(count / most))))
  const requests = counts.reduce((sum, count) => sum + count, 0)
  expect(await page.locator('.facts').textContent()).toContain(`requests${requests}`)

  const approvals = await card('Approvals')
    .locator('tbody tr')
    .evaluateAll(rows =>
      rows.map(row => [
        Number(row.children[2]?.textContent),
        Number.parseFloat(row.querySelector<HTMLElement>('.track span')?.style.width ?? ''),
      ]),
    )
  const [most0 = 0] = approvals[0] ?? []
  expect(approvals.length).toBeGreaterThan(1)
  for (const [count = 0, width = 0] of approvals) expect(width).toBeCloseTo((100 * count) / most0, 3)

  // A click goes there without loading the page anew.
  await page.evaluate(() => document.body.setAttribute('data-same', ''))
  await card('The week').locator('svg a').first().click()
  await page.locator('.hit-link').first().waitFor()
  expect(await page.evaluate(() => location.pathname + location.search)).toBe(href)
  expect(await page.locator('.hit-link').count()).toBe(Number(told))
  expect(await page.locator('body[data-same]').count()).toBe(1)
})

it('a price that is not known is unknown wherever it is a sum or a part of one, and never 0', async () => {
  const { page, open } = await openPage([], { now: NOW, timezoneId: 'UTC', prices: PRICES, fill: storeWeek })
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })
  const cost = (name: string) => row(name).first().locator('.cost').textContent()
  await expect.poll(() => cost('Make the flaky spool test')).toBe('$0.34')
  expect(await cost('prompt not sent')).toBe('unknown')
  expect(await page.locator('.today').textContent()).toMatch(
    /cost > \$\d+\.\d\d by prices of 2026-11-01; 2 models have none/,
  )
  await row('prompt not sent').first().getByRole('link').click()
  await page.locator('.session-head').getByText('cost unknown').waitFor()
  await open('/trends?from=24h&model=my-own-model')
  await expect.poll(() => page.locator('.facts').textContent()).toContain('costunknown 1 without a price')
  await page.getByRole('button', { name: 'edit prices' }).click()
  expect(await page.getByRole('spinbutton', { name: 'my-own-model, output' }).inputValue()).toBe('')
})

/** The contrast of each painted part of charts with what is behind it, by its class. */
const contrasts = (page: Page): Promise<[name: string, contrast: number][]> =>
  page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    if (!canvas) throw new Error('no canvas')
    /** Red, green, blue and how much of it there is. */
    const channels = (colour: string): number[] => {
      canvas.clearRect(0, 0, 1, 1)
      canvas.fillStyle = colour
      canvas.fillRect(0, 0, 1, 1)
      return [...canvas.getImageData(0, 0, 1, 1).data]
    }
    const luminance = (colour: string): number => {
      const [red = 0, green = 0, blue = 0] = channels(colour).map(value => {
        const share = value / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    const behind = (element: Element | null): string => {
      for (let at = element; at; at = at.parentElement) {
        const colour = getComputedStyle(at).backgroundColor
        if (channels(colour)[3] === 255) return colour
      }
      return 'white'
    }
    const parts = '.column span, .track span, .swatch, .lines path, .ribbon path, .sum-bar rect, .span-bar'
    return [...document.querySelectorAll(parts)].map(part => {
      const { backgroundColor, fill, stroke } = getComputedStyle(part)
      const isDrawn = part instanceof SVGElement
      const colour = !isDrawn ? backgroundColor : part.closest('.lines') ? stroke : fill
      const [high, low] = [luminance(colour), luminance(behind(part.parentElement))].sort((a, b) => b - a)
      const name = part.getAttribute('class') || part.parentElement?.getAttribute('class') || ''
      return [name, ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05)]
    })
  })

it.each(['light', 'dark'] as const)(
  'each colour of a chart has a contrast of 3 to 1 and more with what is behind it, in %s',
  async colorScheme => {
    const { page, open, store } = await openPage(['b-tool-ok', 'd-429-then-ok'], {
      ...{ now: NOW, timezoneId: 'UTC', prices: PRICES, colorScheme },
      fill: storeWeek,
    })
    const seen = new Set<string>()
    const sample = (await store.query('sessions', { from: 0, to: 8.64e15, limit: 100 })).find(
      ({ retries }) => retries > 1,
    )
    for (const [path, drawn] of [
      ['/trends?from=all', '[aria-label=Tools] .track span'],
      ['/trends?from=all&stack=model', '[aria-label=Tools] .track span'],
      [`/s/${sample?.conversation_id}`, '.ribbon path'],
      ['/t/c6ffedec792a6d8010e4aed288de60ae', '.span-bar'],
    ] as const) {
      await open(path)
      await page.locator(drawn).first().waitFor()
      for (const [name, contrast] of await contrasts(page)) {
        seen.add(name.split(' ').at(-1) ?? '')
        expect(contrast, `${path} ${name}`).toBeGreaterThanOrEqual(3)
      }
    }
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'c-1',
        'c-2',
        'c-3',
        'c-4',
        'c-5',
        'line-c-8',
        'part-model',
        'part-tools',
        'part-you',
        'part-other',
      ]),
    )
  },
)
