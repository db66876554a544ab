import { setTimeout as wait } from 'node:timers/promises'
import type { Scene } from '../faults/scene.ts'

/** What the collector does, and for how long, in turn. */
export const PHASES = [
  { name: 'healthy', ms: 6000 },
  { name: 'refuses connections', ms: 2000 },
  { name: 'healthy', ms: 6000 },
  { name: 'answers 503', ms: 2000 },
  { name: 'healthy', ms: 6000 },
  { name: 'resets every connection', ms: 2000 },
] as const

/** Goes through the phases, over and over, until `ended`; then the collector is healthy. Returns how often it was not. */
export async function flap({ proxy, receiver }: Scene, ended: AbortSignal): Promise<number> {
  let outages = 0
  for (let i = 0; !ended.aborted; i = (i + 1) % PHASES.length) {
    const { name, ms } = PHASES[i] as (typeof PHASES)[number]
    if (name !== 'healthy') outages++
    if (name === 'refuses connections') await proxy.refuse()
    if (name === 'answers 503') receiver.misbehave({ answer: { status: 503 } })
    if (name === 'resets every connection') receiver.misbehave({ read: 'headers', answer: 'reset' })
    await wait(ms, undefined, { signal: ended }).catch(() => {})
    receiver.behave()
    if (name === 'refuses connections') await proxy.listen()
  }
  return outages
}
