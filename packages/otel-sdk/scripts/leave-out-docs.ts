import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/** A text behind `doc:` or `defaultDoc:`; for no `${` inside of it there is a brace. */
const DOC = /\b(doc|defaultDoc): (?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`)/g

/** Leaves the sentences of the reference page out of the schema: 8 KB that no program reads. */
export const leaveOutDocs: Plugin = {
  name: 'leave-out-docs',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/config\/schema\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const contents = source.replace(DOC, "$1: ''")
      if (/\b(?:doc|defaultDoc): (?!''|string)/.test(contents))
        throw new Error(`a text of ${path} that is not left out`)
      return { contents, loader: 'ts' }
    })
  },
}
