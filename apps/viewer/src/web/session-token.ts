import { randomBytes } from 'node:crypto'
import { sameSecret } from '../same-secret.ts'

const BYTES = 16

/** What opens the page: a token in its address, which the page swaps for a cookie. Both are new with each start. */
export class SessionToken {
  /** 128 bits, in the letters of an address. */
  readonly token: string = randomBytes(BYTES).toString('base64url')
  private readonly secret = randomBytes(BYTES).toString('base64url')

  opens(given: string): boolean {
    return sameSecret(given, this.token)
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
