import { effect, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { TextsRow } from '../../src/queries/texts.ts'
import { ask } from './client.ts'
import { removals } from './live.ts'

/** Characters of each text that a row of a list may show. */
const LENGTH = 400
const MAX_IDS = 200
const REMEMBERED = 5_000
/** Milliseconds in which the rows that come into view are gathered for one question. */
const GATHER_MS = 20

const known = new Map<number, TextsRow>()
const wanted = new Set<number>()
const version = signal(0)
let isGathering = false

// The texts of a session that was removed are not kept here either.
effect(() => {
  if (removals.value > 0) known.clear()
})

/** The beginnings of the texts of an event, once they are there. */
export function textsOf(event: number): TextsRow | undefined {
  version.value
  return known.get(event)
}

/** Asks for the texts of the events that are in view. */
export function useTexts(events: readonly number[]): void {
  const key = events.join(',')
  useEffect(() => {
    for (const event of events) if (!known.has(event)) wanted.add(event)
    gather()
  }, [key, removals.value])
}

function gather(): void {
  if (isGathering || wanted.size === 0) return
  isGathering = true
  setTimeout(fetchWanted, GATHER_MS)
}

async function fetchWanted(): Promise<void> {
  const events = [...wanted].slice(0, MAX_IDS)
  for (const event of events) wanted.delete(event)
  const rows = await ask('texts', { events: events.join(','), length: LENGTH }).catch(() => [])
  if (known.size > REMEMBERED) known.clear()
  for (const row of rows) known.set(row.event_id, row)
  version.value += 1
  isGathering = false
  gather()
}
