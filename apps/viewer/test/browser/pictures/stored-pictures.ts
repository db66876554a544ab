import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { type Blocks, blocksOf, movedBlocks } from './blocks.ts'
import { differenceOf } from './compare.ts'
import { type DrawnBy, drawnBy, drawTheSame, wordsOf } from './drawn-by.ts'
import { readPng, writePng } from './png.ts'

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url))
const FOLDER = 'apps/viewer/test/browser/pictures/stored'
/** What drew each picture, and where the parts of its screen were. */
const ABOUT = `${FOLDER}/about.json`
/** Where a picture that differs is written to, with what differs. */
const DIFFERENCES = 'dist/pictures'
const UPDATE = 'PICTURES=1 npm run test:browser -- pictures'

interface About {
  drawnBy: DrawnBy
  blocks: Blocks
}

const read = (path: string): Buffer => readFileSync(join(ROOT, path))

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(ROOT, path)), { recursive: true })
  writeFileSync(join(ROOT, path), content)
}

const aboutAll = (): Record<string, About> => JSON.parse(String(read(ABOUT)))

/** Of a picture that is elsewhere, or that is not compared by its pixels. */
export interface Place {
  path: string
  pixels: boolean
}

const placeOf = (name: string): Place => ({ path: `${FOLDER}/${name}.png`, pixels: true })

let told = false

/** Says once that pixels are not compared. */
function tell(here: DrawnBy, there: DrawnBy): void {
  if (told) return
  told = true
  process.stderr.write(
    `pictures: this is ${wordsOf(here)}, and they were drawn by ${wordsOf(there)}: compared is where the parts of each screen are, and no pixel\n`,
  )
}

/** What is different of a picture from the stored one, in words; empty where nothing is. */
export async function compareWithStored(page: Page, name: string, place: Place = placeOf(name)): Promise<string> {
  const { path, pixels } = place
  const about = aboutAll()[name]
  if (!about) return `${name}: no such picture is stored. ${UPDATE} stores it`
  const moved = movedBlocks(about.blocks, await blocksOf(page))
  const here = await drawnBy(page)
  if (pixels && !drawTheSame(here, about.drawnBy)) tell(here, about.drawnBy)
  else if (pixels) {
    const drawn = readPng(await page.screenshot())
    const difference = differenceOf(readPng(read(path)), drawn)
    if (difference) {
      const written = `${DIFFERENCES}/${name}`
      write(`${written}.png`, writePng(drawn))
      if (difference.picture) write(`${written}.difference.png`, writePng(difference.picture))
      moved.push(`${difference.what}: see ${written}.png and ${written}.difference.png beside ${path}`)
    }
  }
  return moved.length === 0 ? '' : `${name}: ${moved.join('; ')}. ${UPDATE} takes what is drawn now`
}

/** Stores a picture in place of the one before. */
export async function storePicture(page: Page, name: string, { path }: Place = placeOf(name)): Promise<void> {
  write(path, writePng(readPng(await page.screenshot())))
  const all = { ...aboutAll(), [name]: { drawnBy: await drawnBy(page), blocks: await blocksOf(page) } }
  write(ABOUT, `${JSON.stringify(all, undefined, 2)}\n`)
}
