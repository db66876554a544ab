import { expect, it } from 'vitest'
import { runHeaderCommand } from './header-command.ts'

it('ends a program that does not end, also one that waits for input or holds its output open', async () => {
  const hang = runHeaderCommand([process.execPath, '-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 200 })
  await expect(hang).rejects.toThrow('node did not finish within 200 ms')
  const child = `require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 700)"], { stdio: "inherit" }); setInterval(() => {}, 1000)`
  await expect(runHeaderCommand([process.execPath, '-e', child], { timeoutMs: 500 })).rejects.toThrow(
    'did not finish within 500 ms',
  )
  const reader = 'process.stdin.on("data", () => {}).on("end", () => console.log("end"))'
  await expect(runHeaderCommand([process.execPath, '-e', reader])).resolves.toBe('end')
})
