import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { capText } from '../packages/otel-sdk/src/content/cap-text.ts'
import { codePointLength } from '../packages/otel-sdk/src/content/code-point-length.ts'
import { createScrubber } from '../packages/otel-sdk/src/content/secrets/scrub.ts'
import { PATTERN_COUNT, scrubBehindIncludes, scrubBehindOneExpression, scrubNaively } from './scrub-rivals.ts'
import { longText, ORDINARY_EVENTS, type ToolTexts } from './scrub-texts.ts'

const RESULTS = new URL('../docs/benchmarks/scrubbing.md', import.meta.url)
const ROUNDS = 15
const WARM_UP_MS = 200
/** About as many as a short run of an agent emits. */
const COLD_EVENTS = 200
/** In the form that the model gives. */
const CALL_ID = 'call_mU3aVx8qKZb1nRt5Yw0cLd7E'

const scrubber = createScrubber()
const contenders: Readonly<Record<string, (text: string) => string>> = {
  'this library': text => scrubber.scrub(text),
  [`${PATTERN_COUNT} expressions, one after the other`]: scrubNaively,
  'the same, each behind `includes` of its literal parts': scrubBehindIncludes,
  'the same, all behind one expression of the literal parts': scrubBehindOneExpression,
}

/** Nanoseconds a call: the median of rounds of some milliseconds, and the best of them. */
interface Timing {
  median: number
  best: number
}

let sink = 0

/** Of the processor, so that what else the machine does is not in it; what V8 does on threads of its own is. */
function timeOnce(run: () => number, calls: number): number {
  const began = process.cpuUsage()
  for (let call = 0; call < calls; call++) sink += run()
  const { user, system } = process.cpuUsage(began)
  return ((user + system) * 1_000) / calls
}

/** All contenders in each round, in turn, so that what else the machine does meets them alike. */
function timeAll(runs: readonly (() => number)[]): Timing[] {
  const calls = runs.map(run => {
    // Compiled before it is counted: code and expressions alike begin in an interpreter.
    const warm = performance.now() + WARM_UP_MS
    while (performance.now() < warm) sink += run()
    let count = 1
    while (timeOnce(run, count) * count < 4e6) count *= 2
    return count
  })
  const rounds = Array.from({ length: ROUNDS }, () => runs.map((run, index) => timeOnce(run, calls[index] as number)))
  return runs.map((_, index) => {
    const times = rounds.map(round => round[index] as number).sort((a, b) => a - b)
    return { median: times[ROUNDS >> 1] as number, best: times[0] as number }
  })
}

const names = Object.keys(contenders)
const rows: string[] = []

function measure(label: string, texts: readonly string[], perRound = 1): void {
  const timings = timeAll(
    names.map(name => {
      const scrub = contenders[name] as (text: string) => string
      return () => texts.reduce((sum, text) => sum + scrub(text).length, 0)
    }),
  )
  const cells = timings.map(({ median, best }) => `${duration(median / perRound)} (${duration(best / perRound)})`)
  rows.push(`| ${label} | ${cells.join(' | ')} |`)
}

function duration(nanoseconds: number): string {
  if (nanoseconds < 1_000) return `${nanoseconds.toFixed(0)} ns`
  return nanoseconds < 1e6 ? `${(nanoseconds / 1e3).toFixed(2)} us` : `${(nanoseconds / 1e6).toFixed(2)} ms`
}

const textsOf = (event: ToolTexts) => ['exec_command', CALL_ID, event.arguments, event.output]
const ordinaryTexts = ORDINARY_EVENTS.flatMap(textsOf)

// First of all, while nothing is compiled.
const cold = names.map(name => {
  const scrub = contenders[name] as (text: string) => string
  const round = () => ordinaryTexts.reduce((sum, text) => sum + scrub(text).length, 0)
  return duration(timeOnce(round, COLD_EVENTS / ORDINARY_EVENTS.length) / ORDINARY_EVENTS.length)
})
rows.push(`| ordinary event, mean of the first ${COLD_EVENTS} of a process | ${cold.join(' | ')} |`)
measure('ordinary event, mean of all below', ordinaryTexts, ORDINARY_EVENTS.length)
for (const event of ORDINARY_EVENTS) {
  measure(`- ${event.name} (${event.arguments.length + event.output.length} characters)`, textsOf(event))
}
const [search] = ORDINARY_EVENTS as [ToolTexts]
measure('event with one secret', [
  'exec_command',
  CALL_ID,
  search.arguments,
  `${search.output}API_KEY=${'a1B2'.repeat(8)}\n`,
])
measure('text of 64 KiB without a secret', [longText(65_536)])

const ascii = 'x'.repeat(10_000_000)
const emoji = 'x😀'.repeat(3_333_333)
const [cap, plain, wide] = timeAll([
  () => capText(ascii).length,
  () => codePointLength(ascii),
  () => codePointLength(emoji),
]) as [Timing, Timing, Timing]

const page = `# Scrubbing secrets: what it costs

Written by \`benchmarks/scrub.ts\`; do not edit. Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim() || 'CPU'}, processor time, median of
${ROUNDS} rounds (best round in parentheses), all contenders in turn in each round.

Scrubbing runs in the worker. The texts of a \`codex.tool_result\` of about 560 bytes are the tool's name, the call's
id, its arguments and its output; the characters in parentheses are those of the last two.

| text | ${names.join(' | ')} |
|---|${names.map(() => '---').join('|')}|
${rows.join('\n')}

On the application's thread, for a text of 10 million characters: cutting it to what is posted ${duration(cap.median)}; counting its
code points ${duration(plain.median)} in ASCII, ${duration(wide.median)} with surrogate pairs throughout.
`

mkdirSync(new URL('.', RESULTS), { recursive: true })
writeFileSync(RESULTS, page)
console.log(page)
if (sink < 0) throw new Error('unreachable')
