import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { describeProcess, hasEnded } from './owner-process.ts'

const self = describeProcess()
const changed = (index: number, value: string): string => self.split(' ').with(index, value).join(' ')
/** Above the largest pid of the kernel. */
const NO_PID = '9999999'

describe.skipIf(self === '')('the description of a process', () => {
  it('shows whether the process runs or has ended', async () => {
    const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' })
    const [, , , ticks = ''] = self.split(' ')
    await once(child, 'exit')
    expect(hasEnded(self)).toBe(false)
    expect(hasEnded(changed(2, String(child.pid)))).toBe(true)
    // Another process has the pid now.
    expect(hasEnded(changed(3, String(Number(ticks) - 1)))).toBe(true)
  })

  it('shows nothing about processes of another boot or another pid namespace', () => {
    const elsewhere = [changed(0, '00000000-0000-4000-8000-000000000000'), changed(1, 'pid:[1]')]
    for (const description of elsewhere) {
      expect(hasEnded(description.replace(` ${process.pid} `, ` ${NO_PID} `))).toBe(false)
    }
    expect(hasEnded(changed(2, NO_PID))).toBe(true)
  })

  it('counts for nothing when its form is not exact', () => {
    for (const description of ['', '.', changed(2, '-1'), changed(2, '../self'), changed(3, ''), `${self} 1`]) {
      expect(hasEnded(description)).toBe(false)
    }
  })

  it('shows that a killed process has ended before its parent has waited for it', async () => {
    // The shell becomes `sleep`, which never waits for the child that the shell started.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      for await (const line of createInterface({ input: parent.stdout })) {
        const ticks = readFileSync(`/proc/${line}/stat`, 'latin1').replace(/.*\) /, '').split(' ')[19] ?? ''
        const killed = self.split(' ').slice(0, 2).concat(line, ticks).join(' ')
        expect(hasEnded(killed)).toBe(false)
        // Until then the parent is the shell, which may wait for its child.
        await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'latin1')).toBe('sleep\n')
        process.kill(Number(line), 'SIGKILL')
        await expect.poll(() => hasEnded(killed)).toBe(true)
        expect(readFileSync(`/proc/${line}/stat`, 'latin1')).toContain(') Z ')
        break
      }
    } finally {
      parent.kill('SIGKILL')
    }
  })
})
