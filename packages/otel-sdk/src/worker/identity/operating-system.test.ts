import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { operatingSystem, type SystemSource } from './operating-system.ts'

function system(overrides: Partial<SystemSource> & { files?: Readonly<Record<string, string>> }): SystemSource {
  const { files = {}, ...rest } = overrides
  return {
    platform: 'linux',
    release: '6.8.0-49-generic',
    version: '#49-Ubuntu SMP PREEMPT_DYNAMIC',
    type: 'Linux',
    machine: 'x86_64',
    readFile: path => files[path],
    ...rest,
  }
}

/** A file of the system that it is named after. */
function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')
}

describe('Linux', () => {
  it.each([
    ['debian-12', 'Debian', '12.0.0'],
    ['debian-testing', 'Debian', 'forky'],
    ['ubuntu-24.04', 'Ubuntu', '24.4.0'],
    ['alpine-3.20', 'Alpine Linux', '3.20.3'],
    ['fedora-41', 'Fedora', '41.0.0'],
    ['arch', 'Arch Linux', 'Rolling Release'],
    ['amazon-2023', 'Amazon Linux AMI', '2023.0.0'],
    ['centos-stream-9', 'CentOS', '9.0.0'],
    ['rhel-9.4', 'Red Hat Enterprise Linux', '9.4.0'],
    ['opensuse-tumbleweed', 'openSUSE', '20241105.0.0'],
    ['nixos-24.05', 'NixOS', '24.5.0'],
    ['quoted', 'Somebody\'s "own" Linux', '1.2.3.4-beta'],
    ['no-version', 'No Version Linux', undefined],
  ])('%s is %s %s', (name, os, osVersion) => {
    const files = { '/etc/os-release': fixture(`${name}.os-release`) }
    expect(operatingSystem(system({ files }))).toEqual({ os, osVersion, architecture: 'x86_64' })
  })

  it('is read from /usr/lib/os-release where /etc has no such file', () => {
    const found = operatingSystem(system({ files: { '/usr/lib/os-release': 'ID=debian\nVERSION_ID="12"\n' } }))
    expect(found).toMatchObject({ os: 'Debian', osVersion: '12.0.0' })
  })

  it('under WSL is the distribution', () => {
    const release = '5.15.153.1-microsoft-standard-WSL2'
    const text = 'NAME="Ubuntu"\nID=ubuntu\nVERSION_ID="22.04"\n'
    const found = operatingSystem(system({ release, files: { '/etc/os-release': text } }))
    expect(found).toMatchObject({ os: 'Ubuntu', osVersion: '22.4.0' })
  })

  it.each(['', '\0\u0001 garbage', 'ID=\nNAME=""\nVERSION_ID=', '=x\nid=debian\nexport ID=debian'])(
    'without a usable os-release is Linux, without a version: %j',
    text => {
      const found = operatingSystem(system({ files: { '/etc/os-release': text } }))
      expect(found).toEqual({ os: 'Linux', osVersion: undefined, architecture: 'x86_64' })
    },
  )
})

describe('other systems', () => {
  it.each([
    ['14.5', '14.5.0'],
    ['15.1.1', '15.1.1'],
    ['26.0', '26.0.0'],
  ])('macOS has the product version, %s, not the kernel version', (productVersion, osVersion) => {
    const plist = fixture('macos-14.5.SystemVersion.plist').replaceAll('>14.5<', `>${productVersion}<`)
    const files = { '/System/Library/CoreServices/SystemVersion.plist': plist }
    const mac = system({ platform: 'darwin', type: 'Darwin', release: '23.5.0', machine: 'arm64', files })
    expect(operatingSystem(mac)).toEqual({ os: 'macOS', osVersion, architecture: 'arm64' })
  })

  it('macOS without its property list has no version', () => {
    const mac = system({ platform: 'darwin', type: 'Darwin', release: '23.5.0' })
    expect(operatingSystem(mac)).toMatchObject({ os: 'macOS', osVersion: undefined })
  })

  it.each([
    ['Windows 10 Pro', '10.0.19045', 'Windows', '10.0.19045'],
    ['Windows 11 Home', '10.0.22000', 'Windows', '11.0.22000'],
    // The name in the registry of an upgraded machine.
    ['Windows 10 Enterprise', '10.0.22631', 'Windows', '11.0.22631'],
    ['', '10.0.26100', 'Windows', '11.0.26100'],
    ['Windows 8.1 Pro', '6.3.9600', 'Windows', '6.3.9600'],
    ['Windows Server 2019 Standard', '10.0.17763', 'Windows Server', '2019.0.17763'],
    ['Windows Server 2025 Datacenter', '10.0.26100', 'Windows Server', '2025.0.26100'],
    ['Windows Server Datacenter', '10.0.25398', 'Windows Server', '10.0.25398'],
  ])('%j %s is %s %s', (version, release, os, osVersion) => {
    const windows = system({ platform: 'win32', type: 'Windows_NT', release, version })
    expect(operatingSystem(windows)).toEqual({ os, osVersion, architecture: 'x86_64' })
  })

  it('FreeBSD has the name that its kernel reports', () => {
    const bsd = system({ platform: 'freebsd', type: 'FreeBSD', release: '14.1-RELEASE', machine: 'amd64' })
    expect(operatingSystem(bsd)).toEqual({ os: 'FreeBSD', osVersion: '14.1-RELEASE', architecture: 'amd64' })
  })
})

it('the system that the tests run on has a name and an architecture', () => {
  const { os, architecture } = operatingSystem()
  expect(os).not.toBe('')
  expect(architecture).not.toBe('')
})
