import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { makeDirectories } from '../make-directories.ts'
import {
  type ConversationHead,
  formatConversation,
  MAX_FILE_BYTES,
  MAX_HEAD_BYTES,
  parseConversation,
  parseHead,
  type StoredConversation,
} from './conversation-file.ts'
import { OF_OTHERS, readAt, withPlainFile } from './plain-file.ts'

/** A conversation on disk. */
export interface ConversationEntry {
  id: string
  file: string
  /** The time of the last change, in milliseconds since 1970. */
  writtenAt: number
}

/** The stored conversations of one user, below the agent's home. Only that user can read them. */
export interface ConversationStore {
  readonly directory: string
  /** All conversations, the latest first; none where there is no directory. @throws the error of reading the directory. */
  list(): ConversationEntry[]
  /** Reads the head of a conversation. @throws Error with the reason why the file cannot be read. */
  readHead(entry: ConversationEntry): ConversationHead
  /** Reads a conversation. @throws Error with the reason why the file cannot be read. */
  read(entry: ConversationEntry): StoredConversation
  /**
   * Replaces the earlier state of a conversation. Atomic: another process reads the old state or the new one.
   * @throws Error with the reason why the conversation cannot be written.
   */
  write(conversation: StoredConversation): void
}

const NAME = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl$/

export function conversationStore(codexHome: string): ConversationStore {
  const directory = join(codexHome, 'demo-conversations')
  return {
    directory,
    list() {
      const entries = namesIn(directory).flatMap(name => {
        const id = NAME.exec(name)?.[1]
        const file = join(directory, name)
        const found = id === undefined ? undefined : lstatSync(file, { throwIfNoEntry: false })
        return id === undefined || found === undefined ? [] : [{ id, file, writtenAt: found.mtimeMs }]
      })
      // Of two conversations with the same time, the one that was started later comes first.
      return entries.sort((a, b) => b.writtenAt - a.writtenAt || (a.id < b.id ? 1 : -1))
    },
    readHead({ id, file }) {
      const head = parseHead(readStart(file, MAX_HEAD_BYTES))
      return checkId(head, id)
    },
    read({ id, file }) {
      return checkId(parseConversation(readWhole(file)), id)
    },
    write(conversation) {
      ensureDirectory(codexHome, directory)
      const file = join(directory, `${conversation.id}.jsonl`)
      const text = formatConversation(conversation)
      if (Buffer.byteLength(text) > MAX_FILE_BYTES) throw new Error(`it has more than ${MAX_FILE_BYTES} bytes`)
      const temporary = join(directory, `.${conversation.id}.${randomBytes(8).toString('hex')}.tmp`)
      try {
        writeThrough(temporary, text)
        renameSync(temporary, file)
      } catch (error) {
        rmSync(temporary, { force: true })
        throw error
      }
    },
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Refuses the head of a file that was renamed or copied. */
function checkId<Head extends ConversationHead>(head: Head, id: string): Head {
  if (head.id !== id) throw new Error('its first line names another conversation')
  return head
}

function ensureDirectory(codexHome: string, directory: string): void {
  makeDirectories(codexHome)
  try {
    mkdirSync(directory, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const found = statSync(directory)
  if (!found.isDirectory()) throw new Error('it is no directory')
  const { mode } = found
  if ((mode & OF_OTHERS) !== 0) chmodSync(directory, mode & 0o700)
}

/** Writes a new file, which only the user can read from its first byte on. The text is on disk when this returns. */
function writeThrough(file: string, text: string): void {
  const fd = openSync(file, 'wx', 0o600)
  try {
    writeFileSync(fd, text)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

const readStart = (file: string, bytes: number): string =>
  withPlainFile(file, constants.O_RDONLY, fd => readAt(fd, 0, bytes).toString('utf8'))

const readWhole = (file: string): string =>
  withPlainFile(file, constants.O_RDONLY, (fd, { size }) => {
    if (size > MAX_FILE_BYTES) throw new Error(`it has more than ${MAX_FILE_BYTES} bytes`)
    return readFileSync(fd, 'utf8')
  })
