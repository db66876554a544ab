import { expect, it } from 'vitest'
import { wrapHelp } from './help-format.ts'

const PAGE =
  '  -c, --config <key=value>  override a key of config.toml; the value is TOML\n  -h, --help                print this help'

it('wrapHelp continues a description in its column where there is room', () => {
  expect(wrapHelp(PAGE, 60)).toBe(
    [
      '  -c, --config <key=value>  override a key of config.toml;',
      '                            the value is TOML',
      '  -h, --help                print this help',
    ].join('\n'),
  )
})

it('wrapHelp puts a description below its term where there is none', () => {
  expect(wrapHelp(PAGE, 40)).toBe(
    [
      '  -c, --config <key=value>',
      '      override a key of config.toml; the',
      '      value is TOML',
      '  -h, --help',
      '      print this help',
    ].join('\n'),
  )
})
