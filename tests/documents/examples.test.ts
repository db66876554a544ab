import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '@codex/test-kit/run-node'
import { expect, it } from 'vitest'
import { readPage } from './page-tables.ts'

const EXAMPLES = readdirSync(join(ROOT, 'examples'), { withFileTypes: true }).flatMap(entry =>
  entry.isDirectory() ? [entry.name] : [],
)

/** The versions of third-party packages, by name. */
const CATALOG = new Map(
  [...readPage('pnpm-workspace.yaml').matchAll(/^ {2}"?([^\s"]+)"?: (\d\S+)$/gm)].map(([, name = '', version = '']) => [
    name,
    version,
  ]),
)

it('examples/ has its three agents, and its page names each', () => {
  const page = readPage('examples/README.md')
  expect(EXAMPLES).toEqual(['anthropic', 'chat', 'minimal'])
  for (const name of EXAMPLES) expect(page).toContain(`](${name})`)
})

it('the agent of examples/minimal has at most forty lines', () => {
  const lines = readPage('examples/minimal/agent.js')
    .split('\n')
    .filter(line => line.trim() !== '')
  expect(lines.length).toBeLessThanOrEqual(40)
})

/** What the examples alone use, so that their package.json is the place of its version. */
const OF_EXAMPLES = ['@anthropic-ai/sdk', 'openai']

it.each(EXAMPLES)('examples/%s asks for this version of the packages, and for the versions of the catalog', name => {
  const { dependencies, devDependencies } = JSON.parse(readPage(`examples/${name}/package.json`))
  const asked = Object.entries<string>({ ...dependencies, ...devDependencies })
  const rest = asked.filter(([library]) => !OF_EXAMPLES.includes(library))
  expect(rest.length).toBeGreaterThan(3)
  const own = (library: string): string =>
    JSON.parse(readPage(`packages/${library.slice('@codex/'.length)}/package.json`)).version
  for (const [library, range] of rest) {
    expect([library, range]).toEqual([
      library,
      library.startsWith('@codex/') ? `^${own(library)}` : CATALOG.get(library),
    ])
  }
})
