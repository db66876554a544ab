import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { type ReceivedRequest, recodeRequest } from '@codex/otlp-receiver'

/** Where the requests of the last run are, each a line of OTLP in JSON. */
const CAPTURE = fileURLToPath(new URL('../../../node_modules/.cache/codex-demo/tour.jsonl', import.meta.url))

/**
 * Keeps requests in a file that their user alone can read.
 * @returns its path, from the working directory
 */
export async function keepCapture(requests: readonly ReceivedRequest[]): Promise<string> {
  await mkdir(dirname(CAPTURE), { recursive: true })
  await writeFile(CAPTURE, requests.map(lineOf).join(''), { mode: 0o600 })
  // A file of an earlier run keeps its mode.
  await chmod(CAPTURE, 0o600)
  return relative(process.cwd(), CAPTURE)
}

function lineOf({ signal, body, contentEncoding, contentType }: ReceivedRequest): string {
  if (signal === undefined) return ''
  const encoding = contentType === 'application/json' ? 'json' : 'binary'
  const message = contentEncoding === 'gzip' ? gunzipSync(body) : body
  return `${Buffer.from(recodeRequest(signal, message, encoding, 'json'))}\n`
}
