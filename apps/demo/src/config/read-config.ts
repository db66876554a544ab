import { join } from 'node:path'
import { applyOverrides } from './overrides.ts'
import { readTomlFile, type Table } from './toml-file.ts'

export interface Config {
  configFile: string
  /** `undefined` when there is no such file. */
  configText: string | undefined
  /** The file with the overrides applied. `otel` is the parser's error where the `otel` tables are no TOML. */
  config: Table
}

/**
 * Reads `config.toml` in `codexHome`.
 * @throws UsageError when the file, or an override, cannot be read.
 */
export function readConfig({ codexHome, overrides }: { codexHome: string; overrides: readonly string[] }): Config {
  const configFile = join(codexHome, 'config.toml')
  const { text: configText, table, otelError } = readTomlFile(configFile)
  const config = applyOverrides(table, overrides)
  return { configFile, configText, config: otelError === undefined ? config : { ...config, otel: otelError } }
}
