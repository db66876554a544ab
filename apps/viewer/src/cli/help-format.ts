import { type AddHelpTextContext, type Command, Help, type HelpConfiguration } from 'commander'
import { wrapped } from './text.ts'

/** The fewest columns that are worth a column of descriptions; with fewer, each description is below its term. */
const MIN_DESCRIPTION = 30
const BELOW_TERM = 6

/** Help in which commands come before options, and that is read in a narrow terminal, too. */
export const HELP_FORMAT: HelpConfiguration = {
  minWidthToWrap: 20,
  visibleArguments: ({ parent, registeredArguments }) => (parent === null ? [] : [...registeredArguments]),
  // That something is not done unless it is asked for goes without saying.
  optionDescription: option => new Help().optionDescription(option).replace(' (default: false)', ''),
  formatItem(term, termWidth, description, helper) {
    const width = helper.helpWidth ?? 80
    if (width - termWidth - 4 >= MIN_DESCRIPTION) {
      return Help.prototype.formatItem.call(helper, term, termWidth, description, helper)
    }
    const indent = ' '.repeat(BELOW_TERM)
    return [
      `  ${term}`,
      ...helper
        .boxWrap(description, width - BELOW_TERM)
        .split('\n')
        .map(row => indent + row),
    ].join('\n')
  },
  formatHelp(command: Command, helper) {
    const text = Help.prototype.formatHelp.call(helper, command, helper)
    const [usage = '', ...rest] = text.split('\n\n')
    const paragraphs = [wrapped(usage, helper.helpWidth ?? 80), ...rest]
    const commands = paragraphs.findIndex(paragraph => paragraph.startsWith('Commands:'))
    const options = paragraphs.findIndex(paragraph => paragraph.startsWith('Options:'))
    if (commands > options)
      paragraphs.splice(options, 0, ...paragraphs.splice(commands, 1).map(moved => moved.trimEnd()))
    return `${paragraphs.join('\n\n').trimEnd()}\n`
  },
}

/** Paragraphs below the help of a command. */
export const helpBelow =
  (...paragraphs: readonly string[]) =>
  ({ command }: AddHelpTextContext): string => {
    const columns = command.createHelp().helpWidth ?? process.stdout.columns ?? 80
    return `\n${paragraphs.map(paragraph => wrapped(paragraph, columns)).join('\n\n')}`
  }
