import type { Page } from 'playwright-core'

/** The parts that a screen consists of, whatever its fonts are. */
const PARTS = [
  'header.header',
  'main',
  'main section',
  'main aside',
  'main form',
  'main :is([role=grid], [role=treegrid], [role=toolbar], [role=tabpanel])',
].join(', ')
/** The left edge and the width of each part that is in view, by its name. */
export type Blocks = Record<string, string>

/** Pixels by which an edge may be elsewhere in another browser: about a scroll bar. */
const TOLERATED = 16

export const blocksOf = (page: Page): Promise<Blocks> =>
  page.evaluate(parts => {
    const blocks: Record<string, string> = {}
    for (const element of document.querySelectorAll(parts)) {
      const { x, width, top, height } = element.getBoundingClientRect()
      if (width < 2 || height < 2 || top >= window.innerHeight) continue
      const label = element.getAttribute('aria-label') ?? element.getAttribute('role') ?? element.classList.item(0)
      blocks[`${element.tagName.toLowerCase()} ${label ?? ''}`.trim()] ??= `${Math.round(x)} ${Math.round(width)}`
    }
    return blocks
  }, PARTS)

/** The parts that are not there, or elsewhere. */
export function movedBlocks(stored: Blocks, drawn: Blocks): string[] {
  return Object.entries(stored).flatMap(([name, place]) => {
    const now = drawn[name]
    if (now === undefined) return [`${name} is not there`]
    const [before, after] = [place, now].map(text => text.split(' ').map(Number))
    const isNear = before?.every((edge, index) => Math.abs(edge - (after?.[index] ?? 0)) <= TOLERATED)
    return isNear ? [] : [`${name} is at ${now}, and was at ${place}`]
  })
}
