import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Info } from '../../src/web/contract.ts'
import { getInfo } from '../api/client.ts'
import { live } from '../api/live.ts'
import { useNow } from '../shell/use-now.ts'
import { amount, DAY, size } from '../text/quantities.ts'

/** How often it looks again while something arrives, in milliseconds. */
const REFRESH_MS = 2_000
/** How often it does so anyway. */
const STEP_MS = 60_000

/** Where the sessions are, how much room they take, and for how long they stay. */
export function StoreLine() {
  const now = useNow(REFRESH_MS)
  const step = Math.floor(now / STEP_MS)
  const message = useMemo(() => live.peek(), [now])
  const [info, setInfo] = useState<Info>()
  useEffect(() => {
    getInfo().then(setInfo, () => {})
  }, [step, message])
  return info ? <p class="store-line muted">{storeText(info)}</p> : null
}

export function storeText({ store, file, version }: Pick<Info, 'store' | 'file' | 'version'>): string {
  const records = `${amount(store.events)} records, ${size(store.bytes)}`
  if (file !== null) return `read from ${file}: ${records}; nothing is kept · version ${version}`
  const limits = [
    store.maxBytes === null ? undefined : `${size(store.maxBytes)} at most`,
    store.retainMs === null ? undefined : `each session for ${amount(store.retainMs / DAY)} days after its last event`,
  ].filter(limit => limit !== undefined)
  return `kept in ${store.path}: ${[records, ...limits].join(', ')} · version ${version}`
}
