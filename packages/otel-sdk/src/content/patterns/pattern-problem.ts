/** Why a pattern cannot be used. Holds nothing of the pattern, which may spell a secret. */
export interface PatternProblem {
  /** What is wrong, to follow "a pattern": `with a lookahead at character 5`. */
  problem: string
  /** What to write instead. */
  advice: string
}

/** Thrown where reading ends, and caught where it began. */
export class PatternError extends Error implements PatternProblem {
  readonly problem: string
  readonly advice: string

  /** `at` counts from 0. */
  constructor(what: string, at: number, advice: string) {
    super(what)
    this.problem = `with ${what} at character ${at + 1}`
    this.advice = advice
  }
}
