import type { SandboxPolicy } from '../config/settings.ts'
import { type BubblewrapOptions, findBubblewrap } from './bubblewrap.ts'

/** A sandbox that works. */
export interface WorkingSandbox {
  /** The name of the sandbox in the tags of metrics. */
  name: 'bubblewrap'
  /** The program and the arguments that start a command in the sandbox. */
  prefix: readonly string[]
}

/** Finds a sandbox that confines commands to the policy. */
export interface Sandbox {
  /** The sandbox, tried at the first call; `undefined` where the policy needs none, or where none works. */
  working(signal: AbortSignal): Promise<WorkingSandbox | undefined>
  /** The reason why no sandbox works, once it was tried. */
  readonly reason: string | undefined
}

export type SandboxOptions = Omit<BubblewrapOptions, 'policy' | 'signal'> & { policy: SandboxPolicy }

export function createSandbox({ policy, ...options }: SandboxOptions): Sandbox {
  let found: WorkingSandbox | undefined
  let reason: string | undefined
  return {
    async working(signal) {
      if (policy === 'danger-full-access' || found !== undefined || reason !== undefined) return found
      const result = await findBubblewrap({ ...options, policy, signal })
      reason = result.reason
      if (result.prefix !== undefined) found = { name: 'bubblewrap', prefix: result.prefix }
      return found
    },
    get reason() {
      return reason
    },
  }
}
