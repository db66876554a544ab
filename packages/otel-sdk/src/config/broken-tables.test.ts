import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { brokenExporters } from './broken-exporters.fixture.ts'
import { type BrokenTable, brokenOtherKeys } from './broken-tables.fixture.ts'
import { resolveConfig } from './resolve-config.ts'

const brokenTables: readonly BrokenTable[] = [...brokenExporters, ...brokenOtherKeys]

function resolveText({ toml, env = {} }: BrokenTable) {
  const table = parse(toml).otel
  return resolveConfig({
    table,
    file: 'config.toml',
    text: toml,
    codexHome: '/home/dev/.codex',
    env,
  })
}

test('there are at least 60 broken tables', () => {
  expect(brokenTables.length).toBeGreaterThanOrEqual(60)
})

test.each(brokenTables)('$severity: $key is $found', broken => {
  const { config, problems } = resolveText(broken)
  const [problem, ...others] = problems
  expect(others.map(({ key }) => key)).toEqual(broken.others ?? [])
  expect(problem).toMatchObject({
    severity: broken.severity,
    file: broken.file ?? 'config.toml',
    key: broken.key,
    found: broken.found,
    allowed: expect.stringContaining(broken.allowed),
  })
  expect(problem?.line).toBe(broken.line)
  const place = broken.line === undefined ? (broken.file ?? 'config.toml') : `config.toml:${broken.line}`
  expect(problem?.message.startsWith(`${place}: ${broken.key}: found ${broken.found}; allowed: `)).toBe(true)
  const on = (['logs', 'metrics', 'traces'] as const).filter(signal => config[signal] !== undefined)
  expect(on).toEqual(broken.on)
})
