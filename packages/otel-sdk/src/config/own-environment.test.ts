import { afterEach, expect, it, vi } from 'vitest'
import { ownEnvironment } from './own-environment.ts'

afterEach(() => vi.unstubAllGlobals())

/** As Deno has it, with a permission for `HOME` alone. */
function onDeno(): void {
  const refuse = (name: string | symbol): void => {
    if (name !== 'HOME') throw new Error(`Requires env access to "${String(name)}"`)
  }
  const env = new Proxy({ HOME: '/home/me', TOKEN: 'secret' } as Record<string, string>, {
    get(variables, name) {
      refuse(name)
      return variables[String(name)]
    },
    getOwnPropertyDescriptor(variables, name) {
      refuse(name)
      return Reflect.getOwnPropertyDescriptor(variables, name)
    },
  })
  vi.stubGlobal('process', { versions: { deno: '2.0.0' }, env })
}

it('is the environment of the process', () => {
  expect(ownEnvironment()).toBe(process.env)
})

it('takes a variable that Deno does not permit to read for one that is not set', () => {
  onDeno()
  const env = ownEnvironment()
  expect([env.HOME, env.TOKEN, env.OTHER]).toEqual(['/home/me', undefined, undefined])
  expect(['HOME', 'TOKEN', 'OTHER'].map(name => Object.hasOwn(env, name))).toEqual([true, false, false])
})
