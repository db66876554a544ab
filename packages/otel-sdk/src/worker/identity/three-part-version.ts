/**
 * `12` to `12.0.0`, `24.04` to `24.4.0`, as the `os_info` crate prints versions, and with it Codex. What is not one to
 * three numbers (`rolling`, `10.0.19045.1`) is returned without the white space around it; nothing for an empty text.
 */
export function threePartVersion(version: string): string | undefined {
  const trimmed = version.trim()
  const numbers = /^(\d{1,15})(?:\.(\d{1,15}))?(?:\.(\d{1,15}))?\.?$/.exec(trimmed)
  if (numbers === null) return trimmed === '' ? undefined : trimmed
  return [numbers[1], numbers[2], numbers[3]].map(part => Number(part ?? 0)).join('.')
}
