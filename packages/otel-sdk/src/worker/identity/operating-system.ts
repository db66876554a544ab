import { readFileSync } from 'node:fs'
import * as os from 'node:os'
import { threePartVersion } from './three-part-version.ts'

/** The system as its user knows it; Linux in the words that Codex uses, because dashboards group by them. */
export interface OperatingSystem {
  /** The distribution's name on Linux (`Debian`), `macOS`, `Windows`, `Windows Server`; elsewhere what the system calls itself. */
  readonly os: string
  /**
   * `12.0.0`: up to three numbers are made three, and leading zeros go (Ubuntu's `24.04` is `24.4.0`, as Codex has it);
   * anything else stands as it is. Windows goes by its product's number and its build: `11.0.22631`. `undefined` when the system names no version.
   */
  readonly osVersion: string | undefined
  /** Of the machine, as it calls itself: `x86_64`, `aarch64`, `arm64`. `undefined` where the runtime does not permit to ask. */
  readonly architecture: string | undefined
}

/** Where the facts come from; replaced in tests. */
export interface SystemSource {
  /** As `process.platform`. */
  readonly platform: string
  /** As `os.release()`: the kernel's version. */
  readonly release: string
  /** As `os.version()`: on Windows the product's name, elsewhere something about the kernel. */
  readonly version: string
  /** As `os.type()`: the kernel's name. */
  readonly type: string
  /** As `os.machine()`. */
  readonly machine: string | undefined
  /** The file's text, or `undefined` where it cannot be read. */
  readFile(path: string): string | undefined
}

const FIRST_BUILD_OF_WINDOWS_11 = 22_000

/**
 * Reads at most two small files and starts no process. Inside WSL and containers the result is the distribution, not
 * the host: the agent's commands run on the distribution.
 */
export function operatingSystem(source: SystemSource = thisSystem()): OperatingSystem {
  const { platform, release, type, machine: architecture } = source
  if (platform === 'linux') return { ...linuxDistribution(source), architecture }
  if (platform === 'darwin') return { os: 'macOS', osVersion: macProductVersion(source), architecture }
  if (platform === 'win32') return { ...windowsProduct(source), architecture }
  return { os: type, osVersion: threePartVersion(release), architecture }
}

/** The kernel has called itself 10.0 since Windows 10; its build and the product's name show which product it is. */
function windowsProduct({ release, version }: SystemSource): Pick<OperatingSystem, 'os' | 'osVersion'> {
  const build = /^10\.0\.(\d+)$/.exec(release)?.[1]
  if (/^Windows Server\b/.test(version)) {
    const year = /^Windows Server (\d{4})\b/.exec(version)?.[1]
    const known = year !== undefined && build !== undefined
    return { os: 'Windows Server', osVersion: known ? `${year}.0.${build}` : threePartVersion(release) }
  }
  const is11 = build !== undefined && Number(build) >= FIRST_BUILD_OF_WINDOWS_11
  return { os: 'Windows', osVersion: is11 ? `11.0.${build}` : threePartVersion(release) }
}

/** The kernel's version (`23.5.0`) is not the one that the user knows (`14.5`); it stands in this property list. */
function macProductVersion(source: SystemSource): string | undefined {
  const plist = source.readFile('/System/Library/CoreServices/SystemVersion.plist') ?? ''
  const version = /<key>ProductVersion<\/key>\s*<string>([^<]+)<\/string>/.exec(plist)?.[1]
  return version === undefined ? undefined : threePartVersion(version)
}

/** The host's name; `undefined` where the runtime does not permit to ask. */
export const hostName = (): string | undefined => permitted(os.hostname)

/** Deno asks for a permission (`--allow-sys`), and throws without it. */
function permitted(ask: () => string): string | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}

function thisSystem(): SystemSource {
  return {
    platform: process.platform,
    release: permitted(os.release) ?? '',
    version: permitted(os.version) ?? '',
    type: permitted(os.type) ?? process.platform,
    machine: permitted(os.machine),
    readFile(path) {
      try {
        return readFileSync(path, 'utf8')
      } catch {
        return undefined
      }
    },
  }
}

/**
 * The names that Codex has for these ids, where they differ from the distribution's own `NAME`
 * (`Debian GNU/Linux`, `Fedora Linux`, `CentOS Stream`). A distribution that is not listed goes by its `NAME`.
 */
const DISTRIBUTION_NAMES: Readonly<Record<string, string>> = {
  amzn: 'Amazon Linux AMI',
  archarm: 'Arch Linux',
  centos: 'CentOS',
  debian: 'Debian',
  fedora: 'Fedora',
  gentoo: 'Gentoo Linux',
  kali: 'Kali Linux',
  manjaro: 'Manjaro',
  ol: 'OracleLinux',
  opensuse: 'openSUSE',
  'opensuse-leap': 'openSUSE',
  'opensuse-microos': 'openSUSE',
  'opensuse-tumbleweed': 'openSUSE',
  raspbian: 'Raspberry Pi OS',
  rhel: 'Red Hat Enterprise Linux',
  sled: 'SUSE Linux Enterprise Server',
  sles: 'SUSE Linux Enterprise Server',
  void: 'Void Linux',
}

/**
 * Name and version from `os-release`. Without a `VERSION_ID`: `Rolling Release` where the file marks the
 * distribution as rolling (Arch), or its code name (`forky` on Debian testing), or none. Without the file: `Linux`, and no
 * version, because the kernel's is not the system's.
 */
function linuxDistribution(source: SystemSource): { os: string; osVersion: string | undefined } {
  const text = source.readFile('/etc/os-release') ?? source.readFile('/usr/lib/os-release') ?? ''
  const fields = osReleaseFields(text)
  const id = fields.get('ID') ?? 'linux'
  return { os: DISTRIBUTION_NAMES[id] ?? fields.get('NAME') ?? 'Linux', osVersion: distributionVersion(fields) }
}

function distributionVersion(fields: ReadonlyMap<string, string>): string | undefined {
  const id = fields.get('VERSION_ID')
  if (id !== undefined) return threePartVersion(id)
  return fields.get('BUILD_ID') === 'rolling' ? 'Rolling Release' : fields.get('VERSION_CODENAME')
}

/** The assignments of `os-release(5)`: as a shell reads them, without variables. Fields that are empty are left out. */
function osReleaseFields(text: string): Map<string, string> {
  const fields = new Map<string, string>()
  for (const line of text.split('\n')) {
    const assignment = /^\s*([A-Z][A-Z0-9_]*)=(.*?)\s*$/.exec(line)
    const value = unquoted(assignment?.[2] ?? '')
    if (assignment?.[1] !== undefined && value !== '') fields.set(assignment[1], value.slice(0, 256))
  }
  return fields
}

function unquoted(value: string): string {
  const quote = /^(["'])(.*)\1$/.exec(value)
  if (quote === null) return value
  return quote[1] === '"' ? (quote[2] ?? '').replace(/\\(["$`\\])/g, '$1') : (quote[2] ?? '')
}
