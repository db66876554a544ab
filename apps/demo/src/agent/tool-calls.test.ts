import { describe, expect, it } from 'vitest'
import { recordingTelemetry } from '../../test/recording-telemetry.ts'
import type { ApprovalPolicy, SandboxPolicy } from '../config/settings.ts'
import type { InputItem } from '../model/responses-api.ts'
import { type Answer, nobody, scriptedAnswers } from './approver.ts'
import { createToolCalls } from './tool-calls.ts'
import { TurnAborted } from './turn-aborted.ts'

interface Setting {
  approval?: ApprovalPolicy
  sandbox?: SandboxPolicy
  answers?: Answer[]
  /** Stands for a sandbox that works; it confines nothing. */
  confined?: boolean
}

type Args = string | { cmd: string; sandbox_permissions?: string; namespace?: string }

/** Runs each list of commands as one response; gives the decisions, the results and the outputs. */
async function run(
  { approval = 'on-request', sandbox = 'read-only', answers, confined = false }: Setting,
  ...responses: Args[][]
) {
  const unconfined: string[] = []
  const telemetry = recordingTelemetry()
  const toolCalls = createToolCalls({
    telemetry,
    approvalPolicy: approval,
    sandboxPolicy: sandbox,
    approver: answers === undefined ? nobody : scriptedAnswers(answers),
    sandbox: {
      working: async () => (confined ? { name: 'bubblewrap', prefix: ['/usr/bin/env', 'IN_SANDBOX=yes'] } : undefined),
      reason: confined ? undefined : 'none is here',
    },
    cwd: '/',
    env: process.env,
    findMcpTool: () => undefined,
    onCommand() {},
    onToolCall() {},
    onAnswer() {},
    onRefused() {},
    onUnconfined: reason => unconfined.push(reason),
  })
  const outputs: string[] = []
  let error: unknown
  try {
    for (const args of responses) {
      const items: InputItem[] = args.map((arg, i) => ({
        type: 'function_call',
        call_id: `call_${i}`,
        ...(typeof arg === 'object' && arg.namespace !== undefined && { namespace: arg.namespace }),
        name: typeof arg === 'string' && arg.startsWith('tool:') ? arg.slice(5) : 'exec_command',
        arguments: typeof arg === 'string' ? arg : JSON.stringify(arg),
      }))
      for (const item of await toolCalls.run(items, new AbortController().signal)) {
        if ('output' in item) outputs.push(item.output)
      }
    }
  } catch (thrown) {
    error = thrown
  }
  const of = (name: string): Record<string, unknown>[] =>
    telemetry.told.filter(([told]) => told === name).map(([, payload]) => payload as Record<string, unknown>)
  return {
    decisions: of('codex.tool_decision').map(({ decision, source }) => `${decision}/${source}`),
    results: of('observeTool').map(({ success }) => success),
    namespaces: of('observeTool').map(({ toolNamespace }) => toolNamespace),
    order: telemetry.told.map(([name, payload]) => `${name} ${(payload as { callId: string }).callId}`),
    sandboxes: of('observeTool').map(result => result.sandbox),
    outcomes: of('codex.sandbox_outcome'),
    unconfined,
    outputs,
    error,
  }
}

const HELLO = { cmd: 'echo hello' }
const ESCALATED = { cmd: 'echo hello', sandbox_permissions: 'require_escalated' }

