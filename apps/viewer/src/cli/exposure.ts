import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { BlockList, isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import { reasonOf } from '../reason.ts'
import { UsageError } from '../usage-error.ts'

export interface ExposureOptions {
  /** An address or a name of this machine; without it, the machine itself is served alone. */
  host: string | undefined
  /** Files in PEM. */
  tlsCert: string | undefined
  tlsKey: string | undefined
  /** Whether other machines may send without encryption. */
  insecure: boolean
  /** What every sender has to send along. */
  key: string | undefined
}

/** Who reaches the program, and how. */
export interface Exposure {
  /** `undefined` stands for both loopback addresses. */
  hosts: readonly string[] | undefined
  /** Whether other machines reach it. */
  others: boolean
  tls: { cert: Buffer; key: Buffer } | undefined
  /** What every sender has to send along. */
  key: string | undefined
  /** Whether the key was made just now, so that nobody knows it yet. */
  keyIsNew: boolean
}

export const KEY_HEADER = 'x-codex-otel-viewer-key'
export const KEY_VARIABLE = 'CODEX_OTEL_VIEWER_KEY'
const KEY_BYTES = 16
/** A shorter key is found by trying. */
const MIN_KEY_LENGTH = 16
/** What a header may have in all of its implementations. */
const KEY_CHARACTERS = /^[\x21-\x7e]+$/

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

/** @throws UsageError that says what is missing */
export function exposureOf({ host, tlsCert, tlsKey, insecure, key }: ExposureOptions): Exposure {
  const usual = host === undefined || host === 'localhost'
  const others = !usual && !isLoopback(host)
  if (key !== undefined && (key.length < MIN_KEY_LENGTH || !KEY_CHARACTERS.test(key))) {
    throw new UsageError(
      `the key must have at least ${MIN_KEY_LENGTH} characters, and no blanks or letters outside of ASCII. Without one, --host makes a random key.`,
    )
  }
  if (others && tlsCert === undefined && !insecure) {
    throw new UsageError(
      `with --host ${host} other machines reach this one: give --tls-cert <file> and --tls-key <file>, or --insecure where the network itself is safe.`,
    )
  }
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new UsageError(
      `--tls-cert and --tls-key go together; ${tlsCert === undefined ? '--tls-cert' : '--tls-key'} is missing.`,
    )
  }
  const tls = tlsCert === undefined || tlsKey === undefined ? undefined : readTls(tlsCert, tlsKey)
  const keyIsNew = others && key === undefined
  return {
    hosts: usual ? undefined : [host],
    others,
    tls,
    key: keyIsNew ? randomBytes(KEY_BYTES).toString('base64url') : key,
    keyIsNew,
  }
}

function isLoopback(host: string): boolean {
  const family = isIP(host)
  return family !== 0 && LOOPBACK.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

function readTls(certFile: string, keyFile: string): { cert: Buffer; key: Buffer } {
  const [cert, key] = [certFile, keyFile].map(path => {
    try {
      return readFileSync(path)
    } catch (error) {
      throw new UsageError(`cannot read ${path}: ${reasonOf(error)}.`)
    }
  }) as [Buffer, Buffer]
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    const { reason = '' } = error as { reason?: string }
    throw new UsageError(
      reason.includes('key values mismatch')
        ? `${keyFile} is not the key of the certificate in ${certFile}.`
        : `${certFile} and ${keyFile} must be a certificate and its key in PEM, without a password${reason === '' ? '' : ` (${reason})`}.`,
    )
  }
  return { cert, key }
}
