import { closeSync, constants, fchmodSync, lstatSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { SignalName } from '../../catalogue/signals.ts'
import { readOwnFile } from './open-own-file.ts'

/** Where the data of one folder may be sent, and nowhere else. */
export interface SpoolDestination {
  signal: SignalName
  /** An absolute URL. Credentials in it play no part: with new ones for the same place the spool finds the old data. */
  endpoint: string
  /** The name of the folder that holds its data, where that is there already and made for another destination. */
  folder?: string | undefined
}

/** The file in which a folder says what it is for. */
export const DESTINATION_FILE = 'destination.json'
export const MAX_DESTINATION_FILE_BYTES: number = 16 * 1024

/** Every file system takes a name of this length. */
const MAX_NAME_LENGTH = 120

/**
 * The folder's name: signal and endpoint, spelled so that every file system keeps different ones apart. Protocol and
 * headers play no part, because the stored bytes depend on neither.
 */
export function destinationFolder({ signal, endpoint }: SpoolDestination): string {
  const { href, search, hash } = withoutCredentials(endpoint)
  const name = `${signal}-${spelled(href)}`
  // A query may hold a key.
  if (search === '' && hash === '' && name.length <= MAX_NAME_LENGTH) return name
  // Loaded only here: it takes a new thread 4 ms.
  const { createHash } = process.getBuiltinModule('node:crypto')
  return `${signal}-${createHash('sha256').update(href).digest('hex')}`
}

/** Keeps small letters, digits, dots and hyphens; writes everything else, capitals too, by its bytes. */
const spelled = (text: string): string =>
  text.replace(/[^a-z0-9.-]/gu, character => `%${Buffer.from(character).toString('hex')}`)

/** The signal of the destination whose folder `name` is; `undefined` when it is the folder of none. */
export const folderSignal = (name: string): SignalName | undefined =>
  /^(logs|metrics|traces)-[a-z0-9.%-]{1,120}$/.exec(name)?.[1] as SignalName | undefined

/** Writes down for a person what the folder is for. The endpoint's query may hold a key, so the file leaves it out. */
export function writeDestinationFile(folder: string, { signal, endpoint }: SpoolDestination): void {
  const path = join(folder, DESTINATION_FILE)
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return
  const shown = withoutCredentials(endpoint)
  shown.search = ''
  shown.hash = ''
  let fd: number
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)
    fd = openSync(path, flags, 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return
    throw error
  }
  try {
    fchmodSync(fd, 0o600)
    writeSync(fd, `${JSON.stringify({ version: 1, signal, endpoint: shown.href }, undefined, 2)}\n`)
  } finally {
    closeSync(fd)
  }
}

/** What `writeDestinationFile` wrote; `undefined` when it is not there or was changed. */
export function readDestinationFile(folder: string): SpoolDestination | undefined {
  try {
    const text = readOwnFile(join(folder, DESTINATION_FILE), MAX_DESTINATION_FILE_BYTES).toString()
    const { signal, endpoint } = JSON.parse(text) as Partial<SpoolDestination>
    if ((signal !== 'logs' && signal !== 'metrics' && signal !== 'traces') || typeof endpoint !== 'string')
      return undefined
    return { signal, endpoint: new URL(endpoint).href }
  } catch {
    return undefined
  }
}

function withoutCredentials(endpoint: string): URL {
  const url = new URL(endpoint)
  url.username = ''
  url.password = ''
  return url
}
