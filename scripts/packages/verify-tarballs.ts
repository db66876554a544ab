import { execFile } from 'node:child_process'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import type { Tarball } from './pack-all.ts'
import { type Manifest, ROOT } from './public-packages.ts'

const run = promisify(execFile)

/** What every package has beside its build. */
const ALWAYS = ['LICENSE', 'README.md', 'package.json']

/**
 * Looks for what would be wrong with the packages once they are published, in the tarballs themselves: what is left of the
 * workspace, what is missing or too much, and what `publint` and `attw` find. Returns one text a problem.
 */
export async function verifyTarballs(tarballs: readonly Tarball[]): Promise<string[]> {
  const found = await Promise.all(
    tarballs.map(async tarball => [
      ...(await manifestProblems(tarball)),
      ...(await contentProblems(tarball)),
      ...(await toolProblems('publint', ['run', '--strict', tarball.file])),
      ...(await typeProblems(tarball)),
    ]),
  )
  return found.flatMap((problems, i) => problems.map(problem => `${basename(tarballs[i]?.file ?? '')}: ${problem}`))
}

/** The package.json inside of a tarball. */
export async function packedManifest({ file }: Tarball): Promise<Manifest> {
  const { stdout } = await run('tar', ['-xzOf', file, 'package/package.json'])
  return JSON.parse(stdout)
}

async function manifestProblems(tarball: Tarball): Promise<string[]> {
  const manifest = await packedManifest(tarball)
  const left = /"(?:workspace|catalog):[^"]*"/.exec(JSON.stringify(manifest))?.[0]
  return [
    ...(left === undefined ? [] : [`its package.json has ${left}, which no package manager can install`]),
    ...(['scripts', 'devDependencies'] as const)
      .filter(key => key in manifest)
      .map(key => `its package.json has "${key}", which is of no use to an installed package`),
  ]
}

async function contentProblems(tarball: Tarball): Promise<string[]> {
  const { contents } = tarball
  // A file beside the build, such as a schema, is there for what imports it.
  const { exports = {}, bin = {} } = await packedManifest(tarball)
  const exported = Object.values(exports)
  const built = contents.filter(path => !ALWAYS.includes(path))
  return [
    ...[...ALWAYS, ...Object.values(bin).map(path => path.replace(/^\.\//, ''))]
      .filter(path => !contents.includes(path))
      .map(path => `${path} is missing`),
    ...built
      .filter(
        path => !(path.startsWith('dist/') || exported.includes(`./${path}`)) || /\.(?:test|fixture)\./.test(path),
      )
      .map(path => `${path} does not belong into it`),
    ...(built.some(path => path.endsWith('.js')) ? [] : ['it has no code; build it first']),
  ]
}

/** A program has nothing to import, and no types. */
async function typeProblems(tarball: Tarball): Promise<string[]> {
  if ((await packedManifest(tarball)).exports === undefined) return []
  // Node from 22.12 loads ES modules with `require` too, so that a second build in CommonJS is not needed.
  return toolProblems('attw', ['--profile', 'esm-only', '--no-color', '--no-emoji', tarball.file])
}

/** Runs a tool of `node_modules/.bin` that ends with another code than 0 when it found something. */
async function toolProblems(tool: string, args: readonly string[]): Promise<string[]> {
  try {
    await run(join(ROOT, 'node_modules/.bin', tool), args)
    return []
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    const said = `${stdout}${stderr}`.trim()
    return [`${tool} found:\n${said === '' ? String(error) : said}`]
  }
}
