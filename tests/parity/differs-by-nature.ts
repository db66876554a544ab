/** Everything in which the demo and the captured CLI may differ, each with the reason. Nothing else may. */

/** Events left out on both sides. */
export const EVENTS: Readonly<Record<string, string>> = {
  'codex.startup_phase': 'each program starts up in phases of its own',
}

/** Attributes left out on both sides. */
export const ATTRIBUTES: Readonly<Record<string, string>> = {
  cf_ray: 'documented, and sent by this library, but not by the captured program',
}

/** Attributes that both have with the same type, and whose values tell of the run or the program. */
export const VALUES: Readonly<Record<string, string>> = {
  'event.timestamp': 'the time of the run',
  'conversation.id': 'new for each conversation',
  'app.version': 'each program has its own',
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
    reason: 'the demo has no sandbox of the operating system',
  },
  {
    scenarios: 'x-e-failed',
    captured: '',
    ours: '',
    missing: ['codex.conversation.turn.count{} 1'],
    reason: 'the captured program counts turns when it ends well; a turn that failed was one, too',
  },
]
