import { signal } from '@preact/signals'
import type { LiveMessage } from '../../src/web/contract.ts'
import { access, reasonIn } from './client.ts'
import { messagesOf } from './messages.ts'
import { pauseAfter } from './pause.ts'

/** The newest message; a screen that shows one of its sessions asks again. */
export const live = signal<LiveMessage | undefined>(undefined)

/** Changes when sessions were removed: what is shown may be gone. */
export const removals = signal(0)

/** Whether the stream is open. */
export const following = signal(false)

/** Why the stream is not open, and when it is tried again; `undefined` while nothing was lost. */
export const lost = signal<{ reason: string; nextMs: number } | undefined>(undefined)

/** The server says that it is there more often than this. */
const SILENCE_MS = 45_000

/** Ends the stream that is open or asked for. */
let stream: AbortController | undefined
let timer: ReturnType<typeof setTimeout> | undefined
let failures = 0
let isWatched = false

/** The id of the newest message, from which a new stream goes on. */
let seen = ''

/** Follows what arrives while the page is seen: a browser has six connections for all pages of a server. */
export function startLive(): void {
  if (!isWatched) document.addEventListener('visibilitychange', () => (document.hidden ? pause() : follow()))
  isWatched = true
  follow()
}

function pause(): void {
  clearTimeout(timer)
  stream?.abort()
  stream = undefined
  following.value = false
  lost.value = undefined
}

function follow(): void {
  if (stream || document.hidden || access.value === 'locked') return
  clearTimeout(timer)
  const own = new AbortController()
  stream = own
  void read(own.signal).then(({ reason, retryAfter = null }) => {
    if (stream !== own) return
    own.abort()
    stream = undefined
    following.value = false
    if (access.value === 'locked') return
    failures += 1
    const ms = pauseAfter(failures, retryAfter)
    lost.value = { reason, nextMs: Date.now() + ms }
    timer = setTimeout(follow, ms)
  })
}

interface End {
  reason: string
  retryAfter?: string | null
}

/** Reads a stream to its end. */
async function read(signal: AbortSignal): Promise<End> {
  let response: Response
  try {
    response = await fetch(seen === '' ? '/api/live' : `/api/live?after=${seen}`, { signal })
  } catch {
    if (!signal.aborted) access.value = 'ended'
    return { reason: 'nothing answers at this address' }
  }
  if (response.status === 401 || response.status === 403) access.value = 'locked'
  if (!response.ok || !response.body)
    return { reason: await reasonIn(response), retryAfter: response.headers.get('retry-after') }
  access.value = 'open'
  following.value = true
  lost.value = undefined
  const silence = new AbortController()
  const ended = new Promise<End>(resolve => {
    silence.signal.addEventListener('abort', () => resolve({ reason: 'the viewer says nothing any more' }))
  })
  return Promise.race([ended, readAll(response.body, () => silence.abort())])
}

async function readAll(body: ReadableStream<Uint8Array<ArrayBuffer>>, onSilence: () => void): Promise<End> {
  let silent = setTimeout(onSilence, SILENCE_MS)
  try {
    for await (const { id, data } of messagesOf(body)) {
      clearTimeout(silent)
      silent = setTimeout(onSilence, SILENCE_MS)
      if (data === undefined) continue
      failures = 0
      seen = id
      const message = JSON.parse(data) as LiveMessage
      if (live.value && live.value.removals !== message.removals) removals.value += 1
      live.value = message
    }
    return { reason: 'the viewer ended the stream' }
  } catch {
    return { reason: 'the connection broke' }
  } finally {
    clearTimeout(silent)
  }
}
