import type { Command as Commander } from 'commander'
import { showGlobalOptions } from './help-format.ts'
import { unknownOtelCommand } from './unknown-command.ts'

/** The options of the program that have an effect on these commands. */
const EFFECTIVE = ['--config', '--strict-config']

/** The commands below `otel`. */
export type OtelCommand = { name: 'otel'; json: boolean } & (
  | { action: 'config' }
  | { action: 'doctor'; probe: 'record' | 'empty' }
  | { action: 'flush' }
)

/** Adds `otel doctor`, `otel config` and `otel flush`. */
export function addOtelCommands(program: Commander, chosen: (command: OtelCommand) => void): void {
  const otel = program
    .command('otel')
    .description('look after telemetry: doctor, config, flush')
    .argument('<command>')
    .helpCommand('help [command]', 'print this help')
    // A misspelled command may have words behind it.
    .allowExcessArguments()
    .usage('<command> [options]')
    .action((word: string) => {
      throw unknownOtelCommand(word, [...otel.commands.map(child => child.name()), 'help'])
    })
  showGlobalOptions(otel, EFFECTIVE).configureHelp({ ...otel.configureHelp(), visibleArguments: () => [] })
  const add = (name: string, description: string): Commander =>
    showGlobalOptions(otel.command(name), EFFECTIVE)
      .description(description)
      .option('--json', 'print JSON')
      .allowExcessArguments(false)
  add('doctor', 'send a probe for each configured signal and say what became of it')
    .option('--empty', 'send requests without a record: nothing shows up at the receiver')
    .action(({ json, empty }: { json?: boolean; empty?: boolean }) => {
      chosen({ name: 'otel', action: 'doctor', json: json === true, probe: empty === true ? 'empty' : 'record' })
    })
  add('config', 'print the configuration in effect and where each value came from').action(
    ({ json }: { json?: boolean }) => chosen({ name: 'otel', action: 'config', json: json === true }),
  )
  add('flush', 'send what earlier runs left on disk').action(({ json }: { json?: boolean }) =>
    chosen({ name: 'otel', action: 'flush', json: json === true }),
  )
}
