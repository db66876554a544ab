import { availableParallelism } from 'node:os'

/** Does something for each, as many at once as the machine has processors, and one more: they wait for processes. Keeps the order. */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i] as T)
  }
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, worker))
  return results
}
