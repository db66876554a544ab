import { describe, expect, it } from 'vitest'
import { recordingTelemetry } from '../../test/recording-telemetry.ts'
import type { ApprovalPolicy, SandboxPolicy } from '../config/settings.ts'
import type { InputItem } from '../model/responses-api.ts'
import { type Answer, noApprover, scriptedAnswers } from './approver.ts'
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

/** Runs each list of commands as one response; returns the decisions, the results and the outputs. */
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
    approver: answers === undefined ? noApprover : scriptedAnswers(answers),
    sandbox: {
      working: async () => (confined ? { name: 'bubblewrap', prefix: ['/usr/bin/env', 'IN_SANDBOX=yes'] } : undefined),
      reason: confined ? undefined : 'none is here',
    },
    cwd: '/',
    env: process.env,
    findMcpTool: () => undefined,
    onCommand() {},
    onOutput() {},
    onRemembered() {},
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
      const added: InputItem[] = []
      await toolCalls.run(items, new AbortController().signal, added)
      for (const item of added) {
        if ('output' in item) outputs.push(item.output)
      }
    }
  } catch (thrown) {
    error = thrown
  }
  const of = (name: string): Record<string, unknown>[] =>
    telemetry.recorded
      .filter(([recordedName]) => recordedName === name)
      .map(([, payload]) => payload as Record<string, unknown>)
  return {
    decisions: of('codex.tool_decision').map(({ decision, source }) => `${decision}/${source}`),
    results: of('observeTool').map(({ success }) => success),
    namespaces: of('observeTool').map(({ toolNamespace }) => toolNamespace),
    order: telemetry.recorded.map(([name, payload]) => `${name} ${(payload as { callId: string }).callId}`),
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
      'the policy "never" runs a command without a sandbox',
      { approval: 'never', sandbox: 'danger-full-access' },
      HELLO,
      ['approved/Config'],
      true,
    ],
    [
      'the policy "never" rejects a command that asks for more',
      { approval: 'never', sandbox: 'danger-full-access' },
      ESCALATED,
      [],
      false,
    ],
    [
      'the policy "never" rejects a command that cannot be confined',
      { approval: 'never', sandbox: 'read-only' },
      HELLO,
      [],
      false,
    ],
    [
      'the policy "never" rejects a command under workspace-write',
      { approval: 'never', sandbox: 'workspace-write' },
      HELLO,
      [],
      false,
    ],
    [
      'the policy "on-request" runs a command without a sandbox',
      { sandbox: 'danger-full-access' },
      HELLO,
      ['approved/Config'],
      true,
    ],
    [
      'the policy "on-request" asks about a command that asks for more',
      { sandbox: 'danger-full-access', answers: ['accept'] },
      ESCALATED,
      ['approved/User'],
      true,
    ],
    [
      'the policy "on-request" asks about a command that cannot be confined',
      { answers: ['accept'] },
      HELLO,
      ['approved/User'],
      true,
    ],
    [
      'the policy "untrusted" asks about every command',
      { approval: 'untrusted', sandbox: 'danger-full-access', answers: ['decline'] },
      HELLO,
      ['denied/User'],
      false,
    ],
    [
      'an approval for the session runs the command',
      { answers: ['accept-for-session'] },
      HELLO,
      ['approved_for_session/User'],
      true,
    ],
    ['a command is refused where there is no terminal', {}, HELLO, ['denied/Config'], false],
    ['a command is refused where no scripted answer is left', { answers: [] }, HELLO, ['denied/Config'], false],
  ])('%s', async (_name, setting, args, decisions, success) => {
    const outcome = await run(setting, [args])
    expect(outcome.decisions).toEqual(decisions)
    expect(outcome.results).toEqual([success])
    expect(outcome.outputs[0]).toContain(success ? 'hello' : 'exec_command failed: CreateProcess { message: "Rejected(')
  })

  it('are asked about once where the command was approved for the session, and again for another command', async () => {
    const outcome = await run({ answers: ['accept-for-session', 'decline'] }, [HELLO], [HELLO], [ESCALATED])
    expect(outcome.decisions).toEqual(['approved_for_session/User', 'approved_for_session/User', 'denied/User'])
    expect(outcome.results).toEqual([true, true, false])
  })

  it('of one response are all decided about, and then run in order', async () => {
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

  it('are not run when the user aborts, which ends the turn', async () => {
    const outcome = await run({ answers: ['accept', 'abort'] }, [HELLO, ESCALATED])
    expect(outcome.error).toBeInstanceOf(TurnAborted)
    expect(outcome.decisions).toEqual(['approved/User', 'abort/User'])
    expect(outcome.results).toEqual([])
  })

  it('of an unknown tool, or with bad arguments, are answered without a decision', async () => {
    const outcome = await run({ answers: ['accept', 'accept'] }, ['tool:no_such_tool', '{bad'])
    expect(outcome.decisions).toEqual([])
    expect(outcome.results).toEqual([false, false])
    expect(outcome.outputs).toEqual(['unsupported call: no_such_tool', expect.stringMatching(/^failed to parse/)])
  })

  it("are run where they name the agent's own tool, but not a tool of the same name in another namespace", async () => {
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
    ['the policy "on-request" runs a command in the sandbox without asking', {}, WHERE, ['approved/Config'], 'yes'],
    ['the policy "never" runs a command in the sandbox', { approval: 'never' }, WHERE, ['approved/Config'], 'yes'],
    [
      'the policy "untrusted" asks, and runs the command in the sandbox',
      { approval: 'untrusted', answers: ['accept'] },
      WHERE,
      ['approved/User'],
      'yes',
    ],
    [
      'an approved command that asks for more runs outside of the sandbox',
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

  it('emit the outcome of the sandbox before the result of the call', async () => {
    const denied = { cmd: 'echo "touch: x: Read-only file system"; exit 1' }
    const { outcomes, order, results } = await run({ confined: true }, [denied])
    expect(outcomes).toEqual([
      { toolName: 'exec_command', callId: 'call_0', outcome: 'denied', initialDurationMs: expect.any(Number) },
    ])
    expect(order).toEqual(['codex.tool_decision call_0', 'codex.sandbox_outcome call_0', 'observeTool call_0'])
    expect(results).toEqual([true])
  })

  it('emit no outcome where there is no sandbox, and the agent says once why there is none', async () => {
    const denied = { cmd: 'echo "touch: x: Read-only file system"; exit 1' }
    const { outcomes, sandboxes, unconfined } = await run({ answers: ['accept', 'accept'] }, [denied, denied])
    expect(outcomes).toEqual([])
    expect(sandboxes).toEqual([undefined, undefined])
    expect(unconfined).toEqual(['none is here'])
  })
})
