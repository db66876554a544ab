import { type CompiledPattern, compilePattern, type PatternProblem } from './compile-pattern.ts'

/** A search of so many units ... */
const PROBE_UNITS = 1_024
/** ... may take so long: a quadratic pattern needs a hundredth of it, a cubic one several times as much. */
const PROBE_LIMIT_MS = 25

/**
 * What is wrong with a pattern, found out where the configuration is read: what `compilePattern` says, and whether a
 * trial on texts made for it takes too long. Costs some milliseconds, for a pattern that is refused up to half a
 * second. Not for the worker: a pattern that it left out would leave secrets in.
 */
export function checkPattern(source: string): PatternProblem | undefined {
  const compiled = compilePattern(source)
  if ('problem' in compiled) return compiled
  if (!isSlow(compiled, source)) return undefined
  return {
    problem: 'takes too long on a long text; join neighbouring repetitions that can match the same characters',
  }
}

/** Tries texts that make a backtracking engine work: each repeats one thing that the pattern mentions. */
function isSlow({ expression }: CompiledPattern, body: string): boolean {
  const mentioned = new Set(body.replace(/\\[wdsDWSbB]/g, '').match(/[\w\-/ .:=@]/g))
  const units = ['a', '0', 'A', ' ', '-', ...[...mentioned].slice(0, 24), 'a0', 'a ', 'a.', ...wordsOf(body)]
  return units.some(unit => {
    for (let length = 16; length <= PROBE_UNITS; length *= 2) {
      const text = `${unit.repeat(Math.ceil(length / unit.length))}\u0001`
      if (fastest(expression, text) > PROBE_LIMIT_MS) return true
    }
    return false
  })
}

function wordsOf(body: string): string[] {
  return [...new Set(body.match(/[A-Za-z0-9_-]{2,}/g))].slice(0, 8)
}

/** The best of three, because the machine may be busy with something else. */
function fastest(expression: RegExp, text: string): number {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < 3 && best > PROBE_LIMIT_MS; run++) {
    const began = performance.now()
    text.replace(expression, '')
    best = Math.min(best, performance.now() - began)
  }
  return best
}
