import { type Command, Option } from 'commander'
import { readPort } from './option-values.ts'
import type { PageOptions } from './serve-page.ts'

/** Adds the options of the page. */
export function addPageOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--port <port>',
        'the port of the page; 0 takes a free one (default: 4319, or a free one when that is taken)',
      ).argParser(readPort),
    )
    .option('--no-token', 'let every program and user of this machine read the page and what it shows')
    .option('--prices <file>', 'prices of models in TOML, before those that the page knows; README.md shows one')
}

/** All but whether a browser is opened, which each command decides for itself. */
export function readPageOptions(options: {
  port?: number
  token: boolean
  prices?: string
}): Omit<PageOptions, 'open'> {
  return { port: options.port, token: options.token, prices: options.prices }
}
