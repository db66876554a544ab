import { randomBytes } from 'node:crypto'
import { sameSecret } from '../same-secret.ts'

const BYTES = 16
/** Milliseconds in which a code for a browser works. */
const CODE_MS = 60_000

/** What opens the page: a token in its address, which the page swaps for a cookie. Both are new with each start. */
export class SessionToken {
  /** 128 bits, in the letters of an address. */
  readonly token: string = randomBytes(BYTES).toString('base64url')
  private readonly codes = new Map<string, number>()
  private readonly secret = randomBytes(BYTES).toString('base64url')

  /**
   * A code that is swapped once in place of the token. It may stand among the arguments of a program, which other users of the
   * machine can read.
   */
  newCode(): string {
    const code = randomBytes(BYTES).toString('base64url')
    this.codes.set(code, performance.now() + CODE_MS)
    return code
  }

  opens(given: string): boolean {
    if (sameSecret(given, this.token)) return true
    for (const [code, until] of this.codes) {
      if (!sameSecret(given, code)) continue
      this.codes.delete(code)
      return performance.now() < until
    }
    return false
  }

  /** A cookie of the host, which all its ports see: its name has the port, so that two viewers do not take each other's away. */
  cookie(port: number, secure: boolean): string {
    return `${cookieName(port)}=${this.secret}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
  }

  /** Whether a request's `Cookie` header has the cookie. */
  isIn(header: string, port: number): boolean {
    const prefix = `${cookieName(port)}=`
    const pair = header.split(/;\s*/).find(part => part.startsWith(prefix))
    return pair !== undefined && sameSecret(pair.slice(prefix.length), this.secret)
  }
}

const cookieName = (port: number): string => `codex-otel-viewer-${port}`
