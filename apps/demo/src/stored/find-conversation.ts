import { editDistance } from '../edit-distance.ts'
import { UsageError } from '../usage-error.ts'
import type { StoredConversation } from './conversation-file.ts'
import type { ConversationEntry, ConversationStore } from './conversation-store.ts'

/** The choice of an earlier conversation: by its id, or the last one. */
export type Resume =
  | { id: string }
  | {
      /** The conversation that was written last: among those of the working directory, or of all directories. */
      last: 'here' | 'anywhere'
    }

/** The largest number of ids in a message. */
const SHOWN = 3
/** The largest distance between an id and its misspelled form. */
const MAX_MISTAKES = 3
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Finds and reads the chosen conversation. @throws UsageError that tells the user what to do. */
export function findConversation(store: ConversationStore, resume: Resume, cwd: string): StoredConversation {
  const entries = list(store)
  const entry = 'id' in resume ? byId(store, entries, resume.id) : latest(store, entries, resume.last, cwd)
  try {
    return store.read(entry)
  } catch (error) {
    throw unreadable(entry, error)
  }
}

function list(store: ConversationStore): ConversationEntry[] {
  try {
    return store.list()
  } catch (error) {
    throw new UsageError(
      `cannot read ${store.directory}: ${(error as Error).message}. Make it a directory of your own.`,
    )
  }
}

function byId(
  { directory }: ConversationStore,
  entries: readonly ConversationEntry[],
  given: string,
): ConversationEntry {
  const wanted = given.trim().toLowerCase()
  const entry = entries.find(({ id }) => id === wanted)
  if (entry !== undefined) return entry
  const what = ID.test(wanted)
    ? `there is no conversation ${wanted} in ${directory}`
    : `${JSON.stringify(given)} is not the id of a conversation`
  throw new UsageError(`${what}. ${advice(entries, wanted)}`)
}

function advice(entries: readonly ConversationEntry[], wanted: string): string {
  const meant = entries.filter(({ id }) => isMeant(id, wanted)).slice(0, SHOWN)
  if (meant.length > 0) return `Did you mean ${meant.map(({ id }) => id).join(' or ')}?`
  if (entries.length === 0) return 'None is stored; codex-demo exec "a question" starts one.'
  const ids = entries.slice(0, SHOWN).map(({ id }) => id)
  return `The latest ${ids.length === 1 ? 'is' : 'are'} ${ids.join(', ')}; --last takes the latest one of this directory.`
}

function isMeant(id: string, wanted: string): boolean {
  if (wanted.length >= 4 && (id.startsWith(wanted) || id.endsWith(wanted))) return true
  return Math.abs(id.length - wanted.length) <= MAX_MISTAKES && editDistance(id, wanted) <= MAX_MISTAKES
}

function latest(
  store: ConversationStore,
  entries: readonly ConversationEntry[],
  where: 'here' | 'anywhere',
  cwd: string,
): ConversationEntry {
  for (const entry of entries) {
    try {
      if (where === 'anywhere' || store.readHead(entry).cwd === cwd) return entry
    } catch (error) {
      // The search stops here: an older conversation would not be the one that the user means.
      throw unreadable(entry, error)
    }
  }
  const elsewhere = entries.length === 0 ? '' : ' Those of other directories count with --all, or by their id.'
  throw new UsageError(
    `no conversation is stored${entries.length === 0 ? '' : ` for ${cwd}`}; codex-demo exec "a question" starts one.${elsewhere}`,
  )
}

function unreadable({ file }: ConversationEntry, error: unknown): UsageError {
  const { code, message } = error as NodeJS.ErrnoException
  const reason = code === 'ELOOP' ? 'it is a link' : message
  return new UsageError(
    `the stored conversation ${file} cannot be read: ${reason}. Delete or mend that file, or resume another conversation by its id.`,
  )
}
