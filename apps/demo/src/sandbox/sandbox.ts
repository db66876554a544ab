import type { SandboxPolicy } from '../config/settings.ts'
import { type BubblewrapOptions, findBubblewrap } from './bubblewrap.ts'

/** What confines a command. */
export interface WorkingSandbox {
  /** As metrics are tagged with it. */
  name: 'bubblewrap'
  /** The program and the arguments that a command is put behind. */
  prefix: readonly string[]
}

/** Whether commands can be confined to what the policy says. */
export interface Sandbox {
  /** Tried once, when it is first asked for; `undefined` where nothing is to be confined, or nothing can be. */
  working(signal: AbortSignal): Promise<WorkingSandbox | undefined>
  /** Why nothing can be confined, once that is known. */
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
