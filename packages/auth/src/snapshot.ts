import { inspect } from 'node:util'
import type { AuthMode } from '@codex/otel-api'

export type { AuthMode }

/** Who is signed in, at one moment. Never changes; ask the manager again after a recovery. */
export interface AuthSnapshot {
  readonly mode: AuthMode
  /** Of the signed-in user; absent with an API key. */
  readonly userId: string | undefined
  /** Of the account or workspace; absent with an API key. */
  readonly accountId: string | undefined
  /** Absent with an API key. */
  readonly email: string | undefined
  /** What the user subscribes to, for example `pro`; absent with an API key. */
  readonly plan: string | undefined
  /** What proves all this to the provider. Not enumerable: neither a copy, nor JSON, nor a log line carries it. */
  readonly header: CredentialHeader
  /** The bare API key, for a hash of it; absent with ChatGPT. Not enumerable. */
  readonly apiKey: string | undefined
}

/** A header to send with each request. */
export interface CredentialHeader {
  /** In lower case. */
  readonly name: string
  /** The secret. Not enumerable. */
  readonly value: string
}

/** What is known of a user besides the credential. */
export interface Identity {
  readonly userId: string | undefined
  readonly accountId: string | undefined
  readonly email: string | undefined
  readonly plan: string | undefined
}

const nobody: Identity = { userId: undefined, accountId: undefined, email: undefined, plan: undefined }

export function apiKeySnapshot(apiKey: string): AuthSnapshot {
  return new Snapshot('ApiKey', nobody, apiKey)
}

export function chatgptSnapshot(accessToken: string, identity: Identity): AuthSnapshot {
  return new Snapshot('Chatgpt', identity, accessToken)
}

class Header implements CredentialHeader {
  readonly name = 'authorization'
  readonly #value: string

  constructor(bearer: string) {
    this.#value = `Bearer ${bearer}`
  }

  get value(): string {
    return this.#value
  }
}

class Snapshot implements AuthSnapshot {
  readonly mode: AuthMode
  readonly userId: string | undefined
  readonly accountId: string | undefined
  readonly email: string | undefined
  readonly plan: string | undefined
  readonly #secret: string

  constructor(mode: AuthMode, identity: Identity, secret: string) {
    this.mode = mode
    this.userId = identity.userId
    this.accountId = identity.accountId
    this.email = identity.email
    this.plan = identity.plan
    this.#secret = secret
  }

  get header(): CredentialHeader {
    return new Header(this.#secret)
  }

  get apiKey(): string | undefined {
    return this.mode === 'ApiKey' ? this.#secret : undefined
  }

  /** For logs: no credential, and no e-mail address either. */
  toJSON(): { mode: AuthMode; userId: string | undefined; accountId: string | undefined } {
    return { mode: this.mode, userId: this.userId, accountId: this.accountId }
  }

  [inspect.custom](): string {
    return `AuthSnapshot ${JSON.stringify(this)}`
  }
}
