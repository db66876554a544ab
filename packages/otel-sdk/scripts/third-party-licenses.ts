import { readdir, readFile, realpath } from 'node:fs/promises'

/** The licences of all packages that the given files come from, as one text. Fails where a package has none. */
export async function thirdPartyLicenses(files: readonly string[]): Promise<string> {
  const folders = new Set<string>()
  for (const file of files) {
    const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(await realpath(file))?.[0]
    if (folder !== undefined) folders.add(folder)
  }
  const entries = await Promise.all([...folders].map(describe))
  return `${[...new Set(entries)].sort().join(`\n\n${'='.repeat(80)}\n\n`)}\n`
}

async function describe(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'))
  const file = (await readdir(folder)).find(entry => /^(licen[cs]e|copying)/i.test(entry))
  if (file === undefined && license === undefined) throw new Error(`${name} says nothing of its licence`)
  const text = file === undefined ? '' : (await readFile(`${folder}/${file}`, 'utf8')).trim()
  return `${name} ${version} (${license})\n\n${text}`
}
