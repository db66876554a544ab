import { expect, it } from 'vitest'
import { withExample } from '../../scripts/readme-example.ts'
import { readPage, sectionOf } from './page-tables.ts'

const README = readPage('README.md')

it('README.md has the files of examples/minimal, as `npm run docs` writes them', () => {
  const files = [...sectionOf(README, 'Add it to an agent').matchAll(/^`([\w.]+)`:$/gm)].map(([, name]) => name)
  expect(files).toEqual(['package.json', 'options.js', 'agent.js', 'shell.js', 'doctor.js'])
  expect(README).toBe(withExample(README))
})

it('a file in README.md that differs from examples/minimal is noticed', () => {
  const changed = README.replace("serviceName: 'my-agent'", "serviceName: 'another'")
  expect(changed).not.toBe(README)
  expect(withExample(changed)).toBe(README)
})
