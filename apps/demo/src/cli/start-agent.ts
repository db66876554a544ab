import type { Approver } from '../agent/approver.ts'
import { commandEnvironment } from '../agent/command-environment.ts'
import { type Conversation, type ConversationOptions, startConversation } from '../agent/conversation.ts'
import { gitWorkspace } from '../agent/git-workspace.ts'
import { createToolCalls } from '../agent/tool-calls.ts'
import { PROVIDER_DEFAULTS, type Provider } from '../config/provider.ts'
import { loadSettings, type Settings } from '../config/settings.ts'
import { configuredServers } from '../mcp/configured-servers.ts'
import { startMcpServers } from '../mcp/mcp-servers.ts'
import { type Credentials, findCredentials, keyCredentials } from '../model/credentials.ts'
import { createSandbox, type Sandbox } from '../sandbox/sandbox.ts'
import { startScriptedModel } from '../scripted-model/server.ts'
import { conversationStore } from '../stored/conversation-store.ts'
import { findConversation, type Resume } from '../stored/find-conversation.ts'
import { keepConversation } from '../stored/keep-conversation.ts'
import {
  type ConfigDescription,
  createTelemetry,
  newConversationId,
  operations,
  type Telemetry,
  traceContextFrom,
} from '../telemetry.ts'
import { describeSummary } from '../terminal/describe-summary.ts'
import type { Display } from '../terminal/display.ts'
import { Interrupted } from '../terminal/interrupts.ts'
import { note, warn } from '../terminal/messages.ts'
import { beginRow, statusLine } from '../terminal/output.ts'
import { untilAborted } from '../until-aborted.ts'
import { UsageError } from '../usage-error.ts'
import { codexHome } from './codex-home.ts'
import type { CommonOptions } from './command-line.ts'
import { refuseProblems, summarizeProblems } from './config-problems.ts'
import { reportLosses } from './report-losses.ts'
import { telemetryOptions } from './telemetry-options.ts'
import { workingDirectory } from './working-directory.ts'

export interface StartAgentOptions extends CommonOptions {
  /** The command that starts the agent. Telemetry has both, and `CODEX_API_KEY` is used for `exec` alone. */
  entryPoint: 'exec' | 'cli'
  approver: Approver
  display: Display
  /** Called when telemetry has printed to the terminal. */
  onPrinted(): void
  /** The earlier conversation to continue. Default: a new one. */
  resume?: Resume | undefined
  /** Aborted, it ends the start. */
  signal: AbortSignal
}

/** A started agent: its conversation, and the settings in effect. */
export interface Agent {
  conversation: Conversation
  sandbox: Sandbox
  settings: Settings
  model: string
  providerName: string
  cwd: string
  telemetry: Telemetry
  /** The configuration of telemetry in effect; `undefined` in a build without it. */
  describeConfig(): ConfigDescription | undefined
  /**
   * Ends the agent: prints the summary of the conversation in a build with telemetry, sends the remaining telemetry within
   * its budget, and ends the MCP servers. Aborted meanwhile, the signal ends the process.
   */
  close(signal: AbortSignal): Promise<void>
}

const DEFAULT_MODEL = 'gpt-5.1-codex'

