import { createHash } from 'node:crypto'
import type { Page } from 'playwright-core'

/** What a picture depends on beside the page. */
export interface DrawnBy {
  chromium: string
  /** The fonts that the page's text and its code are drawn with. */
  fonts: string
  /** A digest of how the letters look, in any version of the fonts and of what draws them. */
  letters: string
}

const SAMPLE = `<!doctype html><style>
  p { margin: 4px; font: 14px system-ui, sans-serif } b { font-weight: 600 } code { font-family: ui-monospace, monospace }
</style><p>The quick brown fox <b>jumps over</b> <code>the lazy dog 0123456789</code> ● ◐ ○ ▸ ▾ ✕ →</p>`

/** Looks at what draws in the browser of this page, on a page beside it. */
export async function drawnBy(page: Page): Promise<DrawnBy> {
  const context = page.context()
  const sample = await context.newPage()
  await sample.setViewportSize({ width: 600, height: 40 })
  await sample.setContent(SAMPLE)
  const letters = createHash('sha256')
    .update(await sample.screenshot())
    .digest('hex')
    .slice(0, 16)
  const session = await context.newCDPSession(sample)
  await session.send('DOM.enable')
  await session.send('CSS.enable')
  const { root } = await session.send('DOM.getDocument')
  const fonts: string[] = []
  for (const selector of ['b', 'code']) {
    const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector })
    const { fonts: used } = await session.send('CSS.getPlatformFontsForNode', { nodeId })
    fonts.push(...used.map(({ familyName }) => familyName))
  }
  await sample.close()
  return { chromium: context.browser()?.version() ?? '', fonts: fonts.join(', '), letters }
}

/** Whether two browsers draw pixel by pixel the same: their controls change with the version, all else with the letters. */
export const drawTheSame = (a: DrawnBy, b: DrawnBy): boolean =>
  a.letters === b.letters && a.chromium.split('.')[0] === b.chromium.split('.')[0]

export const wordsOf = ({ chromium, fonts, letters }: DrawnBy): string =>
  `Chromium ${chromium} with ${fonts} (letters ${letters})`
