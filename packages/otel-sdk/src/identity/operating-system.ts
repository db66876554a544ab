import { readFileSync } from 'node:fs'
import * as os from 'node:os'
import { linuxDistribution } from './linux-distribution.ts'
import { threePartVersion } from './three-part-version.ts'

/** The system as its user knows it, in the words that Codex uses: dashboards group by them. */
export interface OperatingSystem {
  /** The distribution's name on Linux (`Debian`), `Mac OS`, `Windows`; elsewhere what the system calls itself. */
  readonly os: string
  /**
   * `12.0.0`: up to three numbers are made three, and leading zeros go (Ubuntu's `24.04` is `24.4.0`, as Codex has it);
   * anything else stands as it is. Windows 11 is `10.0.22000` and up. `undefined` when the system names no version.
   */
  readonly osVersion: string | undefined
  /** Of the machine, as it calls itself: `x86_64`, `aarch64`, `arm64`. */
  readonly architecture: string
}

/** Where the facts come from; replaced in tests. */
export interface SystemSource {
  /** As `process.platform`. */
  readonly platform: string
  /** As `os.release()`: the kernel's version. */
  readonly release: string
  /** As `os.type()`: the kernel's name. */
  readonly type: string
  /** As `os.machine()`. */
  readonly machine: string
  /** The file's text, or `undefined` where it cannot be read. */
  readFile(path: string): string | undefined
}

/**
 * Reads at most two small files and starts no process. Inside WSL and containers it is the distribution that is told,
 * not the host: that is what the agent's commands run on.
 */
export function operatingSystem(source: SystemSource = thisSystem()): OperatingSystem {
  const { platform, release, type, machine: architecture } = source
  if (platform === 'linux') return { ...linuxDistribution(source), architecture }
  if (platform === 'darwin') return { os: 'Mac OS', osVersion: macProductVersion(source), architecture }
  const name = platform === 'win32' ? 'Windows' : type
  return { os: name, osVersion: threePartVersion(release), architecture }
}

/** The kernel's version (`23.5.0`) is not the one that the user knows (`14.5`); it stands in this property list. */
function macProductVersion(source: SystemSource): string | undefined {
  const plist = source.readFile('/System/Library/CoreServices/SystemVersion.plist') ?? ''
  const version = /<key>ProductVersion<\/key>\s*<string>([^<]+)<\/string>/.exec(plist)?.[1]
  return version === undefined ? undefined : threePartVersion(version)
}

function thisSystem(): SystemSource {
  return {
    platform: process.platform,
    release: os.release(),
    type: os.type(),
    machine: os.machine(),
    readFile(path) {
      try {
        return readFileSync(path, 'utf8')
      } catch {
        return undefined
      }
    },
  }
}
