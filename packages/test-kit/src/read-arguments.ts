import { type ParseArgsConfig, parseArgs } from 'node:util'

/** Reads the arguments of this program. Where they are wrong, says so with `usage`, and ends it with code 2. */
export function readArguments<const Config extends ParseArgsConfig>(
  config: Config,
  usage: string,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config)
  } catch (error) {
    // The first sentence names the argument; those after it are about positional arguments that begin with a dash.
    const [problem] = (error as Error).message.split('. ')
    process.stderr.write(`${problem}\n\n${usage.trim()}\n`)
    process.exit(2)
  }
}
