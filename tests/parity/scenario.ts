import { readdirSync, readFileSync } from 'node:fs'

const FIXTURES = new URL('fixtures/', import.meta.url)

/** One captured run: what the model answered, and the events that came of it. */
export interface Scenario {
  name: string
  prompt: string
  /** The demo's options that stand for how the captured program was driven. */
  options: string[]
  /** Top-level lines of `config.toml`. */
  config: string[]
  /** Lines of `[otel]` besides those that all have. */
  otel?: string[]
  /** How the user is signed in: a key in the environment, which is no sign-in; a key or ChatGPT tokens in `auth.json`. */
  credential: 'env_key' | 'auth.json' | 'chatgpt'
  logUserPrompt: boolean
  protocol: 'binary' | 'json'
  exit: number
  /** In order; the last one repeats. None: no server listens. */
  replies: Reply[]
  /** What the authorization server answers to a refresh; the demo is pointed to it only then. */
  refresh?: Pick<Reply, 'status' | 'body'>
  events: Event[]
}

export interface Reply {
  status: number
  headers: Record<string, string>
  end: 'close' | 'reset' | 'stall'
  body: string
}

/** Attributes as `type:value`, or as `type` alone where the value is left out. */
export interface Event {
  name: string
  attributes: Record<string, string>
}

type FixtureReply = Omit<Reply, 'body'> & { body: string[] }
type FixtureEvent = { name: string } & Record<string, string>

interface Fixture extends Omit<Scenario, 'name' | 'replies' | 'events'> {
  replies: FixtureReply[]
  /** Attributes that all events have alike. */
  common: Record<string, string>
  events: FixtureEvent[]
}

/** Reads all captured runs. */
export function loadScenarios(): Scenario[] {
  return readdirSync(FIXTURES)
    .sort()
    .map(file => {
      const fixture = JSON.parse(readFileSync(new URL(file, FIXTURES), 'utf8')) as Fixture
      const { replies, common, events, ...rest } = fixture
      return {
        ...rest,
        name: file.replace('.json', ''),
        replies: replies.map(reply => ({ ...reply, body: reply.body.join('\n') })),
        events: events.map(({ name, ...own }) => ({ name, attributes: { ...common, ...own } })),
      }
    })
}
