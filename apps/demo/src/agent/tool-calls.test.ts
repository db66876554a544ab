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
}

type Args = string | { cmd: string; sandbox_permissions?: string; namespace?: string }

/** Runs each list of commands as one response; gives the decisions, the results and the outputs. */
async function run({ approval = 'on-request', sandbox = 'read-only', answers }: Setting, ...responses: Args[][]) {
  const telemetry = recordingTelemetry()
  const toolCalls = createToolCalls({
    telemetry,
    approvalPolicy: approval,
    sandboxPolicy: sandbox,
    approver: answers === undefined ? nobody : scriptedAnswers(answers),
    cwd: '/',
    env: process.env,
    findMcpTool: () => undefined,
    onCommand() {},
    onToolCall() {},
    onAnswer() {},
    onRefused() {},
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
    ['nobody there', {}, HELLO, ['denied/Config'], false],
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
