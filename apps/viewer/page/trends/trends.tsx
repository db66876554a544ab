import { useTitle } from '../shell/use-title.ts'

export function Trends() {
  useTitle('trends')
  return <h1>Trends</h1>
}
