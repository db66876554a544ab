/** The processor time of this thread that something takes, in milliseconds: what else the machine does is not in it. */
export function cpuMs(run: () => void): number {
  const began = process.threadCpuUsage()
  run()
  const { user, system } = process.threadCpuUsage(began)
  return (user + system) / 1_000
}
