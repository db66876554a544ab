import { readFileSync, writeFileSync } from 'node:fs'
import { readArguments } from '@codex/test-kit/read-arguments'
import { fixedPrefixes } from '../../src/content/secrets/fixed-prefixes.ts'
import { compareRules, describeDifference, type Reviewed, readRules, reviewedFrom } from './compare-rules.ts'

/**
 * Shows what a copy of gitleaks' `config/gitleaks.toml` has that the table of fixed prefixes was not made from:
 * `node packages/otel-sdk/scripts/secret-rules/compare.ts <file> [--accept]`. With `--accept` it records that all of it
 * was looked at. Exit code 1 when there is something new and `--accept` is not given.
 */
const REVIEWED = new URL('reviewed.json', import.meta.url)

const USAGE = 'usage: node packages/otel-sdk/scripts/secret-rules/compare.ts <copy of gitleaks.toml> [--accept]'

const { values, positionals } = readArguments(
  { options: { accept: { type: 'boolean' } }, allowPositionals: true },
  USAGE,
)
const [path] = positionals
if (path === undefined || positionals.length > 1) {
  process.stderr.write(`name the copy of gitleaks.toml\n\n${USAGE}\n`)
  process.exit(2)
}

const rules = readRules(readFileSync(path, 'utf8'))
const difference = compareRules(rules, JSON.parse(readFileSync(REVIEWED, 'utf8')) as Reviewed)
const inTable = new Set(fixedPrefixes.flatMap(({ rule }) => rule ?? []))
process.stdout.write(describeDifference(difference, inTable))
if (values.accept) writeFileSync(REVIEWED, `${JSON.stringify(reviewedFrom(rules), null, 2)}\n`)
else if (difference.added.length + difference.changed.length + difference.removed.length > 0) process.exitCode = 1
