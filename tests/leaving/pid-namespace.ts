import { spawnSync } from 'node:child_process'

/** Starts a command as process 1 of a namespace of its own. */
export const PID_NAMESPACE: readonly string[] = ['unshare', '--pid', '--fork', '--mount-proc']

/** Whether this user may do that. */
export const pidNamespace: boolean =
  spawnSync(PID_NAMESPACE[0] as string, [...PID_NAMESPACE.slice(1), 'true']).status === 0
