import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { open, realpath, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type AuthFileContent, authFileContent, parseJsonObject } from './auth-file-content.ts'
import { type AuthProblem, isProblem } from './auth-problem.ts'

const maxBytes = 1_048_576

export interface AuthFile {
  readonly content: AuthFileContent
  readonly text: string
  readonly warning: AuthProblem | undefined
}

/**
 * Reads and interprets `auth.json`; what is wrong with it comes back as a value. `undefined` when there is no such
 * file: nobody is signed in, and nothing is wrong.
 */
export async function readAuthFile(file: string): Promise<AuthFile | AuthProblem | undefined> {
  const read = await readText(file)
  if (read === undefined || isProblem(read)) return read
  const content = authFileContent(file, read.text)
  if (isProblem(content)) return content
  return { content, text: read.text, warning: read.openToOthers ? openToOthers(file) : undefined }
}

/** New tokens to put in the place of the old; what is absent stays as it is in the file. */
export interface NewTokens {
  readonly idToken: string | undefined
  readonly accessToken: string
  readonly refreshToken: string | undefined
}

/**
 * Puts new tokens into the file's `text` and leaves everything else in it alone. Atomic: another process sees the old
 * file or the new one. Readable by the user only, from the first byte on. A link is followed, so that it stays one.
 * Returns what went wrong, if anything did.
 */
export async function writeTokens(file: string, text: string, tokens: NewTokens): Promise<AuthProblem | undefined> {
  const json = parseJsonObject(text) ?? {}
  json.tokens = {
    ...(typeof json.tokens === 'object' ? json.tokens : {}),
    ...(tokens.idToken === undefined ? {} : { id_token: tokens.idToken }),
    access_token: tokens.accessToken,
    ...(tokens.refreshToken === undefined ? {} : { refresh_token: tokens.refreshToken }),
  }
  json.last_refresh = new Date().toISOString()
  try {
    await replaceFile(await realpath(file), `${JSON.stringify(json, null, 2)}\n`)
    return undefined
  } catch (error) {
    return notWritten(file, errorCode(error))
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(8).toString('hex')}.tmp`)
  const handle = await open(temporary, 'wx', 0o600)
  try {
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (error) {
    await unlink(temporary).catch(() => {})
    throw error
  }
}

interface FileText {
  readonly text: string
  readonly openToOthers: boolean
}

async function readText(file: string): Promise<FileText | AuthProblem | undefined> {
  try {
    // A named pipe in its place would hold an ordinary open for ever.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const stat = await handle.stat()
      if (!stat.isFile()) return unreadable(file, 'it is not a regular file')
      const bytes = Buffer.alloc(maxBytes + 1)
      let length = 0
      while (length < bytes.length) {
        const { bytesRead } = await handle.read(bytes, length, bytes.length - length)
        if (bytesRead === 0) break
        length += bytesRead
      }
      if (length > maxBytes) return unreadable(file, 'it is larger than 1 MiB')
      const openToOthers = process.platform !== 'win32' && (stat.mode & 0o077) !== 0
      return { text: bytes.toString('utf8', 0, length), openToOthers }
    } finally {
      await handle.close()
    }
  } catch (error) {
    const code = errorCode(error)
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : unreadable(file, code)
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error'
}

function unreadable(file: string, why: string): AuthProblem {
  const message = `${file} cannot be read: ${why}. Nobody is signed in until it can.`
  return { severity: 'error', code: 'sign-in-unavailable', message }
}

function openToOthers(file: string): AuthProblem {
  const message = `${file} holds credentials and is open to other users of this machine. Run: chmod 600 ${file}`
  return { severity: 'warning', code: 'sign-in-exposed', message }
}

export function notWritten(file: string, why: string): AuthProblem {
  const message = `The renewed sign-in could not be written to ${file}: ${why}. It lasts until this program ends.`
  return { severity: 'warning', code: 'renewal-not-kept', message }
}
