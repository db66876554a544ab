import { Client, dropFromCache, startViewer, type ViewerProgram } from './viewer-program.ts'

const ALL_TIME = { from: 0, to: 8.64e15 }
const EVERYTHING = { ...ALL_TIME, model: '', agent: '' }
const AGAIN = 5

interface Question {
  what: string
  name: string
  /** `session` is the longest one. */
  parameters: (session: string) => Record<string, string | number>
}

const about = (name: string, parameters: Question['parameters'], what = name): Question => ({ what, name, parameters })
const QUESTIONS: readonly Question[] = [
  about('sessions', () => ({ ...ALL_TIME, limit: 200 })),
  about(
    'timeline',
    session => ({ session, stream: 0, after: 0, limit: 500, offset: 0 }),
    'timeline, 500 rows without the stream',
  ),
  about('timeline', session => ({ session, stream: 1, after: 0, limit: 10_000, offset: 0 }), 'timeline, all rows'),
  about('pending', () => ({ from: 0 })),
  ...['tokens', 'cache', 'latency', 'firstToken', 'responses', 'hours', 'tools', 'approvals'].map(name =>
    about(name, () => EVERYTHING),
  ),
  about('errorGroups', () => ({ ...EVERYTHING, limit: 20 })),
  about('facets', () => ({})),
  about('search', () => ({ words: 'worker seal', limit: 50 }), 'search, two words'),
  about('search', () => ({ words: 'is:error tool:exec_command', limit: 50 }), 'search, filters alone'),
]

export interface Answered {
  what: string
  rows: number
  /** Milliseconds of the first time, with the file out of the system's cache, and the median of five more. */
  first: number
  later: number
  /** The most memory that the program had, in bytes. */
  peak: number
}

/** Asks each question of a viewer of its own, over its page's server. */
export async function askQuestions(db: string, onAnswer: (answered: Answered) => void): Promise<void> {
  const session = await longestSession(db)
  for (const question of QUESTIONS) {
    const viewer = await startCold(db)
    const url = `${viewer.page}api/query/${question.name}?${new URLSearchParams(texts(question.parameters(session)))}`
    const client = new Client(1)
    const times: number[] = []
    let rows = 0
    for (let round = 0; round <= AGAIN; round++) {
      const started = performance.now()
      const { status, body } = await client.get(url)
      times.push(performance.now() - started)
      if (status !== 200) throw new Error(`${question.what}: ${status} ${body}`)
      rows = JSON.parse(body).length
    }
    const [first = 0, ...later] = times
    onAnswer({ what: question.what, rows, first, later: later.sort((a, b) => a - b)[2] ?? 0, peak: viewer.peak() })
    client.close()
    await viewer.end()
  }
}

/** The most memory of one viewer that is asked all questions, one after the other. */
export async function peakOfAllQuestions(db: string): Promise<number> {
  const session = await longestSession(db)
  const viewer = await startViewer(db)
  const client = new Client(1)
  for (const { name, parameters } of QUESTIONS) {
    await client.get(`${viewer.page}api/query/${name}?${new URLSearchParams(texts(parameters(session)))}`)
  }
  const peak = viewer.peak()
  client.close()
  await viewer.end()
  return peak
}

async function longestSession(db: string): Promise<string> {
  const viewer = await startViewer(db)
  const client = new Client(1)
  const { body } = await client.get(`${viewer.page}api/query/sessions?from=0&to=8640000000000000&limit=1000`)
  client.close()
  await viewer.end()
  const sessions = JSON.parse(body) as { conversation_id: string; events: number }[]
  return sessions.sort((a, b) => b.events - a.events)[0]?.conversation_id ?? ''
}

/** A viewer that was asked what a page asks first, of whose file the system remembers nothing. */
async function startCold(db: string): Promise<ViewerProgram> {
  const viewer = await startViewer(db)
  const client = new Client(1)
  await client.get(`${viewer.page}api/info`)
  client.close()
  dropFromCache(db)
  return viewer
}

const texts = (parameters: Record<string, string | number>): Record<string, string> =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]))

/** Milliseconds from the start of the program to its page with the sessions, with the file out of the system's cache. */
export async function startToPage(db: string): Promise<number> {
  dropFromCache(db)
  const started = performance.now()
  const viewer = await startViewer(db)
  const client = new Client(1)
  const [page] = await Promise.all([
    client.get(viewer.page),
    client.get(`${viewer.page}api/query/sessions?from=0&to=8640000000000000&limit=100`),
  ])
  const elapsed = performance.now() - started
  if (page.status !== 200) throw new Error(`the page was answered with ${page.status}`)
  client.close()
  await viewer.end()
  return elapsed
}
