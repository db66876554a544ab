import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

/** A key of the page. */
export interface KeyHelp {
  keys: readonly string[]
  does: string
}

/** What each key does, on the screens that have what it is for. */
export const KEYS: readonly KeyHelp[] = [
  { keys: ['j', 'k'], does: 'next and previous row; the arrow keys do the same in a list' },
  { keys: ['Enter'], does: 'opens the row' },
  { keys: ['o'], does: 'shows the texts of a row below it, or the parts of a response' },
  { keys: [']', '['], does: 'next and previous turn' },
  { keys: ['e'], does: 'next error' },
  { keys: ['→', '←'], does: 'in a trace: opens and closes a span, or goes to the next below or above' },
  { keys: ['z'], does: 'in a trace: shows the time of one span alone, and the whole time again' },
  { keys: ['w'], does: 'next time that the agent waited for a person' },
  { keys: ['x'], does: 'in a session: forgets it, after a question' },
  { keys: ['.'], does: 'goes to the end and follows what arrives' },
  { keys: ['a'], does: 'adds files; they can be dropped on any page, too' },
  { keys: ['/'], does: 'search' },
  { keys: ['Escape'], does: 'closes what is open, or goes up' },
  { keys: ['?'], does: 'this help' },
]

type Handlers = Readonly<Record<string, () => void>>

const STORED = 'keys'

/** Whether keys without Control or Alt do something. A person who speaks to the computer may switch them off. */
export const keysOn = signal(readOn())

function readOn(): boolean {
  try {
    return window.localStorage.getItem(STORED) !== 'off'
  } catch {
    return true
  }
}

export function switchKeys(on: boolean): void {
  keysOn.value = on
  try {
    if (on) window.localStorage.removeItem(STORED)
    else window.localStorage.setItem(STORED, 'off')
  } catch {
    // A browser that keeps nothing still does what was chosen.
  }
}

const screens: Handlers[] = []

const TYPES_TEXT = 'input, select, textarea, [contenteditable]'

/** Gives a key to the handler that was added last. */
export function startKeys(): void {
  document.addEventListener('keydown', event => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    const target = event.target instanceof Element ? event.target : null
    const isSingle = event.key.length === 1
    if (isSingle && (!keysOn.value || target?.closest(TYPES_TEXT))) return
    // A dialog has its own Escape, and what is below it has none.
    if (document.querySelector('dialog[open]')) return
    const handler = screens.findLast(handlers => handlers[event.key])?.[event.key]
    if (!handler) return
    event.preventDefault()
    handler()
  })
}

/** Handles keys while the component is there. */
export function useKeys(handlers: Handlers): void {
  const current = useRef(handlers)
  current.current = handlers
  useEffect(() => {
    // The handlers of this moment are looked up with each key.
    const entry = new Proxy({} as Handlers, { get: (_, key) => current.current[String(key)] })
    screens.push(entry)
    return () => void screens.splice(screens.indexOf(entry), 1)
  }, [])
}
