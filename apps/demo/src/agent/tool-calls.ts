import type { ApprovalPolicy, SandboxPolicy } from '../config/settings.ts'
import type { McpTool } from '../mcp/mcp-tool.ts'
import type { CustomToolCall, FunctionCall, InputItem } from '../model/responses-api.ts'
import type { Sandbox, WorkingSandbox } from '../sandbox/sandbox.ts'
import { sandboxOutcome } from '../sandbox/sandbox-outcome.ts'
import { childEnvironment, type SessionTelemetry } from '../telemetry.ts'
import { EXEC_COMMAND, execCommand, parseArguments, rejected, type ToolAnswer } from '../tools/exec-command.ts'
import { parseJsonObject } from '../tools/json-object.ts'
import { judge, type Verdict } from './approval-policy.ts'
import type { ApprovalRequest, Approver } from './approver.ts'
import { TurnAborted } from './turn-aborted.ts'

export interface ToolCallsOptions {
  telemetry: SessionTelemetry
  approvalPolicy: ApprovalPolicy
  sandboxPolicy: SandboxPolicy
  approver: Approver
  sandbox: Sandbox
  cwd: string
  /** The environment of the commands, to which the place of their call in the trace is added. */
  env: Readonly<Record<string, string | undefined>>
  /** Finds the tool of an MCP server that a call names; `undefined` when there is none. */
  findMcpTool(call: FunctionCall): McpTool | undefined
  /** Shows the commands and calls that run, and their results. */
  onCommand(command: string): void
  /** Shows the output of the command as it comes. */
  onOutput(chunk: Buffer): void
  onToolCall(tool: string, args: string): void
  onAnswer(answer: ToolAnswer): void
  /** Called where an earlier answer for the session stands in for a question. */
  onRemembered(): void
  /** Called with a command that is refused. */
  onRefused(command: string, reason: string): void
  /** Called once with the reason why no sandbox can confine commands to the policy. */
  onUnconfined(reason: string): void
}

/** What went wrong with a call that the user or the policy refused, for spans. */
const REFUSED = 'rejected'

/** What each answer decides, and who decided. */
const DECISIONS = {
  accept: { decision: 'approved', source: 'User' },
  'accept-for-session': { decision: 'approved_for_session', source: 'User' },
  decline: { decision: 'denied', source: 'User' },
  abort: { decision: 'abort', source: 'User' },
  nobody: { decision: 'denied', source: 'Config' },
} as const

/** A call whose approval and sandbox are decided, so that it only has to be carried out. */
interface DecidedCall {
  call: FunctionCall | CustomToolCall
  /** Absent for the agent's own tool. */
  mcpTool?: McpTool | undefined
  /** The sandbox that confines the command. */
  sandbox?: WorkingSandbox | undefined
  carryOut(): Promise<ToolAnswer>
}

interface Question {
  call: FunctionCall
  mcpTool?: McpTool | undefined
  /** The key under which an approval for the session is remembered. */
  key: string
  request: ApprovalRequest
  signal: AbortSignal
}

/** Carries out the tool calls of one conversation. */
export interface ToolCalls {
  /**
   * Decides about all calls of a response in order, then carries them out in order; a command may build on the one
   * before. Adds the outputs for the next request to `outputs`, each as soon as its call is carried out.
   * @throws TurnAborted when the user ends the turn, or the signal's reason.
   */
  run(items: readonly InputItem[], signal: AbortSignal, outputs: InputItem[]): Promise<void>
}

