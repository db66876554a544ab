import { checkPatterns } from '../content/patterns/check-patterns.ts'
import type { IdentityPolicy, TextPolicy } from '../content/policy.ts'
import type { ContentConfig } from './effective-config.ts'
import type { MistakenKeys } from './mistaken-keys.ts'
import type { Origin, Path, Resolution } from './resolution.ts'
import { contentKeys, otelKeys } from './schema.ts'
import type { Section, SectionOptions } from './section.ts'

export interface ResolvedContent {
  config: ContentConfig
  /** Whether something that was to be hidden cannot be told from the rest: then nothing may leave. */
  failed: boolean
}

/** The content policy. What is wrong in it hides more than was asked for, never less. */
export function resolveContent(resolution: Resolution, root: Section, mistaken: MistakenKeys): ResolvedContent {
  const wrong = root.get('content') === otelKeys.content?.whenWrong ? root.pathOf('content') : mistaken.content
  const section = root.inner('content', withheldKeys(mistaken, wrong))
  const sentWith = (key: string): TextPolicy => {
    if (wrong === undefined) return root.effective<boolean>(key) ? 'full' : 'off'
    resolution.setting([...root.path, key], false, resolution.origin(wrong))
    return 'off'
  }
  const patterns = resolvePatterns(resolution, section)
  const config: ContentConfig = {
    prompt: resolveLogged(PROMPT, resolution, root, section, wrong),
    toolArguments: section.effective<TextPolicy>('tool_arguments'),
    toolOutput: section.effective<TextPolicy>('tool_output'),
    errorText: section.effective<TextPolicy>('error_text'),
    email: section.effective<IdentityPolicy>('email'),
    accountId: section.effective<IdentityPolicy>('account_id'),
    sseDeltas: root.effective<boolean>('log_sse_deltas'),
    agentResponse: resolveLogged(RESPONSE, resolution, root, section, wrong),
    guardianRationale: sentWith('log_guardian_assessments'),
    ownEvents: section.effective<TextPolicy>('own_events'),
    toolOutputBytes: root.inner('tool_result').effective<number>('max_bytes'),
    scrub: resolveScrub(resolution, section),
    scrubPatterns: patterns ?? [],
  }
  return { config, failed: mistaken.stops || section.failed || root.failed || patterns === undefined }
}

/** What counts in place of the keys of `[otel.content]`: what is mistaken is withheld, and everything where all of it is. */
function withheldKeys(mistaken: MistakenKeys, all: Path | undefined): SectionOptions['instead'] {
  const instead = new Map<string, { value: string; path: Path }>()
  for (const [key, { whenWrong }] of Object.entries(contentKeys)) {
    const path = mistaken.withheld.get(key) ?? all
    if (path !== undefined && whenWrong !== undefined) instead.set(key, { value: whenWrong, path })
  }
  return instead
}

/** A text that Codex's key switches and a key of `[otel.content]` says more exactly. */
interface Logged {
  key: 'prompt' | 'response'
  /** Codex's key. */
  switchedBy: 'log_user_prompt' | 'log_agent_responses'
  /** What of the key contradicts a switch that is written and off. */
  sends: readonly TextPolicy[]
  notSent: string
}

const PROMPT: Logged = {
  key: 'prompt',
  switchedBy: 'log_user_prompt',
  sends: ['full'],
  notSent: 'prompts are not sent',
}
/** Without its switch there is no event that could have the length. */
const RESPONSE: Logged = {
  key: 'response',
  switchedBy: 'log_agent_responses',
  sends: ['full', 'length'],
  notSent: 'answers are not sent',
}

/** The key of `[otel.content]` wins over Codex's; where the two contradict each other, nothing is sent. */
function resolveLogged(
  { key, switchedBy, sends, notSent }: Logged,
  resolution: Resolution,
  root: Section,
  section: Section,
  wrong: Path | undefined,
): TextPolicy {
  const logged = root.get<boolean>(switchedBy)
  if (wrong === undefined) root.effective<boolean>(switchedBy)
  else resolution.setting([...root.path, switchedBy], false, resolution.origin(wrong))
  const written = section.get<TextPolicy>(key)
  const contradicts = written !== undefined && sends.includes(written) && logged === false
  if (contradicts) {
    resolution.report('warning', section.pathOf(key), {
      found: `"${written}", while ${switchedBy} is false`,
      allowed: 'the same in both',
      consequence: notSent,
    })
  }
  const asked = written ?? (logged === true ? 'full' : 'off')
  const policy = contradicts ? 'off' : asked
  let origin: Origin = { from: 'default' }
  if (written !== undefined) origin = resolution.origin(section.pathOf(key))
  else if (logged !== undefined) origin = resolution.origin(root.pathOf(switchedBy))
  resolution.setting([...section.path, key], policy, origin)
  return policy
}

/** Patterns are there to be applied: `scrub = false` beside them is more likely a mistake than they are. */
function resolveScrub(resolution: Resolution, section: Section): boolean {
  const patterns = section.get<readonly string[]>('scrub_patterns') ?? []
  if (section.get<boolean>('scrub') !== false || patterns.length === 0) {
    return section.effective<boolean>('scrub')
  }
  const path = section.pathOf('scrub')
  resolution.report('warning', path, {
    found: 'false, beside scrub_patterns',
    allowed: 'true, or no scrub_patterns',
    consequence: 'secrets are replaced all the same',
  })
  resolution.setting([...section.path, 'scrub'], true, resolution.origin(path))
  return true
}

/** The patterns, or `undefined` when one of them cannot be used. A pattern may spell a secret: none is shown. */
function resolvePatterns(resolution: Resolution, section: Section): readonly string[] | undefined {
  const patterns = section.get<readonly string[]>('scrub_patterns') ?? []
  const path = section.pathOf('scrub_patterns')
  // Most have none, and what checks them is loaded when it is called.
  const wrong = patterns.length === 0 ? [] : checkPatterns(patterns)
  for (const { index, problem, advice } of wrong) {
    resolution.report('error', [...path, String(index)], {
      found: `a pattern ${problem}`,
      allowed: `an RE2 regular expression: ${advice}`,
      consequence: 'nothing is exported, because what it was to hide would be sent',
    })
  }
  if (patterns.length > 0) {
    const noun = patterns.length === 1 ? 'pattern' : 'patterns'
    resolution.setting(path, { shown: `(${patterns.length} ${noun}, hidden)` }, resolution.origin(path))
  }
  return wrong.length > 0 ? undefined : patterns
}
