/** `service.name` of Codex's own programs, and where nothing names another. */
export const DEFAULT_SERVICE_NAME = 'codex-cli'

/** Whether an originator is an agent of its own, and none of Codex's programs such as `codex_exec`, `codex-tui` or `Codex Desktop`. */
export const isForeign = (originator: string): boolean =>
  originator.trim() !== '' && !/^codex(?![a-z0-9])/i.test(originator)
