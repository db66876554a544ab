import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/** A file of the page. */
export interface Asset {
  /** As it is in the folder. */
  body: Buffer
  /** Whether that is in gzip. */
  compressed: boolean
  type: string
  etag: string
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.map': 'application/json',
}

/** Where the build puts the page: beside the bundle. */
export const PAGE: string = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/page/' : './page/', import.meta.url),
)

/**
 * Reads the files of the page by their paths. No file is looked for when a request comes, so that no path leads elsewhere.
 * @returns no file at all where there is no such folder
 */
export function readAssets(folder: string): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>()
  let names: string[] = []
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  for (const file of names) {
    const name = file.replace(/\.gz$/, '')
    const type = TYPES[extname(name)]
    if (type === undefined) continue
    const body = readFileSync(join(folder, file))
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    assets.set(`/${name.replaceAll('\\', '/')}`, { body, compressed: name !== file, type, etag })
  }
  return assets
}

/** The file for a client that accepts these encodings, with the headers that say how it is sent. */
export function encodedFor(
  accepted: string,
  { body, compressed }: Asset,
): { body: Buffer; headers: Record<string, string> } {
  if (!compressed) return { body, headers: {} }
  const vary = 'accept-encoding'
  const takesGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(accepted)
  if (!takesGzip) return { body: gunzipSync(body), headers: { vary } }
  return { body, headers: { vary, 'content-encoding': 'gzip' } }
}

/** The paths that the page itself reads: sessions, one session and an event of it, a trace, trends and search. */
export const isPagePath = (path: string): boolean => /^\/(?:s\/[^/]+(?:\/[^/]+)?|t\/[^/]+|trends|search)?$/.test(path)
