/** The answer of the scripted model to one request. */
export type Step =
  | { kind: 'fail'; status: number; message: string }
  | { kind: 'respond'; reasoning?: string; text?: string; command?: ScriptedCommand }

export interface ScriptedCommand {
  cmd: string
  sandbox_permissions?: 'require_escalated'
  justification?: string
}

/** The state of a conversation, taken from its latest request. */
export interface Standing {
  prompt: string
  /** The outputs of tools since the prompt. */
  outputs: readonly string[]
  /** Whether the same request was answered with an error before. */
  failedBefore: boolean
}

interface Scene {
  asked: RegExp
  play(standing: Standing): Step
}

const BUSY: Step = { kind: 'fail', status: 500, message: 'the scripted model is busy; ask again' }

const TOUR: readonly ((standing: Standing) => Step)[] = [
  ({ failedBefore }) =>
    failedBefore
      ? {
          kind: 'respond',
          reasoning: '**Planning the tour.** First something harmless, then two things that need permission.',
          text: 'I will look around first.',
          command: { cmd: 'echo "You are in $PWD" && ls | head -5' },
        }
      : BUSY,
  () => ({
    kind: 'respond',
    command: {
      cmd: 'uname -sr',
      sandbox_permissions: 'require_escalated',
      justification: 'I would like to know which system this is.',
    },
  }),
  () => ({
    kind: 'respond',
    command: {
      cmd: 'rm -f ./codex-demo-scratch.txt',
      sandbox_permissions: 'require_escalated',
      justification: 'I would like to delete a file.',
    },
  }),
  ({ outputs }) => ({
    kind: 'respond',
    text: [
      'That was the tour: one request that failed and was sent again, and three commands.',
      ...outputs.map((output, i) => `${i + 1}. ${summarize(output)}`),
    ].join('\n'),
  }),
]

/** The scenes. The first one whose words are in the prompt is played. */
const SCENES: readonly Scene[] = [
  {
    asked: /\btour\b/i,
    play: standing => (TOUR[standing.outputs.length] ?? (TOUR.at(-1) as (typeof TOUR)[number]))(standing),
  },
  {
    asked: /\b(retry|unreliable|fail|error)\b/i,
    play: ({ failedBefore }) =>
      failedBefore ? { kind: 'respond', text: 'The first request failed with http 500; the second one worked.' } : BUSY,
  },
  {
    asked: /\b(delete|remove|write|permission|escalate)\b/i,
    play: afterCommand({
      cmd: 'rm -f ./codex-demo-scratch.txt',
      sandbox_permissions: 'require_escalated',
      justification: 'I would like to delete a file.',
    }),
  },
  { asked: /\b(run|list|files|ls|look)\b/i, play: afterCommand({ cmd: 'ls' }) },
  {
    asked: /\b(think|reason|why)\b/i,
    play: () => ({
      kind: 'respond',
      reasoning: '**Thinking.** There is no model here, so there is not much to think about.',
      text: 'Because it is written so in the script.',
    }),
  },
]

const GREETING: Step = {
  kind: 'respond',
  text: 'Hello! I am a scripted model, so I know only a few things. Ask me to "list the files", "think", "delete a file", to be "unreliable", or for the whole "tour".',
}

/** The next step of the script. */
export function nextStep(standing: Standing): Step {
  return SCENES.find(scene => scene.asked.test(standing.prompt))?.play(standing) ?? GREETING
}

function afterCommand(command: ScriptedCommand): Scene['play'] {
  return ({ outputs }) =>
    outputs[0] === undefined
      ? { kind: 'respond', command }
      : { kind: 'respond', text: `The command ${summarize(outputs[0])}` }
}

/** A short summary of an output of `exec_command`. */
function summarize(output: string): string {
  if (output.includes('Rejected(')) return 'was not run: it was not approved.'
  const text = output.slice(output.indexOf('\nOutput:\n') + '\nOutput:\n'.length).trim()
  return text === '' ? 'ran and said nothing.' : `ran and said: ${text.split('\n').slice(0, 10).join(', ')}`
}
