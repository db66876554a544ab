/** Everything in which the demo and the captured CLI may differ, each with the reason. Nothing else may. */

/** Events left out on both sides. */
export const EVENTS: Readonly<Record<string, string>> = {
  'codex.startup_phase': 'each program starts up in phases of its own',
}

/** Attributes left out on both sides. */
export const ATTRIBUTES: Readonly<Record<string, string>> = {
  cf_ray: 'documented, and sent by this library, but not by the captured program',
  'config.legacy_multi_agent_disabled_sources': 'of a setting that only the captured program has',
  agent_name: 'the captured program runs several agents and names the one that called; the demo is one',
}

/** Attributes that both have with the same type, and whose values tell of the run or the program. */
export const VALUES: Readonly<Record<string, string>> = {
  'event.timestamp': 'the time of the run',
  'conversation.id': 'new for each conversation',
  'app.version': 'each program has its own',
  'turn.id': 'new for each turn',
  'root.turn.id': 'new for each turn',
  originator: 'some captures were driven by another client',
  duration_ms: 'measured',
  ttft_ms: 'measured',
  output: 'the text of each program; a command may say other things on another machine',
}

/** Values that captured runs have because of how they were driven, or of what the captured program brings with it. */
export const DRIVEN: Readonly<Record<string, { key: string; captured: string; ours: string; reason: string }>> = {
  'm-as-': {
    key: 'auth.env_codex_api_key_enabled',
    captured: 'bool:false',
    ours: 'bool:true',
    reason: 'captured through the app server, which ignores CODEX_API_KEY; the demo is run by exec, which takes it',
  },
}

/** What the fixtures have otherwise than the captures, by beginnings of their names. */
export const REWRITTEN: readonly { scenarios: string; what: string; reason: string }[] = [
  {
    scenarios: 'm-as-',
    what: 'the prompt that the demo is run with',
    reason: 'the driver of these captures gave one of its own; it is the one that their events tell',
  },
  {
    scenarios: 'm-as-',
    what: "the path in the model's command: in the replies, and in the arguments of the result",
    reason: 'it was absolute; a replay writes nowhere but in its own directory',
  },
  {
    scenarios: 'n-auth-chatgpt',
    what: 'without the requests to /models',
    reason: 'they lack the fields that all events have, and the demo asks for no list of models',
  },
  { scenarios: '', what: 'without codex.startup_phase', reason: 'left out on both sides' },
]

/** The provider's ids were numbered anew when the captures were made; only the numbers may differ. */
export const withoutNumbers = (text: string): string => text.replace(/\b(resp|msg|fc|rs|call)_fake_\d+/g, '$1_fake_N')

/** Facts about metrics that differ: what is captured becomes what is ours, and what the captured run lacks is added. */
export const METRIC_FACTS: readonly {
  /** A beginning of their names. */
  scenarios: string
  captured: string
  ours: string
  missing?: string[]
  reason: string
}[] = [
  {
    scenarios: '',
    captured: 'originator=codex-app-server',
    ours: 'originator=codex_exec',
    reason: 'some captures were driven through the app server',
  },
  {
    scenarios: 'm-as-',
    captured: 'sandbox=seccomp',
    ours: 'sandbox=none',
    reason: 'the captured program tags its policy; in the demo an approved command runs outside of a sandbox',
  },
  {
    scenarios: 'x-e-failed',
    captured: '',
    ours: '',
    missing: ['codex.conversation.turn.count{} 1'],
    reason: 'the captured program counts turns when it ends well; a turn that failed was one, too',
  },
]
