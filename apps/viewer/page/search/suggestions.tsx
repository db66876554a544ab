import { useAnswer } from '../api/use-answer.ts'
import { filter } from '../trends/links.ts'

interface Group {
  title: string
  filters: readonly (readonly [filter: string, words: string])[]
}

const GROUPS: readonly Group[] = [
  {
    title: 'what happened',
    filters: [
      ['is:error', 'errors'],
      ['is:failed', 'tool calls that failed'],
      ['is:denied', 'what was declined'],
      ['is:waited', 'waits for a person'],
      ['is:retry', 'requests that were made again'],
      ['is:prompt', 'prompts'],
      ['is:request', 'requests to the model'],
      ['is:response', 'responses of the model'],
      ['is:decision', 'approvals and what was declined'],
      ['is:tool', 'tool calls'],
    ],
  },
  {
    title: 'when',
    filters: [
      ['after:1h', 'in the last hour'],
      ['after:1d', 'in the last day'],
      ['before:7d', 'longer than a week ago'],
    ],
  },
  {
    title: 'how it went',
    filters: [
      ['status:429', 'an HTTP status'],
      ['status:5xx', 'any of them'],
      ['slower:10s', 'what took longer'],
    ],
  },
]

const MOST = 12

const BEGUN = /(?:^|\s)((?:is|after|before|status|slower|tool|model|agent):)$/

/** The key at the end of what was typed that has no value yet, of those that are suggested: `is:`. */
export const begunFilter = (typed: string): string | undefined => BEGUN.exec(typed)?.[1]

interface SuggestionsProps {
  /** Only the filters that begin like this. */
  begun: string | undefined
  onTake(filter: string): void
}

/** Filters to choose from before anything is typed; tools, models and agents are those of the store. */
export function Suggestions({ begun = '', onTake }: SuggestionsProps) {
  const { rows = [] } = useAnswer('facets', {})
  const own = (['tool', 'model', 'agent'] as const).map(facet => ({
    title: `${facet}s`,
    filters: rows
      .filter(row => row.facet === facet)
      .slice(0, MOST)
      .map(({ value }) => [filter(facet, value), value] as const),
  }))
  return (
    <div class="suggestions">
      <p class="muted" hidden={begun !== ''}>
        Words of prompts, arguments, outputs and errors; of the last one its beginning is enough, and{' '}
        <code>"a phrase"</code> stays together. Filters narrow it down, or stand alone:
      </p>
      {[...GROUPS, ...own]
        .map(({ title, filters }) => ({ title, filters: filters.filter(([text]) => text.startsWith(begun)) }))
        .filter(({ filters }) => filters.length > 0)
        .map(({ title, filters }) => (
          <section key={title} aria-label={title}>
            <h2>{title}</h2>
            {filters.map(([text, words]) => (
              <button key={text} type="button" title={words} onClick={() => onTake(text)}>
                <code>{text}</code>
              </button>
            ))}
          </section>
        ))}
    </div>
  )
}