export function createToolCalls(options: ToolCallsOptions): ToolCalls {
  const approvedForSession = new Set<string>()
  let toldUnconfined = false

  async function decide(call: FunctionCall | CustomToolCall, signal: AbortSignal): Promise<DecidedCall> {
    const refuse = (what: string, reason: string, output: string, errorType?: string): DecidedCall => {
      options.onRefused(what, reason)
      return { call, carryOut: async () => ({ output, success: false, errorType }) }
    }
    const unsupported = (kind: string, name = call.name): DecidedCall =>
      refuse(name, 'there is no such tool', `unsupported ${kind}: ${name}`)
    if (call.type === 'custom_tool_call') return unsupported('custom tool call')
    const mcpTool = options.findMcpTool(call)
    if (mcpTool !== undefined) return decideMcp(call, mcpTool, signal)
    if (!isOwnTool(call)) return unsupported('call', [call.namespace ?? [], call.name].flat().join('.'))
    const args = parseArguments(call.arguments)
    if (typeof args === 'string') return refuse(call.arguments, args, args)
    const working = await findSandbox(signal)
    // A command that asks for more than the sandbox allows runs outside of it.
    const sandbox = args.escalated ? undefined : working
    const verdict = judge({ ...options, escalated: args.escalated, sandboxed: sandbox !== undefined })
    if (verdict.kind === 'run') {
      options.telemetry.emit('codex.tool_decision', { ...namesOf(call), decision: 'approved', source: 'Config' })
    }
    // The key holds both: the same command text that now asks for more permissions needs another approval.
    const key = JSON.stringify([args.cmd, args.escalated])
    const refusal = await findRefusal(verdict, { call, key, request: args, signal })
    if (refusal === undefined) return { call, sandbox, carryOut: () => execute(call, args.cmd, sandbox, signal) }
    return refuse(args.cmd, refusal, rejected(refusal), REFUSED)
  }

  /**
   * Decides about a call of an MCP tool by the rules for commands. As in Codex, there is no `codex.tool_decision` for a call
   * that the policy lets run.
   */
  async function decideMcp(call: FunctionCall, mcpTool: McpTool, signal: AbortSignal): Promise<DecidedCall> {
    const tool = mcpTool.definition.name
    const refuse = (reason: string, output: string, errorType?: string): DecidedCall => {
      options.onRefused(`${tool} ${call.arguments}`, reason)
      return { call, mcpTool, carryOut: async () => ({ output, success: false, errorType }) }
    }
    const args = parseJsonObject(call.arguments.trim() === '' ? '{}' : call.arguments)
    if (typeof args === 'string') return refuse(args, args)
    const verdict = judge({ ...options, escalated: false, sandboxed: false })
    // The user sees the JSON that is sent: the model's own text may repeat a key, or hide characters by escapes.
    const sent = JSON.stringify(args)
    const request = { tool: mcpTool.name, server: mcpTool.server, arguments: sent }
    const key = JSON.stringify([tool, sent])
    const refusal = await findRefusal(verdict, { call, mcpTool, key, request, signal })
    if (refusal !== undefined) return refuse(refusal, `tool call rejected: ${refusal}`, REFUSED)
    const carryOut = async (): Promise<ToolAnswer> => {
      options.onToolCall(tool, sent)
      const traceContext = options.telemetry.traceContext({ callId: call.call_id, for: 'mcp' })
      const answer = await mcpTool.call(args, signal, traceContext)
      options.onAnswer(answer)
      return answer
    }
    return { call, mcpTool, carryOut }
  }

  /** Asks the user where the policy says so. Returns the reason when the call is refused. */
  async function findRefusal(verdict: Verdict, question: Question): Promise<string | undefined> {
    // The call ends without a decision, so no decision is emitted.
    if (verdict.kind === 'reject') return verdict.reason
    return verdict.kind === 'ask' ? ask(question) : undefined
  }

  /** Asks the user, or repeats an earlier answer for the session, and says what was decided. */
  async function ask({ call, mcpTool, key, request, signal }: Question): Promise<string | undefined> {
    const remembered = approvedForSession.has(key)
    if (remembered) options.onRemembered()
    const { decision, source } = await options.telemetry.observeApproval(namesOf(call, mcpTool), async () => {
      const answer = remembered ? 'accept-for-session' : await options.approver(request, signal)
      return { ...DECISIONS[answer ?? 'nobody'], remembered }
    })
    if (decision === 'approved_for_session') approvedForSession.add(key)
    if (decision === 'abort') throw new TurnAborted('the turn was aborted')
    if (decision === 'denied') return source === 'User' ? 'rejected by user' : 'nobody is there to approve it'
    return undefined
  }

  async function execute(
    call: FunctionCall,
    command: string,
    sandbox: WorkingSandbox | undefined,
    signal: AbortSignal,
  ): Promise<ToolAnswer> {
    options.onCommand(command)
    const { cwd, onOutput } = options
    const env = childEnvironment(options.env, [], options.telemetry.traceContext({ callId: call.call_id }))
    const prefix = sandbox?.prefix
    const { result, ...answer } = await execCommand({ command, prefix, cwd, env, onOutput, signal })
    options.onAnswer(answer)
    const outcome = sandbox === undefined || result === undefined ? undefined : sandboxOutcome(result)
    if (result !== undefined && outcome !== undefined) {
      const initialDurationMs = result.durationMs
      options.telemetry.emit('codex.sandbox_outcome', {
        toolName: call.name,
        callId: call.call_id,
        outcome,
        initialDurationMs,
      })
    }
    return answer
  }

  async function findSandbox(signal: AbortSignal): Promise<WorkingSandbox | undefined> {
    const working = await options.sandbox.working(signal)
    const { reason } = options.sandbox
    if (reason !== undefined && !toldUnconfined) options.onUnconfined(reason)
    toldUnconfined ||= reason !== undefined
    return working
  }

  return {
    async run(items, signal, outputs) {
      const calls = items.filter(item => item.type === 'function_call' || item.type === 'custom_tool_call')
      const decided: DecidedCall[] = []
      for (const call of calls) decided.push(await decide(call, signal))
      for (const { call, mcpTool, sandbox, carryOut } of decided) {
        signal.throwIfAborted()
        const observed = {
          ...namesOf(call, mcpTool),
          toolNamespace: mcpTool?.namespace ?? ('namespace' in call ? call.namespace : undefined),
          mcpServer: mcpTool?.server,
          mcpServerOrigin: mcpTool?.origin,
          arguments: call.type === 'function_call' ? call.arguments : call.input,
          sandbox: sandbox?.name,
        }
        const answer = await options.telemetry.observeTool(observed, carryOut)
        outputs.push({ type: `${call.type}_output`, call_id: call.call_id, output: answer.output })
      }
    },
  }
}

interface CallNames {
  toolName: string
  toolNamespace: string | undefined
  callId: string
}

const namesOf = (call: FunctionCall | CustomToolCall, mcpTool?: McpTool): CallNames => ({
  toolName: mcpTool?.name ?? call.name,
  toolNamespace: mcpTool?.namespace,
  callId: call.call_id,
})

/** Whether a call names the agent's own tool: its name, without another namespace. */
function isOwnTool({ name, namespace = 'functions' }: FunctionCall): boolean {
  return name === EXEC_COMMAND && namespace === 'functions'
}
