import { applyOverrides } from '../config/overrides.ts'
import { readConfig } from '../config/read-config.ts'
import { operations, telemetryIncluded } from '../telemetry.ts'
import { attended } from './attended.ts'
import { codexHome } from './codex-home.ts'
import { BUILD_NAME, type Command } from './command-line.ts'
import { refuseProblems } from './config-problems.ts'
import { configReport } from './config-report.ts'
import { doctorReport } from './doctor-report.ts'
import { hanging, printedLines } from './report-lines.ts'
import { runDiscard, runFlush } from './run-spool.ts'
import { runView } from './run-view.ts'
import { telemetryOptions } from './telemetry-options.ts'
import { visibleJson } from './visible-json.ts'
import { workingDirectory } from './working-directory.ts'

/** Runs an `otel` command. Returns the exit code: 0 when there is no problem. @throws UsageError */
export async function runOtel(command: Extract<Command, { name: 'otel' }>): Promise<number> {
  const { overrides, json } = command
  workingDirectory(command.directory)
  if (operations === undefined) {
    // Both builds refuse wrong arguments; a build without telemetry does not read the file.
    applyOverrides({}, overrides)
    const message = `${BUILD_NAME}: this build has no telemetry, so there is nothing to configure, check or send.`
    process.stdout.write(
      json ? `${JSON.stringify({ telemetryIncluded }, undefined, 2)}\n` : printedLines(hanging('', 0, message)),
    )
    return 0
  }
  const home = codexHome()
  const { config, ...file } = readConfig({ codexHome: home, overrides })
  const options = telemetryOptions({ ...file, otel: config.otel, overrides, codexHome: home })
  const print = (result: object, report: () => string): void => {
    process.stdout.write(json ? `${visibleJson({ telemetryIncluded, ...result })}\n` : report())
  }
  if (command.strictConfig) refuseProblems(operations.describeConfig(options).problems)
  switch (command.action) {
    case 'config': {
      const description = operations.describeConfig(options)
      print(description, () => configReport(description))
      return 0
    }
    case 'doctor': {
      // The configuration first: the receivers may take their time.
      if (!json) process.stdout.write(configReport(operations.describeConfig(options)))
      const { diagnose } = operations
      const diagnosis = await attended('asking the receivers', { quiet: json }, () =>
        diagnose({ ...options, probe: command.probe }),
      )
      print(diagnosis, () => doctorReport(diagnosis))
      return diagnosis.ok ? 0 : 1
    }
    case 'view':
      return runView(command.args, operations.describeConfig(options))
    case 'flush':
      return runFlush(command, { operations, options, print })
    case 'discard':
      return runDiscard(command, { operations, options, print })
  }
}
