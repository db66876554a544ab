import { useTitle } from '../shell/use-title.ts'

export function Arriving() {
  useTitle('arriving')
  return <h1>Arriving</h1>
}
