import { access, getInfo } from './client.ts'
import { startLive } from './live.ts'

const FRAGMENT = /^#t=(.+)$/

/** The pages of this address in one browser, which share its cookie. */
const pages = new BroadcastChannel('entered')

/** Enters; a page that could not tries again with another token in its address, after another page, and when it is looked at. */
export function startAccess(): void {
  pages.addEventListener('message', tryAgain)
  window.addEventListener('focus', tryAgain)
  window.addEventListener('hashchange', () => {
    if (FRAGMENT.test(window.location.hash)) void enter()
  })
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) tryAgain()
  })
  void enter()
}

/** Swaps the token of the address for a cookie and drops it from the address, then follows what arrives. */
export async function enter(): Promise<void> {
  const token = FRAGMENT.exec(window.location.hash)?.[1]
  if (token !== undefined) {
    window.history.replaceState(null, '', window.location.pathname + window.location.search)
    await swap(token)
  }
  await open()
  if (access.value === 'open') pages.postMessage(null)
}

let isTrying = false

/** What is shown stays until something answers. */
function tryAgain(): void {
  if (isTrying || (access.value !== 'locked' && access.value !== 'ended')) return
  isTrying = true
  void open().finally(() => {
    isTrying = false
  })
}

async function open(): Promise<void> {
  await getInfo().catch(() => {})
  if (access.value === 'open') startLive()
}

/** Whether it was taken shows with the next question: an address that was opened before is as good as none. */
async function swap(token: string): Promise<void> {
  await fetch('/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  }).catch(() => {})
}
