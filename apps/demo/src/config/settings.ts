import { UsageError } from '../usage-error.ts'
import { type McpServerSettings, readBaseUrl, readMcpServers } from './mcp-servers.ts'
import { overriddenKeys } from './overrides.ts'
import { type Provider, readProvider } from './provider.ts'
import { readConfig } from './read-config.ts'
import { type TableReader, tableReader } from './table-reader.ts'

export const APPROVAL_POLICIES = ['never', 'on-request', 'untrusted'] as const
export const SANDBOX_POLICIES = ['read-only', 'workspace-write', 'danger-full-access'] as const
export type ApprovalPolicy = (typeof APPROVAL_POLICIES)[number]
export type SandboxPolicy = (typeof SANDBOX_POLICIES)[number]

const REASONING_EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const
const REASONING_SUMMARIES = ['auto', 'concise', 'detailed', 'none'] as const
const MAX_TOKENS = 1_000_000_000
const MAX_HISTORY_BYTES = 100 * 1024 * 1024

/** The settings of the agent: of `config.toml`, replaced by those of `-c`, replaced by the options of the command line. */
export interface Settings {
  configFile: string
  codexHome: string
  /** The name of the model; absent when neither the file nor the command line names one. */
  model?: string | undefined
  reasoningEffort?: string | undefined
  reasoningSummary?: string | undefined
  /** The size of the context window, in tokens. */
  contextWindow?: number | undefined
  /** The number of tokens at which the conversation would be compacted. */
  autoCompactTokenLimit?: number | undefined
  /** The provider; where it is absent, the embedded scripted model answers. */
  provider?: Provider | undefined
  /** The URL of ChatGPT, without a slash at the end; where it is absent, the server that ChatGPT hosts is not used. */
  chatgptBaseUrl?: string | undefined
  /** The MCP servers, in the order of the file. */
  mcpServers: readonly McpServerSettings[]
  /** Whether prompts that are typed are stored for later runs, and in how many bytes. Default: yes, in 1 MiB. */
  history: { stored: boolean; maxBytes: number }
  /** Default `on-request`. */
  approvalPolicy: ApprovalPolicy
  /** Default `read-only`. */
  sandboxPolicy: SandboxPolicy
  /** The `[otel]` table, unchanged, or the error of the parser. */
  otel: unknown
  /** The text of the file, by which problems name their lines; `undefined` when there is no file. */
  configText: string | undefined
  /** `-c key=value`, in order. */
  overrides: readonly string[]
}

export interface SettingsOptions {
  codexHome: string
  /** `-c key=value`, in order. */
  overrides: readonly string[]
  approvalPolicy?: ApprovalPolicy | undefined
  sandboxPolicy?: SandboxPolicy | undefined
}

/**
 * Reads `config.toml` in `codexHome`. Unknown keys are ignored: other agents use the same file.
 * @throws UsageError naming every key that is wrong.
 */
export function loadSettings(options: SettingsOptions): Settings {
  const { configFile, configText, config } = readConfig(options)
  const problems: string[] = []
  const root = tableReader(config, problems)
  const settings: Settings = {
    configFile,
    codexHome: options.codexHome,
    model: root.string('model'),
    reasoningEffort: root.oneOf('model_reasoning_effort', REASONING_EFFORTS),
    reasoningSummary: root.oneOf('model_reasoning_summary', REASONING_SUMMARIES),
    contextWindow: root.integer('model_context_window', 1, MAX_TOKENS),
    autoCompactTokenLimit: root.integer('model_auto_compact_token_limit', 1, MAX_TOKENS),
    provider: readProvider(root, problems),
    chatgptBaseUrl: readBaseUrl(root, 'chatgpt_base_url', problems),
    mcpServers: readMcpServers(root, problems),
    history: readHistory(root),
    approvalPolicy: options.approvalPolicy ?? root.oneOf('approval_policy', APPROVAL_POLICIES) ?? 'on-request',
    sandboxPolicy: options.sandboxPolicy ?? root.oneOf('sandbox_mode', SANDBOX_POLICIES) ?? 'read-only',
    otel: config.otel,
    configText,
    overrides: options.overrides,
  }
  if (problems.length > 0)
    throw new UsageError(describeProblems(problems, configFile, overriddenKeys(options.overrides)))
  return settings
}

/** The keys are those of Codex. */
function readHistory(root: TableReader): Settings['history'] {
  const table = root.table('history')
  return {
    stored: table?.oneOf('persistence', ['save-all', 'none']) !== 'none',
    maxBytes: table?.integer('max_bytes', 1024, MAX_HISTORY_BYTES) ?? 1024 * 1024,
  }
}

/** The message with all problems. Each begins with its key, below the file or `-c` that set the key. */
function describeProblems(problems: readonly string[], configFile: string, overridden: readonly string[]): string {
  const isOverride = (problem: string): boolean =>
    overridden.some(key => problem.startsWith(`${key} `) || problem.startsWith(`${key}.`))
  const sources: [string, string[]][] = [
    [configFile, problems.filter(problem => !isOverride(problem))],
    ['-c on the command line', problems.filter(isOverride)],
  ]
  return sources
    .filter(([, found]) => found.length > 0)
    .flatMap(([source, found]) => [`${source}:`, ...found.map(problem => `  ${problem}`)])
    .join('\n')
}
