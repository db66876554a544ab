import type { Command as Commander } from 'commander'
import { UsageError } from '../usage-error.ts'

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
    .argument('[nothing]')
    .configureHelp({ visibleArguments: () => [] })
    .usage('<command> [options]')
    .action((word: string | undefined) => {
      const what = word === undefined ? 'otel needs a command' : `unknown command otel ${JSON.stringify(word)}`
      throw new UsageError(`${what}. Try codex-demo otel doctor, otel config or otel flush.`)
    })
  const add = (name: string, description: string): Commander =>
    otel
      .command(name)
      .description(description)
      .option('--json', 'print JSON')
      .configureHelp({ showGlobalOptions: true })
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
