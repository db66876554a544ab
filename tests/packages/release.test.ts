import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { servePackages } from '@codex/test-kit/package-registry'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextVersion, versionsInSource } from '../../scripts/packages/next-version.ts'
import { packAll, type Tarball } from '../../scripts/packages/pack-all.ts'
import { publicPackages, ROOT } from '../../scripts/packages/public-packages.ts'
import { inOrder, provenanceProblem, publishAll } from '../../scripts/packages/publish-all.ts'
import { releaseProblems } from '../../scripts/packages/release-problems.ts'
import { verifyTarballs } from '../../scripts/packages/verify-tarballs.ts'

const temporary = mkdtempSync(join(realpathSync(tmpdir()), 'codex-otel-release-'))
afterAll(() => rmSync(temporary, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())

const ADDRESS = {
  repository: { type: 'git', url: 'git+https://git.example.com/owner/name.git' },
  homepage: 'https://git.example.com/owner/name#readme',
  bugs: { url: 'https://git.example.com/owner/name/issues' },
}

type Json = Record<string, unknown>

/** The manifests of this repository and what its versions depend on, as before the first release, in a repository of their own. */
class Checkout {
  readonly root: string = mkdtempSync(join(temporary, 'checkout-'))

  constructor() {
    for (const name of ['package.json', 'pnpm-workspace.yaml', '.changeset/config.json']) this.#copy(name)
    for (const name of ['packages/otel-sdk', 'apps/viewer']) this.#copy(`${name}/src/version.ts`)
    this.#copy('examples/minimal/package.json')
    for (const name of ['apps/demo', 'tests', 'benchmarks', 'packages/test-kit']) this.#copy(`${name}/package.json`)
    for (const { directory } of publicPackages()) this.#copy(`${directory.slice(ROOT.length + 1)}/package.json`)
    for (const folder of this.folders) this.edit(`${folder}/package.json`, { version: '0.0.0' })
    symlinkSync(join(ROOT, 'node_modules'), join(this.root, 'node_modules'))
    writeFileSync(join(this.root, '.gitignore'), 'node_modules\n')
    this.git('init', '--quiet')
  }

  get folders(): string[] {
    return publicPackages(this.root).map(({ directory }) => directory.slice(this.root.length + 1))
  }

  get versions(): string[] {
    return publicPackages(this.root).map(({ manifest }) => manifest.version)
  }

  edit(path: string, changes: Json): void {
    const file = join(this.root, path)
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...changes }))
  }

  note(name: string, bump: string): void {
    writeFileSync(
      join(this.root, `.changeset/${name.replace(/\W/g, '-')}.md`),
      `---\n'${name}': ${bump}\n---\n\nNew.\n`,
    )
  }

  commit(): void {
    this.git('add', '--all')
    this.git('-c', 'user.name=test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '--message', 'all')
  }

  git(...args: string[]): void {
    execFileSync('git', args, { cwd: this.root })
  }

  #copy(path: string): void {
    mkdirSync(join(this.root, path, '..'), { recursive: true })
    cpSync(join(ROOT, path), join(this.root, path))
  }
}

describe('the versions of the published packages', () => {
  it('are 0.1.0 after the first release, and the source of the SDK and the examples follow', () => {
    const checkout = new Checkout()
    for (const { manifest } of publicPackages(checkout.root)) checkout.note(manifest.name, 'minor')
    expect(nextVersion(checkout.root)).toBe('0.1.0')
    expect(checkout.versions).toEqual(checkout.folders.map(() => '0.1.0'))
    expect(Object.fromEntries(versionsInSource(checkout.root))).toEqual({
      'packages/otel-sdk/src/version.ts': '0.1.0',
      'apps/viewer/src/version.ts': '0.1.0',
    })
    const example = readFileSync(join(checkout.root, 'examples/minimal/package.json'), 'utf8')
    expect(JSON.parse(example)).toMatchObject({
      imports: { '#telemetry': { 'codex-otel': '@codex/otel-sdk' } },
      dependencies: { '@codex/otel-api': '^0.1.0', '@codex/otel-sdk': '^0.1.0', 'smol-toml': expect.any(String) },
    })
  })

  it('rise together when one of them changes', () => {
    const checkout = new Checkout()
    checkout.note('@codex/auth', 'patch')
    expect(nextVersion(checkout.root)).toBe('0.0.1')
    expect(checkout.versions).toEqual(checkout.folders.map(() => '0.0.1'))
  })
})

