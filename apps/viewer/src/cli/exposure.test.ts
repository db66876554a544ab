import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTestCertificates } from '@codex/otlp-receiver/certificates'
import { describe, expect, it } from 'vitest'
import { testFolder } from '../testing.fixture.ts'
import { UsageError } from '../usage-error.ts'
import { type ExposureOptions, exposureOf } from './exposure.ts'

const NOTHING: ExposureOptions = {
  ...{ host: undefined, tlsCert: undefined, tlsKey: undefined },
  ...{ insecure: false, key: undefined },
}
const of = (options: Partial<ExposureOptions>) => exposureOf({ ...NOTHING, ...options })

describe('a viewer', () => {
  it.each([undefined, 'localhost', '127.0.0.1', '127.3.2.1', '::1'])('at %s is alone with its machine', host => {
    expect(of({ host })).toMatchObject({ others: false, tls: undefined, key: undefined })
  })

  it.each(['0.0.0.0', '::', '192.168.1.5', 'desk.example', '::ffff:192.168.1.5'])(
    'at %s does not start without TLS or --insecure, and says so',
    host => {
      expect(() => of({ host })).toThrow(
        new UsageError(
          `with --host ${host} other machines reach this one: give --tls-cert <file> and --tls-key <file>, or --insecure where the network itself is safe.`,
        ),
      )
    },
  )

  it('for other machines makes a key of its own with each start, unless one is given', () => {
    const [first, second] = [of({ host: '::', insecure: true }), of({ host: '::', insecure: true })]
    expect(first.key).toMatch(/^[\w-]{22}$/)
    expect(first.key).not.toBe(second.key)
    expect(first).toMatchObject({ hosts: ['::'], others: true, keyIsNew: true })
    const key = 'given-by-the-operator'
    expect(of({ host: '::', insecure: true, key })).toMatchObject({ key, keyIsNew: false })
    expect(of({ key })).toMatchObject({ key, others: false })
  })

  it.each(['short', 'with blanks in its middle', 'ümlaut-ümlaut-ümlaut'])('refuses the key %j', key => {
    expect(() => of({ key })).toThrow(/^the key must have at least 16 characters, and no blanks/)
  })

  it('reads a certificate and its key, and says what is wrong with other files', async () => {
    const folder = testFolder()
    const [cert, key, other] = ['cert.pem', 'key.pem', 'other.pem'].map(name => join(folder, name)) as [
      string,
      string,
      string,
    ]
    const { server, client } = await createTestCertificates()
    writeFileSync(cert, server.cert)
    writeFileSync(key, server.key)
    writeFileSync(other, client.key)
    expect(of({ host: '::', tlsCert: cert, tlsKey: key }).tls).toEqual({
      cert: Buffer.from(server.cert),
      key: Buffer.from(server.key),
    })
    expect(() => of({ tlsCert: cert })).toThrow('--tls-cert and --tls-key go together; --tls-key is missing.')
    expect(() => of({ tlsKey: key, host: '::', insecure: true })).toThrow('--tls-cert is missing.')
    expect(() => of({ tlsCert: join(folder, 'none'), tlsKey: key })).toThrow(
      `cannot read ${join(folder, 'none')}: no such file or directory.`,
    )
    expect(() => of({ tlsCert: cert, tlsKey: other })).toThrow(`${other} is not the key of the certificate in ${cert}.`)
    expect(() => of({ tlsCert: cert, tlsKey: cert })).toThrow('must be a certificate and its key in PEM')
  })
})
