import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'smol-toml'

const home = join(homedir(), '.my-agent')

export const options = {
  config: readConfig(join(home, 'config.toml')),
  codexHome: home,
  serviceName: 'my-agent',
  serviceVersion: '1.0.0',
  onDiagnostic: ({ message }) => console.error(message),
}

/** Without the file nothing is exported. One that cannot be parsed is a problem, which `telemetry.problems` explains. */
function readConfig(file) {
  try {
    return parse(readFileSync(file, 'utf8')).otel
  } catch (error) {
    return error.code === 'ENOENT' ? undefined : error
  }
}
