import { computed } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { listIn, query, setQuery } from './router.ts'

/** The names of what a person has opened on the screen; they are in its address: `?show=raw,17`. */
export const shown = computed<ReadonlySet<string>>(() => new Set(listIn(query.value, 'show')))

/** Opens or closes what has one of these names; the first is the one that the address then has. */
export function show(isShown: boolean, name: string, ...otherNames: readonly string[]): void {
  const names = [...shown.peek()].filter(one => one !== name && !otherNames.includes(one))
  if (isShown) names.push(name)
  setQuery({ show: names.join(',') || undefined }, { replace: true })
}

/** A part that is closed at first. What is in it is made when it is opened. */
export function Details({ name, summary, children }: { name: string; summary: string; children: ComponentChildren }) {
  const isOpen = shown.value.has(name)
  return (
    <details
      open={isOpen}
      onToggle={({ currentTarget: { open } }) => {
        if (open !== isOpen) show(open, name)
      }}
    >
      <summary>{summary}</summary>
      {isOpen ? children : null}
    </details>
  )
}
