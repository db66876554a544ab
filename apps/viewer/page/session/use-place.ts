import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { ListHandle } from '../list/windowed-list.tsx'
import { query, setQuery } from '../shell/router.ts'
import { type SessionListRow, timeOf } from './session-rows.ts'

/** Milliseconds after the last scrolling in which the address stays. */
const SETTLE_MS = 300

/**
 * Keeps the time of the first row in view in the address, `?t=…` in milliseconds since the epoch, and goes there once the rows of
 * an address are there.
 * @returns what the list calls when it was scrolled
 */
export function usePlace(
  session: string,
  rows: readonly SessionListRow[],
  whole: boolean,
  list: RefObject<ListHandle | null>,
): (key: string | undefined) => void {
  const found = useRef<string | undefined>(undefined)
  useEffect(() => {
    if (found.current === session || rows.length === 0) return
    const time = Number(query.peek().get('t') ?? Number.NaN)
    const index = rows.findIndex(row => timeOf(row) >= time)
    if (index < 0 && !whole && !Number.isNaN(time)) return
    found.current = session
    if (index >= 0) list.current?.showFirst(index)
  }, [session, rows, whole])

  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [session])
  return key => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      const row = rows.find(row => row.key === key)
      setQuery({ t: row && String(timeOf(row)) }, { replace: true })
    }, SETTLE_MS)
  }
}
