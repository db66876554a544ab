import { signal } from '@preact/signals'
import type { LiveMessage } from '../../src/web/contract.ts'
import { access, getInfo } from './client.ts'

/** The newest message; a screen that shows one of its sessions asks again. */
export const live = signal<LiveMessage | undefined>(undefined)

/** Whether the stream is open. */
export const following = signal(false)

/** Milliseconds after which a stream is opened again that the browser has given up. */
const RESTART_MS = 5_000

let source: EventSource | undefined

/** Follows what arrives. The browser itself opens the stream again and says where it was. */
export function startLive(): void {
  if (source) return
  const opened = new EventSource('/api/live')
  source = opened
  opened.onopen = () => {
    following.value = true
    access.value = 'open'
  }
  opened.onmessage = ({ data }) => {
    live.value = JSON.parse(data) as LiveMessage
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
  if (access.value === 'open') startLive()
}
