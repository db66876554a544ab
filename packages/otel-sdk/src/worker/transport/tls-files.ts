import type { KeyObject, X509Certificate } from 'node:crypto'
import type { TlsConfig } from '../../config/effective-config.ts'
import { watchFile } from './watched-file.ts'

/** PEM texts; the same object as before as long as the files are the same. */
export interface TlsMaterial {
  /** In place of the authorities that Node trusts by itself. */
  ca?: string
  cert?: string
  key?: string
}

export interface TlsFiles {
  /**
   * The files' content as it is now, so that a rotated certificate is used without a restart.
   *
   * @throws Error whose message names the file and says what is wrong with it.
   */
  load(): Promise<TlsMaterial>
}

// Loaded for a destination with certificates alone: loading takes a new thread 4 ms.
const crypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto')

const MAX_BYTES = 1024 * 1024

export function createTlsFiles(tls: TlsConfig | undefined): TlsFiles {
  const open = (path: string | undefined) => {
    if (path === undefined) return undefined
    const shown = tls?.shown?.[path] ?? path
    return { path: shown, file: watchFile(path, { maxBytes: MAX_BYTES, shown }) }
  }
  const ca = open(tls?.caCertificate)
  const cert = open(tls?.clientCertificate)
  const key = open(tls?.clientPrivateKey)
  let material: TlsMaterial = {}
  return {
    async load() {
      if (cert !== undefined && key === undefined)
        throw new Error(`${cert.path} needs tls.client-private-key beside it`)
      if (key !== undefined && cert === undefined) throw new Error(`${key.path} needs tls.client-certificate beside it`)
      const [caPem, certPem, keyPem] = await Promise.all([ca?.file.read(), cert?.file.read(), key?.file.read()])
      if (caPem === material.ca && certPem === material.cert && keyPem === material.key) return material
      const next: TlsMaterial = {}
      if (ca !== undefined && caPem !== undefined) {
        parseCertificate(ca.path, caPem)
        next.ca = caPem
      }
      if (cert !== undefined && certPem !== undefined && key !== undefined && keyPem !== undefined) {
        if (!parseCertificate(cert.path, certPem).checkPrivateKey(parseKey(key.path, keyPem))) {
          throw new Error(`${key.path} is not the private key of the certificate in ${cert.path}`)
        }
        next.cert = certPem
        next.key = keyPem
      }
      material = next
      return material
    },
  }
}

function parseCertificate(path: string, pem: string): X509Certificate {
  try {
    return new (crypto().X509Certificate)(pem)
  } catch {
    throw new Error(`${path} does not hold a PEM certificate`)
  }
}

function parseKey(path: string, pem: string): KeyObject {
  try {
    return crypto().createPrivateKey(pem)
  } catch {
    const encrypted = pem.includes('ENCRYPTED')
    throw new Error(`${path} ${encrypted ? 'is encrypted; decrypt the key' : 'does not hold a PEM private key'}`)
  }
}
