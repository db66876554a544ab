import { inspect } from 'node:util'
import type { AuthMode } from '@codex/otel-api'

export type { AuthMode }

/** The signed-in user at one moment. A snapshot never changes; after a recovery the manager gives another one. */
export interface AuthSnapshot {
  readonly mode: AuthMode
  /** The id of the user; `undefined` with an API key. */
  readonly userId: string | undefined
  /** The id of the account or workspace; `undefined` with an API key. */
  readonly accountId: string | undefined
  /** The e-mail address of the user; `undefined` with an API key. */
  readonly email: string | undefined
  /** The plan of the user, for example `pro`; `undefined` with an API key. */
  readonly plan: string | undefined
  /** The header with the credential. Not enumerable: neither a copy, nor JSON, nor a log line contains it. */
  readonly header: CredentialHeader
  /** The API key itself, for a hash of it; `undefined` with ChatGPT. Not enumerable. */
  readonly apiKey: string | undefined
}

/** The header to send with each request. */
export interface CredentialHeader {
  /** The name of the header, in lower case. */
  readonly name: string
  /** The secret value. Not enumerable. */
  readonly value: string
}

/** The identity of a user, without the credential. */
export interface Identity {
  readonly userId: string | undefined
  readonly accountId: string | undefined
  readonly email: string | undefined
  readonly plan: string | undefined
}

const noIdentity: Identity = { userId: undefined, accountId: undefined, email: undefined, plan: undefined }

export function apiKeySnapshot(apiKey: string): AuthSnapshot {
  return new Snapshot('ApiKey', noIdentity, apiKey)
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

  /** The JSON form, for logs: without the credential and without the e-mail address. */
  toJSON(): { mode: AuthMode; userId: string | undefined; accountId: string | undefined } {
    return { mode: this.mode, userId: this.userId, accountId: this.accountId }
  }

  [inspect.custom](): string {
    return `AuthSnapshot ${JSON.stringify(this)}`
  }
}
