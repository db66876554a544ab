import type { SecretMatch } from './secret-rule.ts'

/** Sorts and joins overlapping matches; the first one's kind stays. */
export function mergeMatches(matches: readonly SecretMatch[]): SecretMatch[] {
  const merged: SecretMatch[] = []
  for (const match of matches.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last !== undefined && match.start < last.end) last.end = Math.max(last.end, match.end)
    else merged.push({ ...match })
  }
  return merged
}
