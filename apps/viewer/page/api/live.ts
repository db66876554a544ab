import { signal } from '@preact/signals'
import type { LiveMessage } from '../../src/web/contract.ts'
import { access, getInfo } from './client.ts'

/** The newest message; a screen that shows one of its sessions asks again. */
export const live = signal<LiveMessage | undefined>(undefined)

/** Changes when sessions were removed: what is shown may be gone. */
export const removals = signal(0)

/** Whether the stream is open. */
export const following = signal(false)

/** Milliseconds after which a stream is opened again that the browser has given up. */
const RESTART_MS = 5_000

let source: EventSource | undefined

/** The id of the newest message, from which a new stream goes on. */
let seen = ''

/** Follows what arrives while the page is seen: a browser has six connections for all pages of a server. */
export function startLive(): void {
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      source?.close()
      source = undefined
      following.value = false
    } else if (access.value !== 'locked') open()
  })
  open()
}

/** Opens the stream. The browser itself opens it again where it breaks, and says where it was. */
function open(): void {
  if (source || document.hidden) return
  const opened = new EventSource(seen === '' ? '/api/live' : `/api/live?after=${seen}`)
  source = opened
  opened.onopen = () => {
    following.value = true
    access.value = 'open'
  }
  opened.onmessage = ({ data, lastEventId }) => {
    seen = lastEventId
    const message = JSON.parse(data) as LiveMessage
    if (live.value && live.value.removals !== message.removals) removals.value += 1
    live.value = message
  }
  opened.onerror = () => {
    following.value = false
    if (opened.readyState === EventSource.CLOSED) source = undefined
    // A stream does not say why it ended; a request does.
    void getInfo().catch(() => {})
    if (source === undefined) setTimeout(restart, RESTART_MS)
  }
}

function restart(): void {
  if (access.value === 'open') open()
}
