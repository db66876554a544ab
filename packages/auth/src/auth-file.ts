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
 * Reads and interprets `auth.json`. A file that cannot be used is returned as a problem. `undefined` when there is no such
 * file, which is no problem: no user is signed in.
 */
export async function readAuthFile(file: string): Promise<AuthFile | AuthProblem | undefined> {
  const read = await readText(file)
  if (read === undefined || isProblem(read)) return read
  const content = authFileContent(file, read.text)
  if (isProblem(content)) return content
  return { content, text: read.text, warning: read.openToOthers ? openToOthers(file) : undefined }
}

/** New tokens, which replace the old ones; for an absent token the file keeps the old one. */
export interface NewTokens {
  readonly idToken: string | undefined
  readonly accessToken: string
  readonly refreshToken: string | undefined
}

/**
 * Writes `file` with the new tokens in its `text`, and leaves every other key as it is. Atomic: another process reads the
 * old file or the new one. Only the user can read the new file, from its first byte on. A symbolic link is followed and
 * stays a link. Returns the problem when the file could not be written.
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
    // Without O_NONBLOCK, opening a named pipe would wait for a writer without a limit.
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
