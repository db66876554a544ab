import { readFileSync } from 'node:fs'

/** A file's name as a paragraph of its own, and the block of code below it. */
const NAMED_BLOCK = /^`([\w.]+)`:\n\n```(\w+)\n.*?^```$/gms

/** README.md with the files of `examples/minimal` in the blocks that are named after them. */
export function withExample(readme: string): string {
  return readme.replace(
    NAMED_BLOCK,
    (_block, name: string, language: string) => `\`${name}\`:\n\n\`\`\`${language}\n${exampleFile(name)}\`\`\``,
  )
}

/** The installation adds what `package.json` depends on, so that a reader does not write it. */
function exampleFile(name: string): string {
  const text = readFileSync(new URL(`../examples/minimal/${name}`, import.meta.url), 'utf8')
  if (name !== 'package.json') return text
  const { dependencies, devDependencies, ...manifest } = JSON.parse(text)
  return `${JSON.stringify(manifest, null, 2)}\n`
}
