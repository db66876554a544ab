import { type Command as Commander, InvalidArgumentError } from 'commander'
import { UsageError } from '../usage-error.ts'
import { showGlobalOptions } from './help-format.ts'
import { unknownOtelCommand } from './unknown-command.ts'

/** The options of the program that have an effect on these commands. */
const EFFECTIVE = ['--config', '--strict-config']

interface SpoolCommand {
  json: boolean
  /** Ids or endpoints of data on disk. */
  destinations: readonly string[]
  /** Whether the question is answered already. */
  yes: boolean
}

export interface FlushCommand extends SpoolCommand {
  action: 'flush'
  toCurrent: boolean
}

export interface DiscardCommand extends SpoolCommand {
  action: 'discard'
  all: boolean
  /** As it was written. */
  olderThan?: string | undefined
  olderThanMs?: number | undefined
}

/** The commands below `otel`. */
export type OtelCommand = { name: 'otel'; json: boolean } & (
  | { action: 'config' }
  | { action: 'doctor'; probe: 'record' | 'empty' }
  | { action: 'view'; args: readonly string[] }
  | FlushCommand
  | DiscardCommand
)

/** Adds `otel doctor`, `otel config`, `otel view`, `otel flush` and `otel discard`. */
export function addOtelCommands(program: Commander, chosen: (command: OtelCommand) => void): void {
  const otel = program
    .command('otel')
    .description('look after telemetry: doctor, config, view, flush, discard')
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
  showGlobalOptions(otel.command('view'), EFFECTIVE)
    .description('start codex-otel-viewer, which receives what is sent on this machine and shows it in a page')
    .argument('[arguments...]', 'what is handed to it, such as open <file>')
    .allowUnknownOption()
    .action((args: string[]) => chosen({ name: 'otel', action: 'view', json: false, args }))
  const collect = (value: string, before: string[] = []): string[] => [...before, value]
  add('flush', 'send what earlier runs left on disk')
    .option(
      '--to-current',
      'also send what was recorded for an endpoint that the configuration no longer names, after asking',
    )
    .option(
      '--destination <id>',
      'with --to-current: only what has this id, or was for this endpoint; repeatable',
      collect,
    )
    .option('-y, --yes', 'do not ask')
    .action(({ json, toCurrent, destination = [], yes }: WrittenOptions) => {
      if (destination.length > 0 && toCurrent !== true)
        throw new UsageError('--destination of otel flush needs --to-current.')
      chosen({
        name: 'otel',
        action: 'flush',
        json: json === true,
        toCurrent: toCurrent === true,
        destinations: destination,
        yes: yes === true,
      })
    })
  add(
    'discard',
    'delete what earlier runs left on disk for endpoints that the configuration no longer names, after asking',
  )
    .option('--destination <id>', 'only what has this id, or was for this endpoint, named or not; repeatable', collect)
    .option('--all', 'everything, also what the next run would send')
    .option('--older-than <age>', 'only what is older, such as 12h or 3d', parseAge)
    .option('-y, --yes', 'do not ask')
    .action(({ json, destination = [], all, olderThan, yes }: WrittenOptions) => {
      if (destination.length > 0 && all === true) throw new UsageError('choose --destination or --all, not both.')
      chosen({
        name: 'otel',
        action: 'discard',
        json: json === true,
        destinations: destination,
        all: all === true,
        olderThan: olderThan?.written,
        olderThanMs: olderThan?.ms,
        yes: yes === true,
      })
    })
}

interface WrittenOptions {
  json?: boolean
  toCurrent?: boolean
  destination?: string[]
  all?: boolean
  olderThan?: { written: string; ms: number }
  yes?: boolean
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function parseAge(written: string): { written: string; ms: number } {
  const [, number, unit = ''] = /^(\d{1,6})\s?([smhd])$/.exec(written.trim()) ?? []
  if (number === undefined) throw new InvalidArgumentError('It is a number and a unit (s, m, h or d), such as 3d.')
  return { written, ms: Number(number) * (UNIT_MS[unit] ?? 0) }
}
