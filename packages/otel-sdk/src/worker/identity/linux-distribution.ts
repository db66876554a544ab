import type { SystemSource } from './operating-system.ts'
import { threePartVersion } from './three-part-version.ts'

/**
 * The names that Codex has for these ids, where they differ from the distribution's own `NAME`
 * (`Debian GNU/Linux`, `Fedora Linux`, `CentOS Stream`). A distribution that is not listed goes by its `NAME`.
 */
const names: Readonly<Record<string, string>> = {
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
 * Name and version from `os-release`. Without a `VERSION_ID`: `Rolling Release` where the file says that the
 * distribution rolls (Arch), or its code name (`forky` on Debian testing), or none. Without the file: `Linux`, and no
 * version, because the kernel's is not the system's.
 */
export function linuxDistribution(source: SystemSource): { os: string; osVersion: string | undefined } {
  const text = source.readFile('/etc/os-release') ?? source.readFile('/usr/lib/os-release') ?? ''
  const fields = osReleaseFields(text)
  const id = fields.get('ID') ?? 'linux'
  return { os: names[id] ?? fields.get('NAME') ?? 'Linux', osVersion: version(fields) }
}

function version(fields: ReadonlyMap<string, string>): string | undefined {
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
