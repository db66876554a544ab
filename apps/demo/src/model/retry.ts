import { setTimeout as sleep } from 'node:timers/promises'

const FIRST_WAIT_MS = 200
/** The largest delay of a timer, in milliseconds. */
const MAX_WAIT_MS = 2_147_483_647
const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** The wait before retry number `retry` (from 0), in milliseconds: 200, 400, 800, ..., each changed by up to a tenth. */
export function backoffMs(retry: number, random: () => number = Math.random): number {
  return Math.min(MAX_WAIT_MS, Math.round(FIRST_WAIT_MS * 2 ** retry * (0.9 + random() * 0.2)))
}

/** Reads a `Retry-After` header, which has seconds or a date, as milliseconds. */
export function retryAfterMs(header: string | null, now: number = Date.now()): number | undefined {
  if (header === null || header.trim() === '') return undefined
  const seconds = Number(header)
  const waitMs = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000
  return Number.isNaN(waitMs) ? undefined : clampWait(waitMs)
}

/** The wait that a rate limit's message asks for ("Please try again in 1m2.5s"), in milliseconds. */
export function waitInText(text: string): number | undefined {
  const asked =
    /try again in\s+((?:\d+(?:\.\d+)?\s*(?:ms|milliseconds?|s|sec(?:ond)?s?|m|min(?:ute)?s?|h(?:ours?)?)\s*)+)/i.exec(
      text,
    )
  if (asked?.[1] === undefined) return undefined
  let waitMs = 0
  for (const [, amount, unit = ''] of asked[1].matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)) {
    const short = /^(ms|milli)/i.test(unit) ? 'ms' : unit.slice(0, 1).toLowerCase()
    waitMs += Number(amount) * (UNIT_MS[short] ?? 0)
  }
  return clampWait(waitMs)
}

function clampWait(waitMs: number): number {
  return Math.min(MAX_WAIT_MS, Math.max(0, Math.round(waitMs)))
}

/** Waits. @throws the signal's reason when it is aborted. */
export async function wait(waitMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(waitMs, undefined, { signal })
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}
