import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { RE2JS } from 're2js'
import { createFindPatterns } from '../packages/otel-sdk/src/content/patterns/find-patterns.ts'
import { longText } from './scrub-texts.ts'

const RESULTS = new URL('../docs/benchmarks/patterns.md', import.meta.url)
const ROUNDS = 9
/** A search that takes longer is measured once. */
const LONG_MS = 500

type FindAll = (text: string) => string[]

/** In both syntaxes alike, but for the flag. */
const contenders: Readonly<Record<string, (pattern: string) => FindAll>> = {
  'this library': pattern => {
    const find = createFindPatterns([pattern])
    return text => find(text).map(({ start, end }) => text.slice(start, end))
  },
  RE2JS: pattern => {
    const expression = RE2JS.compile(pattern)
    return text => [...expression.matchAll(text)].map(([match]) => match as string)
  },
  V8: pattern => {
    const anyCase = pattern.startsWith('(?i)')
    const expression = new RegExp(anyCase ? pattern.slice(4) : pattern, anyCase ? 'gi' : 'g')
    return text => [...text.matchAll(expression)].map(([match]) => match)
  },
}
const names = Object.keys(contenders)

const ORDINARY = [
  'EMP-\\d{6}',
  '\\b\\d{3}-\\d{2}-\\d{4}\\b',
  '(?i)internal[- ]?id[:=]\\s*\\w+',
  '[\\w.+-]+@corp\\.example',
  '[A-Z]{2}[0-9]{6}',
  '\\d+',
]
/** With a unit that the text repeats, before a last character; V8 would not end for the first two. */
const ADVERSARIAL: readonly { pattern: string; unit: string; without?: string }[] = [
  { pattern: '(a+)+$', unit: 'a', without: 'V8' },
  { pattern: '(x+x+)+y|x', unit: 'x', without: 'V8' },
  { pattern: 'a.*b|a', unit: 'a' },
  { pattern: '[a-z]+[0-9]', unit: 'a' },
]
const SIZES = [1_024, 8_192, 65_536]
const ADVERSARIAL_SIZE = 4_096

/** Milliseconds: the best of the rounds. */
function timeOf(run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS && (round === 0 || best < LONG_MS); round++) {
    const began = performance.now()
    run()
    best = Math.min(best, performance.now() - began)
  }
  return best
}

const duration = (ms: number): string =>
  ms < 1 ? `${(ms * 1_000).toFixed(0)} us` : `${ms.toFixed(ms < 100 ? 1 : 0)} ms`
const cell = (pattern: string): string => `\`${pattern.replaceAll('|', '\\|')}\``

function measure(pattern: string, text: string, without?: string): string[] {
  let expected: string | undefined
  return names.map(name => {
    if (name === without) return 'does not end'
    const find = (contenders[name] as (pattern: string) => FindAll)(pattern)
    const found = find(text).join()
    expected ??= found
    if (found !== expected) throw new Error(`${name} finds something else by ${pattern}`)
    return duration(timeOf(() => find(text)))
  })
}

const ordinary = ORDINARY.flatMap(pattern =>
  SIZES.map(size => `| ${cell(pattern)} | ${size / 1_024} KiB | ${measure(pattern, longText(size)).join(' | ')} |`),
)
const adversarial = ADVERSARIAL.map(({ pattern, unit, without }) => {
  const text = `${unit.repeat(ADVERSARIAL_SIZE - 1)}!`
  return `| ${cell(pattern)} | ${measure(pattern, text, without).join(' | ')} |`
})
const columns = names.map(() => '---').join('|')

const page = `# Patterns of the user: what they cost

Written by \`benchmarks/patterns.ts\`; do not edit. Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim() || 'CPU'}, best of ${ROUNDS} rounds.
All find the same. [Why this library has an engine of its own](../decisions/scrub-patterns.md).

All matches in arguments and output of tools:

| pattern | text | ${names.join(' | ')} |
|---|---|${columns}|
${ordinary.join('\n')}

All matches in ${ADVERSARIAL_SIZE / 1_024} KiB that were made for the pattern:

| pattern | ${names.join(' | ')} |
|---|${columns}|
${adversarial.join('\n')}
`

writeFileSync(RESULTS, page)
console.log(page)
