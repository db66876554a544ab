import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useAnswer } from '../api/use-answer.ts'
import { tellApart } from '../sessions/tell-apart.ts'
import { useKeys } from '../shell/keys.ts'
import { query, setQuery } from '../shell/router.ts'
import { useNow } from '../shell/use-now.ts'
import { useTitle } from '../shell/use-title.ts'
import { plainText } from '../text/visible.ts'
import { filtersIn, withFilter, withoutFilter } from './filters.ts'
import { Hit } from './hit.tsx'
import { begunFilter, Suggestions } from './suggestions.tsx'

/** Hits that are shown, the newest. */
const LIMIT = 50
/** Of what is typed; the viewer takes no more. */
const MAX_CHARACTERS = 8_192
/** Milliseconds after the last key in which nothing is asked. */
const PAUSE_MS = 150
const MINUTE_MS = 60_000

/** Finds events, and the spans of sessions without events, by the words in them and by what they are. What is typed is in the address. */
export function Search() {
  const words = query.value.get('q') ?? ''
  const [typed, setTyped] = useState(words)
  const input = useRef<HTMLInputElement>(null)
  const hits = useRef<HTMLOListElement>(null)
  const now = useNow(MINUTE_MS)
  useTitle(words === '' ? 'search' : plainText(words))
  // Before the next key: what is typed then is typed here.
  useLayoutEffect(() => input.current?.focus(), [])
  // Back, and a link, change the address and with it what is typed.
  const settled = useRef(words)
  useEffect(() => {
    if (words === settled.current) return
    settled.current = words
    setTyped(words)
  }, [words])
  // The timer is set and cleared with each key, and not with what is drawn later: a late one would undo what was typed since.
  const pause = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(pause.current), [])

  const settle = (text: string, replace: boolean): void => {
    clearTimeout(pause.current)
    settled.current = text
    setQuery({ q: text.trim() === '' ? undefined : text }, { replace })
  }
  const type = (text: string): void => {
    setTyped(text)
    clearTimeout(pause.current)
    pause.current = setTimeout(() => settle(text, true), PAUSE_MS)
  }
  const take = (text: string): void => {
    setTyped(text)
    settle(text, false)
  }
  const submit = (event: Event): void => {
    event.preventDefault()
    take(typed)
  }
  const add = (filter: string): void => {
    take(withFilter(typed.slice(0, typed.length - (begunFilter(typed)?.length ?? 0)), filter))
    input.current?.focus()
  }
  const begun = begunFilter(words)
  const { rows, error } = useAnswer(
    'search',
    words.trim() === '' || begun !== undefined ? undefined : { words, limit: LIMIT },
  )
  const ids = useMemo(
    () =>
      tellApart(
        (rows ?? []).flatMap(({ conversation_id, title }) =>
          conversation_id === null ? [] : { conversation_id, title },
        ),
      ),
    [rows],
  )
  const move = (by: number): void => {
    const links = [...(hits.current?.querySelectorAll<HTMLElement>('.hit-link') ?? [])]
    const at = links.indexOf(document.activeElement as HTMLElement)
    if (at + by < 0) input.current?.focus()
    else links[Math.min(links.length - 1, at + by)]?.focus()
  }
  useKeys({
    '/': () => input.current?.select(),
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
  })

  return (
    <div class="search">
      <h1 class="hidden">Search</h1>
      <form role="search" onSubmit={submit}>
        <input
          ref={input}
          type="search"
          aria-label="Words, phrases and filters"
          placeholder='words, "a phrase", tool:exec_command, is:error, after:2h'
          autocomplete="off"
          spellcheck={false}
          maxLength={MAX_CHARACTERS}
          value={typed}
          onInput={event => type(event.currentTarget.value)}
        />
      </form>
      <Chips
        typed={typed}
        onTake={text => {
          take(text)
          // The button that was pressed is gone.
          input.current?.focus()
        }}
      />
      {error !== undefined ? (
        <p class="bad" role="alert">
          {error}
        </p>
      ) : words.trim() === '' || begun !== undefined ? (
        <Suggestions begun={begun} onTake={add} />
      ) : rows === undefined ? (
        <p class="muted">Looking …</p>
      ) : rows.length === 0 ? (
        <Nothing words={words} />
      ) : (
        <>
          <p class="muted" role="status">
            {rows.length === LIMIT ? `the newest ${LIMIT}; more words or filters make them fewer` : found(rows.length)}
          </p>
          <ol class="hits" ref={hits}>
            {rows.map(row => (
              <Hit key={row.event_id} row={row} id={ids.get(row.conversation_id ?? '')} now={now} />
            ))}
          </ol>
        </>
      )}
    </div>
  )
}

const found = (count: number): string => `${count} event${count === 1 ? '' : 's'}`

function Chips({ typed, onTake }: { typed: string; onTake(text: string): void }) {
  const filters = filtersIn(typed)
  if (filters.length === 0) return null
  return (
    <ul class="chips" aria-label="Filters">
      {filters.map((filter, index) => (
        <li key={index} class="chip">
          <span class="muted">{filter.key}</span> {plainText(filter.value)}{' '}
          <button type="button" class="plain" onClick={() => onTake(withoutFilter(typed, filter))}>
            <span aria-hidden="true">×</span>
            <span class="hidden">remove {plainText(filter.text)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function Nothing({ words }: { words: string }) {
  return (
    <div class="empty" role="status">
      <p>No event has all of that.</p>
      <ul>
        <li>Each word has to be there as a whole; of the last one its beginning is enough.</li>
        <li>Looked at are prompts, arguments, outputs and errors: what an agent withholds cannot be found.</li>
        {filtersIn(words).length > 0 ? <li>Every filter has to fit; take one away with its ×.</li> : null}
      </ul>
    </div>
  )
}