describe('tool calls', () => {
  it.each<[string, Setting, Args, string[], boolean]>([
    [
      'never without a sandbox runs',
      { approval: 'never', sandbox: 'danger-full-access' },
      HELLO,
      ['approved/Config'],
      true,
    ],
    ['never rejects what asks for more', { approval: 'never', sandbox: 'danger-full-access' }, ESCALATED, [], false],
    ['never rejects what cannot be confined', { approval: 'never', sandbox: 'read-only' }, HELLO, [], false],
    ['never rejects under workspace-write', { approval: 'never', sandbox: 'workspace-write' }, HELLO, [], false],
    ['on-request runs without a sandbox', { sandbox: 'danger-full-access' }, HELLO, ['approved/Config'], true],
    [
      'on-request asks about what asks for more',
      { sandbox: 'danger-full-access', answers: ['accept'] },
      ESCALATED,
      ['approved/User'],
      true,
    ],
    ['on-request asks where it cannot confine', { answers: ['accept'] }, HELLO, ['approved/User'], true],
    [
      'untrusted asks about everything',
      { approval: 'untrusted', sandbox: 'danger-full-access', answers: ['decline'] },
      HELLO,
      ['denied/User'],
      false,
    ],
    ['an approval for the session', { answers: ['accept-for-session'] }, HELLO, ['approved_for_session/User'], true],
    ['no user at a terminal', {}, HELLO, ['denied/Config'], false],
    ['answers that ran out', { answers: [] }, HELLO, ['denied/Config'], false],
  ])('%s', async (_name, setting, args, decisions, success) => {
    const outcome = await run(setting, [args])
    expect(outcome.decisions).toEqual(decisions)
    expect(outcome.results).toEqual([success])
    expect(outcome.outputs[0]).toContain(success ? 'hello' : 'exec_command failed: CreateProcess { message: "Rejected(')
  })

  it('asks once about a command that was approved for the session, and again about another one', async () => {
    const outcome = await run({ answers: ['accept-for-session', 'decline'] }, [HELLO], [HELLO], [ESCALATED])
    expect(outcome.decisions).toEqual(['approved_for_session/User', 'approved_for_session/User', 'denied/User'])
    expect(outcome.results).toEqual([true, true, false])
  })

  it('decides about all calls of a response, then runs them in order', async () => {
    const { order, outputs } = await run({ approval: 'never', sandbox: 'danger-full-access' }, [
      { cmd: 'echo one' },
      { cmd: 'echo two' },
    ])
    expect(order).toEqual([
      'codex.tool_decision call_0',
      'codex.tool_decision call_1',
      'observeTool call_0',
      'observeTool call_1',
    ])
    expect(outputs.map(output => output.split('\n').at(-2))).toEqual(['one', 'two'])
  })

  it('ends the turn and runs nothing when the user aborts', async () => {
    const outcome = await run({ answers: ['accept', 'abort'] }, [HELLO, ESCALATED])
    expect(outcome.error).toBeInstanceOf(TurnAborted)
    expect(outcome.decisions).toEqual(['approved/User', 'abort/User'])
    expect(outcome.results).toEqual([])
  })

  it('answers an unknown tool and bad arguments without a decision', async () => {
    const outcome = await run({ answers: ['accept', 'accept'] }, ['tool:no_such_tool', '{bad'])
    expect(outcome.decisions).toEqual([])
    expect(outcome.results).toEqual([false, false])
    expect(outcome.outputs).toEqual(['unsupported call: no_such_tool', expect.stringMatching(/^failed to parse/)])
  })

  it("runs a call of its own tool, but not one of another namespace's tool of the same name", async () => {
    const outcome = await run({ approval: 'never', sandbox: 'danger-full-access' }, [
      { ...HELLO, namespace: 'functions' },
      { ...HELLO, namespace: 'mcp__other' },
    ])
    expect(outcome.decisions).toEqual(['approved/Config'])
    expect(outcome.results).toEqual([true, false])
    expect(outcome.namespaces).toEqual(['functions', 'mcp__other'])
    expect(outcome.outputs[1]).toBe('unsupported call: mcp__other.exec_command')
  })
})

describe('tool calls where a sandbox works', () => {
  const WHERE = { cmd: 'printenv IN_SANDBOX || echo outside' }
  const ESCALATED_WHERE = { ...WHERE, sandbox_permissions: 'require_escalated' }

  it.each<[string, Setting, Args, string[], string]>([
    ['on-request runs in it without asking', {}, WHERE, ['approved/Config'], 'yes'],
    ['never runs in it', { approval: 'never' }, WHERE, ['approved/Config'], 'yes'],
    ['untrusted asks, and runs in it', { approval: 'untrusted', answers: ['accept'] }, WHERE, ['approved/User'], 'yes'],
    [
      'what asks for more runs outside once approved',
      { answers: ['accept'] },
      ESCALATED_WHERE,
      ['approved/User'],
      'outside',
    ],
  ])('%s', async (_name, setting, args, decisions, where) => {
    const outcome = await run({ ...setting, confined: true }, [args])
    expect(outcome.decisions).toEqual(decisions)
    expect(outcome.outputs[0]).toMatch(new RegExp(`^${where}$`, 'm'))
    expect(outcome.sandboxes).toEqual([where === 'yes' ? 'bubblewrap' : undefined])
    expect(outcome.outcomes).toEqual([])
    expect(outcome.unconfined).toEqual([])
  })

  it('emits what the sandbox denied before the result of the call', async () => {
    const denied = { cmd: 'echo "touch: x: Read-only file system"; exit 1' }
    const { outcomes, order, results } = await run({ confined: true }, [denied])
    expect(outcomes).toEqual([
      { toolName: 'exec_command', callId: 'call_0', outcome: 'denied', initialDurationMs: expect.any(Number) },
    ])
    expect(order).toEqual(['codex.tool_decision call_0', 'codex.sandbox_outcome call_0', 'observeTool call_0'])
    expect(results).toEqual([true])
  })

  it('emits no outcome of a sandbox that there is not, and says once why there is none', async () => {
    const denied = { cmd: 'echo "touch: x: Read-only file system"; exit 1' }
    const { outcomes, sandboxes, unconfined } = await run({ answers: ['accept', 'accept'] }, [denied, denied])
    expect(outcomes).toEqual([])
    expect(sandboxes).toEqual([undefined, undefined])
    expect(unconfined).toEqual(['none is here'])
  })
})
