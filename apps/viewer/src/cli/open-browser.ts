import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { reasonOf } from '../reason.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The command that opens an address in the user's browser: that of `BROWSER`, or the one of the system where it has a screen.
 * There is none in CI, and where `BROWSER` is `none`.
 */
export function browserCommand(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): readonly string[] | undefined {
  if (env.CI || env.BROWSER === 'none') return undefined
  if (env.BROWSER) return [env.BROWSER]
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  return (env.DISPLAY || env.WAYLAND_DISPLAY) && isInPath('xdg-open', env) ? ['xdg-open'] : undefined
}

/** Starts the browser and does not wait for it. */
export function openBrowser(url: string, [command = '', ...args]: readonly string[]): void {
  spawn(command, [...args, url], { detached: true, stdio: 'ignore' })
    .on('error', error => process.stderr.write(`could not start ${command}: ${reasonOf(error)}\n`))
    .unref()
}

function isInPath(name: string, { PATH = '' }: Environment): boolean {
  return PATH.split(delimiter).some(folder => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
