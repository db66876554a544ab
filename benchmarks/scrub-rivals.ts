/**
 * What one writes first: a list of global regular expressions, each run over every text. The same families of secrets
 * as the scrubber knows, in fewer forms, so the comparison is in the rival's favour.
 */
const PATTERNS: readonly (readonly [literals: readonly string[], pattern: RegExp])[] = [
  [['sk-'], /\bsk-(?:proj-|svcacct-|admin-|ant-|or-)?[\w-]{20,}/g],
  [['k_live_', 'k_test_'], /\b[srp]k_(?:live|test)_[A-Za-z0-9]{10,}/g],
  [['AIza'], /\bAIza[\w-]{30,}/g],
  [['ya29.'], /\bya29\.[\w.-]{16,}/g],
  [['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], /\bgh[pousr]_[A-Za-z0-9]{16,}/g],
  [['github_pat_'], /\bgithub_pat_\w{16,}/g],
  [['glpat-'], /\bglpat-[\w-]{16,}/g],
  [['xox'], /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g],
  [['npm_'], /\bnpm_[A-Za-z0-9]{30,}/g],
  [['pypi-'], /\bpypi-[\w-]{50,}/g],
  [['hf_'], /\bhf_[A-Za-z0-9]{24,}/g],
  [['gsk_'], /\bgsk_[A-Za-z0-9]{24,}/g],
  [['SG.'], /\bSG\.[\w-]{16,64}\.[\w-]{16,}/g],
  [['AKIA', 'ASIA'], /\bA[KS]IA[A-Z2-7]{16}\b/g],
  [['eyJ'], /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g],
  [['Bearer ', 'bearer '], /\bBearer [\w.~+/-]{16,}=*/gi],
  [['-----BEGIN'], /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g],
  [['://'], /(?<=:\/\/[^\s/:@]{0,64}:)[^\s/@]{1,256}(?=@)/g],
  [
    [
      'key',
      'KEY',
      'Key',
      'token',
      'TOKEN',
      'Token',
      'secret',
      'SECRET',
      'Secret',
      'pass',
      'PASS',
      'Pass',
      'redential',
      'REDENTIAL',
    ],
    /[\w-]{0,64}(?:key|token|secret|passw(?:or)?d|credential)s?\w{0,32}["']?\s{0,4}[:=]\s{0,4}["']?[^\s"',;]{3,}/gi,
  ],
]

export const PATTERN_COUNT: number = PATTERNS.length

/** Every expression over every text. */
export function scrubNaively(text: string): string {
  let scrubbed = text
  for (const [, pattern] of PATTERNS) scrubbed = scrubbed.replace(pattern, '[SCRUBBED]')
  return scrubbed
}

/** Each expression only where one of its literal parts stands. */
export function scrubBehindIncludes(text: string): string {
  let scrubbed = text
  for (const [literals, pattern] of PATTERNS) {
    if (literals.some(literal => scrubbed.includes(literal))) scrubbed = scrubbed.replace(pattern, '[SCRUBBED]')
  }
  return scrubbed
}

const COMBINED = new RegExp(
  PATTERNS.flatMap(([literals]) => literals)
    .map(literal => literal.replace(/[.\\]/g, '\\$&'))
    .join('|'),
)

/** All expressions where one expression of all the literal parts finds anything. */
export function scrubBehindOneExpression(text: string): string {
  return COMBINED.test(text) ? scrubNaively(text) : text
}
