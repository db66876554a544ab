import 'reflect-metadata'
import type { webcrypto } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BasicConstraintsExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { atEnd } from './loopback.fixture.ts'

/** In PEM. */
export interface KeyPair {
  cert: string
  key: string
}

export interface CertificateOptions {
  /** Default `127.0.0.1`. */
  ip?: string
  /** Ends an hour ago. */
  expired?: boolean
  /** Begins in an hour. */
  notYetValid?: boolean
}

export interface Authority {
  cert: string
  issue(options?: CertificateOptions): Promise<KeyPair>
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const DAY_MS = 86_400_000

/** A private authority; its keys live in memory for the time of the test. */
export async function createAuthority(): Promise<Authority> {
  const keys = await generateKeys()
  const name = 'CN=test authority'
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  })
  return {
    cert: authority.toString('pem'),
    async issue(options = {}) {
      const own = await generateKeys()
      const cert = await X509CertificateGenerator.create({
        ...validity(options),
        subject: 'CN=test',
        issuer: name,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        extensions: [alternativeName(options.ip)],
      })
      return { cert: cert.toString('pem'), key: await exportKey(own) }
    },
  }
}

export async function createSelfSigned(): Promise<KeyPair> {
  const keys = await generateKeys()
  const cert = await X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: 'CN=test',
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [alternativeName()],
  })
  return { cert: cert.toString('pem'), key: await exportKey(keys) }
}

/** Writes texts into files of their own, for the time of the test, and gives their paths. */
export function writeFiles<Name extends string>(texts: Record<Name, string>): Record<Name, string> {
  const folder = mkdtempSync(join(tmpdir(), 'codex-otel-'))
  atEnd(() => rmSync(folder, { recursive: true }))
  const paths = {} as Record<Name, string>
  for (const name of Object.keys(texts) as Name[]) {
    paths[name] = join(folder, name)
    writeFileSync(paths[name], texts[name], { mode: 0o600 })
  }
  return paths
}

function alternativeName(ip = '127.0.0.1'): SubjectAlternativeNameExtension {
  return new SubjectAlternativeNameExtension([{ type: 'ip', value: ip }])
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>
}

async function exportKey(keys: webcrypto.CryptoKeyPair): Promise<string> {
  return PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
}

function validity({ expired, notYetValid }: CertificateOptions = {}): { notBefore: Date; notAfter: Date } {
  const hourMs = DAY_MS / 24
  const end = Date.now() + (expired ? -hourMs : notYetValid ? 2 * DAY_MS + hourMs : DAY_MS)
  return { notBefore: new Date(end - 2 * DAY_MS), notAfter: new Date(end) }
}
