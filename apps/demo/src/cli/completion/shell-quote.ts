/** A text in single quotes, for bash and zsh. */
export const shellQuote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** A text in single quotes, for fish. */
export const fishQuote = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`
