import { access, getInfo } from './client.ts'
import { startLive } from './live.ts'

const FRAGMENT = /^#t=(.+)$/

/** Swaps the token of the address for a cookie and drops it from the address, then follows what arrives. */
export async function enter(): Promise<void> {
  const token = FRAGMENT.exec(window.location.hash)?.[1]
  if (token !== undefined) {
    window.history.replaceState(null, '', window.location.pathname + window.location.search)
    await swap(token)
    if (access.value !== 'entering') return
  }
  await getInfo().catch(() => {})
  if (access.value === 'open') startLive()
}

async function swap(token: string): Promise<void> {
  try {
    const response = await fetch('/api/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    })
    if (!response.ok) access.value = 'locked'
  } catch {
    access.value = 'ended'
  }
}
