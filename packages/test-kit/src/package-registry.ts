import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/** A package registry on loopback that serves tarballs from a folder to npm, pnpm, Bun, Deno and others. */
export interface PackageRegistry {
  /** Ends in a slash. */
  readonly url: string
  /** The lines of an `.npmrc` that send the packages of this project's scope here and leave all others where they come from. */
  readonly npmrc: string
  /** The paths that were asked for, in their order. */
  readonly requested: readonly string[]
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

/** Serves the tarballs (`*.tgz`) that are in a folder now, as `npm run pack` writes them; one version of each package. */
export async function servePackages(folder: string): Promise<PackageRegistry> {
  const packages = readdirSync(folder)
    .filter(name => name.endsWith('.tgz'))
    .map(name => readTarball(folder, name))
  const requested: string[] = []
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1)
    requested.push(path)
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
  return { url, npmrc: `${SCOPE}:registry=${url}\n`, requested, close, [Symbol.asyncDispose]: close }
}

function readTarball(folder: string, file: string): Served {
  const path = join(folder, file)
  const manifest = JSON.parse(execFileSync('tar', ['-xzOf', path, 'package/package.json'], { encoding: 'utf8' }))
  return { name: manifest.name, version: manifest.version, manifest, file, bytes: readFileSync(path) }
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