/** Reads the configuration and starts a conversation. @throws UsageError, or the signal's reason. */
export async function startAgent(options: StartAgentOptions): Promise<Agent> {
  const cwd = workingDirectory(options.directory)
  const settings = loadSettings({ codexHome: codexHome(), ...options })
  if (options.strictConfig) refuseProblems(operations?.describeConfig(telemetryOptions(settings)).problems ?? [])
  const store = conversationStore(settings.codexHome)
  const earlier = options.resume === undefined ? undefined : findConversation(store, options.resume, cwd)
  const { provider, credentials, stop } = await openProvider(settings, options)
  const telemetry = openTelemetry(settings, options)
  const model = settings.model ?? (settings.provider === undefined ? 'scripted-model' : DEFAULT_MODEL)
  const originator = options.entryPoint === 'exec' ? 'codex_exec' : 'codex-tui'
  const id = earlier?.id ?? newConversationId()
  const session = telemetry.session({
    conversationId: id,
    model,
    originator,
    sessionSource: options.entryPoint,
    terminalType: process.env.TERM || 'unknown',
    auth: credentials.auth,
    authEnvironment: credentials.environment,
    reasoningEffort: settings.reasoningEffort,
    workspace: gitWorkspace(cwd),
    previousTurn: earlier?.lastTurn,
  })
  const kept = options.ephemeral ? undefined : keepConversation(store, { id, cwd })
  const servers = configuredServers(settings, credentials)
  const tokens = servers.flatMap(({ connection }) =>
    connection.type === 'http' ? (connection.bearerTokenEnvVar ?? []) : [],
  )
  const secretVariables = [...credentials.secretVariables, ...tokens]
  const childEnv = commandEnvironment({ ...settings, env: process.env, secretVariables, telemetry })
  const sandbox = createSandbox({ policy: settings.sandboxPolicy, cwd, codexHome: settings.codexHome, env: childEnv })
  const mcpServers = startMcpServers({ servers, cwd, childEnv, env: process.env, onWarning: warn })
  const conversationOptions: ConversationOptions = {
    id,
    model,
    originator,
    settings,
    provider,
    credentials,
    telemetry: session,
    toolCalls: createToolCalls({
      telemetry: session,
      ...settings,
      approver: (request, signal) => options.display.whileAsking(() => options.approver(request, signal)),
      sandbox,
      cwd,
      env: childEnv,
      findMcpTool: mcpServers.find,
      onCommand: options.display.command,
      onOutput: options.display.commandOutput,
      onToolCall: options.display.toolCall,
      onAnswer: options.display.commandAnswer,
      onRemembered: () => note('approved before, for this session:'),
      onRefused: options.display.commandRefused,
      onUnconfined: reason => note(`commands cannot be confined to ${settings.sandboxPolicy}: ${reason}`),
    }),
    mcpServers,
    cwd,
    history: earlier?.items,
    onHistory: items => kept?.store(items, session.lastTurn()),
    onWarning: warn,
    listener: options.display,
  }
  const conversation = startConversation(conversationOptions)
  session.emit('codex.startup_phase', { phase: 'thread_start_total', status: 'ready', durationMs: performance.now() })
  return {
    conversation,
    sandbox,
    settings,
    model,
    providerName: provider.name,
    cwd,
    telemetry,
    describeConfig: () => operations?.describeConfig(telemetryOptions(settings)),
    async close(signal) {
      conversation.close()
      stop()
      const summary = session.runtimeSummary()
      if (summary !== undefined) for (const line of describeSummary(summary, session.lastTurn())) note(line)
      // Printed for a user only: a script uses --last.
      if (kept?.isStored && process.stderr.isTTY) note(`to go on: codex-demo exec resume ${id} "..."`)
      await leave(Promise.all([telemetry.shutdown(), mcpServers.close()]), signal)
      reportLosses(telemetry.health())
    },
  }
}

/**
 * Waits for what is done at the end. An interrupt that came before changes nothing; one meanwhile ends the process, which
 * waits for telemetry as every end does, at most for the rest of `shutdown_timeout_ms`.
 */
async function leave(ending: Promise<unknown>, signal: AbortSignal): Promise<void> {
  statusLine.waitFor('sending telemetry', { stops: false })
  try {
    await (signal.aborted ? ending : untilAborted(ending, signal))
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    note(`${error.message}; what cannot be sent within otel.shutdown_timeout_ms is kept for the next run`)
    process.exit(error.exitCode)
  } finally {
    statusLine.waitFor(undefined)
  }
}

interface OpenProvider {
  provider: Provider
  credentials: Credentials
  stop(): void
}

async function openProvider(settings: Settings, options: StartAgentOptions): Promise<OpenProvider> {
  const { provider, codexHome, configFile } = settings
  const { externalAuth, signal } = options
  const keys = { codexApiKeyEnabled: options.entryPoint === 'exec', env: process.env }
  if (provider !== undefined) {
    statusLine.waitFor('signing in')
    try {
      const credentials = await findCredentials({ provider, ...keys, codexHome, externalAuth, signal, onWarning: warn })
      return { provider, credentials, stop() {} }
    } finally {
      statusLine.waitFor(undefined)
    }
  }
  if (externalAuth !== undefined) {
    throw new UsageError(
      `--external-auth signs in to a provider, and ${configFile} names none: set model_provider, or leave the option out`,
    )
  }
  const scripted = await startScriptedModel()
  const loopback: Provider = {
    id: 'scripted',
    name: 'scripted',
    baseUrl: scripted.baseUrl,
    requiresOpenaiAuth: false,
    ...PROVIDER_DEFAULTS,
  }
  const credentials = keyCredentials(scripted.apiKey, { provider: loopback, ...keys })
  return { provider: loopback, credentials, stop: scripted.close }
}

function openTelemetry(settings: Settings, { entryPoint, onPrinted }: StartAgentOptions): Telemetry {
  const reported = new Set<string>()
  const telemetry = createTelemetry({
    ...telemetryOptions(settings),
    // A terminal's shell may hold a context that ended long ago; what starts `exec` gives it one on purpose.
    traceContext: entryPoint === 'exec' ? traceContextFrom(process.env) : undefined,
    onPrinted() {
      beginRow()
      onPrinted()
    },
    // Losses are reported once, at the end, from the counters. Without a worker there are no counters.
    onDiagnostic: ({ code, message }) => {
      // Each signal reports the header of its own exporter; the name of the header is before the colon.
      const subject = code === 'header-unavailable' ? message.split(':', 1)[0] : undefined
      if (code !== 'worker-unavailable' && (subject === undefined || reported.has(subject))) return
      reported.add(subject ?? code)
      warn(`telemetry: ${message}`)
    },
  })
  summarizeProblems(telemetry.problems)
  return telemetry
}
