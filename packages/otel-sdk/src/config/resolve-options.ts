import { isAbsolute, join } from 'node:path'
import type { TelemetryOptions } from '@codex/otel-api'
import { visibleText } from '@codex/otel-api/visible-text'
import { quote } from './describe-value.ts'
import { optionProblem } from './option-problem.ts'
import { ownEnvironment } from './own-environment.ts'
import { type ResolvedConfig, resolveConfig } from './resolve-config.ts'
import { resolveEventPrefix } from './resolve-event-prefix.ts'

/** The configuration of a process, from what its application says. */
export interface ResolvedOptions extends ResolvedConfig {
  /** `service.name` of the resource, where it is named. */
  serviceName: string | undefined
  /** What the application's own events begin with, where it says so. */
  eventPrefix?: string | undefined
}

export function resolveOptions(options: TelemetryOptions): ResolvedOptions {
  const { codexHome } = options
  const hasHome = typeof codexHome === 'string' && isAbsolute(codexHome)
  const home = hasHome ? codexHome : '/'
  const file = options.configFile ?? (hasHome ? join(codexHome, 'config.toml') : 'config.toml')
  const resolved = resolveConfig({
    table: options.config,
    file,
    text: options.configText,
    overrides: options.configOverrides,
    codexHome: home,
    env: options.env ?? ownEnvironment(),
  })
  const { eventPrefix, problems: ofPrefix } = resolveEventPrefix(options.eventPrefix, file)
  const serviceName = resolved.config.serviceName ?? nameOf(options.serviceName)
  const all = { ...resolved, problems: [...resolved.problems, ...ofPrefix], serviceName, eventPrefix }
  if (hasHome || !resolved.config.spool.enabled) return all
  // A relative one would be a place in the working directory, which may be a repository that the user does not trust.
  const config = { ...resolved.config, spool: { ...resolved.config.spool, enabled: false } }
  const settings = resolved.settings.map(setting =>
    setting.path.join('.') === 'otel.spool.enabled' ? { ...setting, value: false } : setting,
  )
  const noHome = optionProblem('codexHome', file, {
    found: typeof codexHome === 'string' ? quote(codexHome) : visibleText(String(codexHome)),
    allowed: 'an absolute path',
    consequence: 'nothing is kept on disk',
  })
  return { ...all, config, settings, problems: [...all.problems, noHome] }
}

/** What is no name does not count. */
const nameOf = (name: unknown): string | undefined =>
  typeof name === 'string' && name.trim() !== '' ? name : undefined
