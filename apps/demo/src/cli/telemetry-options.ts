import type { Settings } from '../config/settings.ts'
import type { TelemetryOptions } from '../telemetry.ts'
import { VERSION } from '../version.ts'

/** The options of telemetry. It uses the file's text and the overrides to name the place of a problem. */
export function telemetryOptions(
  settings: Pick<Settings, 'otel' | 'configFile' | 'configText' | 'overrides' | 'codexHome'>,
): TelemetryOptions {
  return {
    config: settings.otel,
    configFile: settings.configFile,
    configText: settings.configText,
    configOverrides: settings.overrides.map(assignment => assignment.slice(0, assignment.indexOf('=')).trim()),
    codexHome: settings.codexHome,
    serviceVersion: VERSION,
    // tsup.config.ts refuses a flag that is misspelt; --version and the otel commands say which build this is.
    silentNoop: true,
  }
}
