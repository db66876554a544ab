/** Makes a test fail whose delivery moves records that a place does not have. */
export function failOnBreach(problem: string): never {
  throw new Error(`the accounts are broken: ${problem}`)
}
