import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import type { Tarball } from './pack-all.ts'

const run = promisify(execFile)

export interface PublishOptions {
  /** The URL of a registry. Default: what npm is configured to. */
  registry?: string | undefined
  /** Whether npm states where the packages were built, which it can only in a CI that it knows. */
  provenance: boolean
  /** Called with one line for each package. */
  report: (line: string) => void
}

/** Packages in an order in which each comes after those that it depends on. */
export function inOrder(tarballs: readonly Tarball[]): Tarball[] {
  const ordered: Tarball[] = []
  const add = (tarball: Tarball): void => {
    if (ordered.includes(tarball)) return
    for (const name of Object.keys(tarball.source.dependencies ?? {})) {
      const needed = tarballs.find(({ source }) => source.name === name)
      if (needed !== undefined) add(needed)
    }
    ordered.push(tarball)
  }
  for (const tarball of tarballs) add(tarball)
  return ordered
}

/** Why npm could not make a statement of provenance here, or undefined when it can. */
export function provenanceProblem(env: NodeJS.ProcessEnv): string | undefined {
  if (env.GITHUB_ACTIONS === 'true' && env.ACTIONS_ID_TOKEN_REQUEST_URL) return undefined
  if (env.GITLAB_CI === 'true' && env.SIGSTORE_ID_TOKEN) return undefined
  return 'npm states where a package was built only in GitHub Actions (with "permissions: id-token: write") and in GitLab CI (with an id token SIGSTORE_ID_TOKEN). Publish from there, or say --without-provenance.'
}

/**
 * Publishes tarballs that the registry does not have yet, so that a second try goes on where the first one ended.
 * The token comes from the variable NODE_AUTH_TOKEN, or from the sign-in of npm; it is not written to any file.
 * Rejects with npm's message at the first package that is refused.
 */
export async function publishAll(tarballs: readonly Tarball[], options: PublishOptions): Promise<void> {
  const { registry, provenance, report } = options
  const directory = await mkdtemp(join(tmpdir(), 'codex-otel-release-'))
  try {
    const args = registry === undefined ? [] : [`--registry=${registry}`]
    if (process.env.NODE_AUTH_TOKEN) {
      const { stdout } = await npm(directory, ['config', 'get', 'registry', ...args])
      const { host, pathname } = new URL(stdout.trim())
      // npm itself puts the variable in.
      const line = `//${host}${pathname.replace(/\/?$/, '/')}:_authToken=\${NODE_AUTH_TOKEN}\n`
      await writeFile(join(directory, '.npmrc'), line, { mode: 0o600 })
      args.push('--userconfig', join(directory, '.npmrc'))
    }
    for (const { file, source } of inOrder(tarballs)) {
      const id = `${source.name}@${source.version}`
      if (await isPublished(directory, id, args)) {
        report(`${id} is published already`)
        continue
      }
      await npm(directory, ['publish', file, '--access=public', ...(provenance ? ['--provenance'] : []), ...args])
      report(`${id} published (${basename(file)})`)
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function isPublished(cwd: string, id: string, args: readonly string[]): Promise<boolean> {
  try {
    const { stdout } = await npm(cwd, ['view', id, 'version', ...args])
    return stdout.trim() !== ''
  } catch (error) {
    if (error instanceof Error && error.message.includes('E404')) return false
    throw error
  }
}

/** In a directory outside of the repository, whose manifests npm does not need. */
async function npm(cwd: string, args: readonly string[]): Promise<{ stdout: string }> {
  try {
    return await run('npm', args, { cwd })
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    throw new Error(`npm ${args[0]} failed:\n${stderr.trim() || String(error)}`)
  }
}
