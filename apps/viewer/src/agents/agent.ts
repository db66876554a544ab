/** What an event is, whichever agent sent it. */
export const ROLES = ['start', 'prompt', 'request', 'stream', 'response', 'decision', 'tool', 'other'] as const

export type Role = (typeof ROLES)[number]

/** The facts of an event that have a column of their own. Everything else of it stays in the record itself. */
export interface Facts {
  kind: string | undefined
  model: string | undefined
  tool: string | undefined
  /** Milliseconds. */
  duration: number | undefined
  success: boolean | undefined
  /** HTTP status. */
  status: number | undefined
  attempt: number | undefined
  call: string | undefined
  decision: string | undefined
  source: string | undefined
  /** Tokens of the whole input, those from the cache too. */
  input: number | undefined
  output: number | undefined
  cached: number | undefined
  cacheWrite: number | undefined
  reasoning: number | undefined
  /** Milliseconds from the request to the first token. */
  ttft: number | undefined
  error: string | undefined
  prompt: string | undefined
  arguments: string | undefined
  result: string | undefined
}

export type Fact = keyof Facts

/** How the events of one agent are read. */
export interface Agent {
  id: string
  name: string
  /** Where the names come from: captures of the agent at work, or its documentation alone, which nothing here has checked. */
  evidence: 'captures' | 'documentation'
  /** Begins the name of each of its events. */
  prefix: string
  /** The attribute with the session's id. */
  session: string
  /** Which event plays which role; an event that is not named is `other`. */
  roles: Readonly<Record<string, Role>>
  /** The attribute of each fact. */
  attributes: Readonly<Partial<Record<Fact, string>>>
  /** Attributes that other events of the agent have in place of those above. */
  instead?: Readonly<Record<string, Readonly<Partial<Record<Fact, string>>>>>
  /** Whether the input's count leaves out the tokens that were read from the cache or written to it. */
  inputWithoutCache?: boolean
  /** How the source of a decision says that a person made it. */
  decidedByUser: RegExp
}

/** Whether each event of a response is a request as well: such an agent has no events of a stream. */
export const tellsRequestsWhole = ({ roles }: Agent): boolean => !Object.values(roles).includes('stream')
