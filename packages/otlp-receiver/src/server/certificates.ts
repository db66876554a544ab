import 'reflect-metadata'
import type { webcrypto } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** A certificate and its private key, in PEM. */
export interface KeyPair {
  key: string
  cert: string
}

/** A private authority and two certificates signed by it. All keys are new and exist in memory only. */
export interface TestCertificates {
  /** The authority's certificate, which the other side has to trust. */
  ca: string
  /** For `127.0.0.1`, `::1` and `localhost`. */
  server: KeyPair
  /** Common name `test client`. */
  client: KeyPair
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const HOUR_MS = 3_600_000

/** Makes certificates for a test of TLS, valid from an hour ago until 24 hours from now. Takes a few milliseconds. */
export async function createTestCertificates(): Promise<TestCertificates> {
  const issuerName = 'CN=test authority'
  const caKeys = await generateKeys()
  const ca = await X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: issuerName,
    keys: caKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  })
  const sign = async (name: string, extensions: Extension[]): Promise<KeyPair> => {
    const keys = await generateKeys()
    const cert = await X509CertificateGenerator.create({
      ...validity(),
      subject: `CN=${name}`,
      issuer: issuerName,
      publicKey: keys.publicKey,
      signingKey: caKeys.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(false),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        await AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
        ...extensions,
      ],
    })
    const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
    return { key, cert: cert.toString('pem') }
  }
  return {
    ca: ca.toString('pem'),
    server: await sign('localhost', [
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    ]),
    client: await sign('test client', [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])]),
  }
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>
}

function validity(): { notBefore: Date; notAfter: Date; serialNumber: string } {
  return {
    notBefore: new Date(Date.now() - HOUR_MS),
    notAfter: new Date(Date.now() + 24 * HOUR_MS),
    serialNumber: Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex'),
  }
}
