import { useTitle } from '../shell/use-title.ts'

export function Sessions() {
  useTitle('sessions')
  return <h1>Sessions</h1>
}