describe('a release', () => {
  let checkout: Checkout

  beforeEach(() => {
    checkout = new Checkout()
    checkout.edit('package.json', ADDRESS)
    checkout.note('@codex/otel-sdk', 'minor')
    nextVersion(checkout.root)
    checkout.commit()
  })

  it('has no problems when everything is committed, versioned and has an address', () => {
    expect(releaseProblems(checkout.root)).toEqual([])
  })

  it('is refused for changes that are not committed', () => {
    writeFileSync(join(checkout.root, 'new.txt'), '')
    expect(releaseProblems(checkout.root)).toEqual([expect.stringContaining('?? new.txt')])
  })

  it('is refused for a project without an address, with the command that sets what is missing', () => {
    checkout.edit('package.json', { homepage: undefined, repository: undefined })
    checkout.commit()
    const [problem = '', ...others] = releaseProblems(checkout.root)
    expect(others).toEqual([])
    const [, settings = ''] = /npm pkg set (.*)$/.exec(problem) ?? []
    expect(settings.match(/[\w.]+(?==)/g)).toEqual(['repository.url', 'repository.type', 'homepage'])
    execFileSync('/bin/sh', ['-c', `npm pkg set ${settings}`], { cwd: checkout.root })
    checkout.commit()
    expect(releaseProblems(checkout.root)).toEqual([])
  })

  it('is refused for notes that no version has yet', () => {
    checkout.note('@codex/auth', 'patch')
    checkout.commit()
    expect(releaseProblems(checkout.root)).toEqual([expect.stringContaining('npm run release:version')])
  })

  it('is refused when one of the packages has another version', () => {
    checkout.edit('packages/auth/package.json', { version: '0.0.9' })
    checkout.commit()
    expect(releaseProblems(checkout.root)).toEqual([expect.stringContaining('@codex/auth 0.0.9')])
  })

  it('is refused when the source of the SDK says another version, and when a changelog lacks it', () => {
    for (const folder of checkout.folders) checkout.edit(`${folder}/package.json`, { version: '0.2.0' })
    checkout.commit()
    const problems = releaseProblems(checkout.root)
    expect(problems).toHaveLength(2 + checkout.folders.length)
    expect(problems.filter(problem => problem.endsWith('src/version.ts says 0.1.0, and package.json 0.2.0.'))).toEqual([
      expect.stringContaining('packages/otel-sdk/'),
      expect.stringContaining('apps/viewer/'),
    ])
    expect(problems[2]).toContain('no heading "## 0.2.0"')
  })
})

describe('publishing', () => {
  const packed = join(temporary, 'packed')
  const none = join(temporary, 'none')
  mkdirSync(none)
  const token = 'token-of-a-test'

  it('sends each package after those that it depends on, and a second time only what is missing', async () => {
    const tarballs = (await packAll(packed)).slice(0, 2)
    const ids = inOrder(tarballs).map(({ source }) => `${source.name}@${source.version}`)
    expect(ids).toEqual([expect.stringMatching(/^@codex\/otel-api@/), expect.stringMatching(/^@codex\/auth@/)])
    await using registry = await servePackages(none, { token })
    const options = { registry: registry.url, provenance: false }
    vi.stubEnv('npm_config_cache', join(temporary, 'cache'))

    vi.stubEnv('NODE_AUTH_TOKEN', 'another')
    await expect(publishAll(tarballs, { ...options, report: () => {} })).rejects.toThrow(/E401/)
    expect(registry.published).toEqual([])

    vi.stubEnv('NODE_AUTH_TOKEN', token)
    const reported: string[] = []
    const report = (line: string): number => reported.push(line)
    await publishAll(inOrder(tarballs).slice(0, 1), { ...options, report })
    await publishAll(tarballs, { ...options, report })
    expect(registry.published).toEqual(ids)
    expect(reported[1]).toBe(`${ids[0]} is published already`)
    expect(reported).toHaveLength(ids.length + 1)
  })

  it('needs a CI that can state where a package was built, unless that is not wanted', () => {
    expect(provenanceProblem({})).toContain('--without-provenance')
    expect(provenanceProblem({ GITHUB_ACTIONS: 'true' })).toContain('id-token: write')
    expect(
      provenanceProblem({ GITHUB_ACTIONS: 'true', ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1' }),
    ).toBeUndefined()
    expect(provenanceProblem({ GITLAB_CI: 'true', SIGSTORE_ID_TOKEN: 'x' })).toBeUndefined()
  })

  it('is not reached by a tarball that npm made, with the protocols of the workspace in it and without a licence', async () => {
    const directory = mkdtempSync(join(temporary, 'wrong-'))
    const source = publicPackages().find(({ manifest }) => manifest.name === '@codex/otel-sdk')?.directory ?? ''
    cpSync(source, directory, { recursive: true, filter: path => !path.includes('node_modules') })
    const file = execFileSync('npm', ['pack', '--ignore-scripts', '--silent'], {
      cwd: directory,
      encoding: 'utf8',
    }).trim()
    const contents = execFileSync('tar', ['-tzf', file], { cwd: directory, encoding: 'utf8' }).trim().split('\n')
    const tarball = {
      file: join(directory, file),
      bytes: 0,
      contents: contents.map(path => path.replace('package/', '')),
    }
    const problems = await verifyTarballs([{ ...tarball, source: { name: '', version: '' } } satisfies Tarball])
    expect(problems.join('\n')).toMatch(/"(?:workspace|catalog):/)
    expect(problems).toContain(`${file}: LICENSE is missing`)
  })
})
