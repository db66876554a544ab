import { execFile } from 'node:child_process'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Manifest, publicPackages, ROOT } from './public-packages.ts'

const run = promisify(execFile)

export interface Tarball {
  /** Its absolute path. */
  readonly file: string
  /** Of the file, in bytes. */
  readonly bytes: number
  /** The paths inside of it, below `package/`. */
  readonly contents: readonly string[]
  /** As it is in the repository; the tarball's own has versions in place of `workspace:`. */
  readonly source: Manifest
}

/** Where `npm run pack` puts its tarballs. */
const PACKED: string = join(ROOT, 'dist/packages')

/**
 * Writes a tarball of each published package, as it was built, into a directory that is emptied first.
 * Rejects with what pnpm printed when a package cannot be packed.
 */
export async function packAll(destination: string = PACKED): Promise<Tarball[]> {
  await rm(destination, { recursive: true, force: true })
  await mkdir(destination, { recursive: true })
  const hooks = fileURLToPath(new URL('published-manifest.mjs', import.meta.url))
  const tarballs: Tarball[] = []
  for (const { directory, manifest } of publicPackages()) {
    const { stdout } = await run(
      join(ROOT, 'node_modules/.bin/pnpm'),
      ['pack', '--json', `--config.pnpmfile=${hooks}`, '--pack-destination', destination],
      { cwd: directory, env: { ...process.env, CODEX_OTEL_PACK: '1' } },
    )
    const { filename, files } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Packed
    const { size } = await stat(filename)
    tarballs.push({ file: filename, bytes: size, contents: files.map(({ path }) => path), source: manifest })
  }
  return tarballs
}

/** What `pnpm pack --json` prints. */
interface Packed {
  filename: string
  files: { path: string }[]
}
