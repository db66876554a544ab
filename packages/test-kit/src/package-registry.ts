import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'

/** A package registry on loopback that serves tarballs from a folder to npm, pnpm, Bun, Deno and others. */
export interface PackageRegistry {
  /** Ends in a slash. */
  readonly url: string
  /** The lines of an `.npmrc` that send the packages of this project's scope here and leave all others where they come from. */
  readonly npmrc: string
  /** The paths that were asked for, in their order. */
  readonly requested: readonly string[]
  /** What was published here, as `name@version`, in its order. */
  readonly published: readonly string[]
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

interface Served {
  readonly name: string
  readonly version: string
  readonly manifest: object
  readonly file: string
  readonly bytes: Buffer
}

const SCOPE = '@codex'

/** A date of release that satisfies every package manager's minimum age. */
const RELEASED = '2020-01-01T00:00:00.000Z'

interface RegistryOptions {
  /** The token that publishing takes. Default: nothing can be published. */
  token?: string
}

/**
 * Serves the tarballs (`*.tgz`) that are in a folder now, as `npm run pack` writes them, and what is published to it later;
 * one version of each package.
 */
export async function servePackages(folder: string, { token }: RegistryOptions = {}): Promise<PackageRegistry> {
  const packages = readdirSync(folder)
    .filter(name => name.endsWith('.tgz'))
    .map(name => readTarball(folder, name))
  const requested: string[] = []
  const published: string[] = []
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1)
    requested.push(path)
    if (request.method === 'PUT') {
      if (token === undefined || request.headers.authorization !== `Bearer ${token}`) {
        response.writeHead(401).end(JSON.stringify({ error: 'the token is wrong' }))
        return
      }
      const added = readPublished(await json(request))
      packages.push(added)
      published.push(`${added.name}@${added.version}`)
      response.writeHead(201).end('{}')
      return
    }
    const tarball = packages.find(({ file }) => path === file)
    if (tarball !== undefined) {
      response.setHeader('content-type', 'application/octet-stream').end(tarball.bytes)
      return
    }
    const found = packages.find(({ name }) => path === name)
    response.setHeader('content-type', 'application/json')
    if (found === undefined) response.writeHead(404).end(JSON.stringify({ error: `not found: ${path}` }))
    else response.end(JSON.stringify(describe(found, url)))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise<void>(resolve => server.close(() => resolve()))
  }
  return { url, npmrc: `${SCOPE}:registry=${url}\n`, requested, published, close, [Symbol.asyncDispose]: close }
}

function readTarball(folder: string, file: string): Served {
  const path = join(folder, file)
  const manifest = JSON.parse(execFileSync('tar', ['-xzOf', path, 'package/package.json'], { encoding: 'utf8' }))
  return { name: manifest.name, version: manifest.version, manifest, file, bytes: readFileSync(path) }
}

/** The body with which npm publishes: the document of the package, with its tarball attached in base64. */
function readPublished(body: unknown): Served {
  const { versions, _attachments } = body as {
    versions: Record<string, { name: string; version: string }>
    _attachments: Record<string, { data: string }>
  }
  const [manifest] = Object.values(versions)
  const [attachment] = Object.values(_attachments)
  if (manifest === undefined || attachment === undefined) throw new TypeError('not a package that npm publishes')
  const { name, version } = manifest
  const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`
  return { name, version, manifest, file, bytes: Buffer.from(attachment.data, 'base64') }
}

const describe = ({ name, version, manifest, file, bytes }: Served, url: string): object => ({
  name,
  'dist-tags': { latest: version },
  time: { created: RELEASED, modified: RELEASED, [version]: RELEASED },
  versions: {
    [version]: {
      ...manifest,
      dist: {
        tarball: `${url}${file}`,
        integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
        shasum: createHash('sha1').update(bytes).digest('hex'),
      },
    },
  },
})
