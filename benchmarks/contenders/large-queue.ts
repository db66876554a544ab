/** In records: takes the longest burst that is measured. */
export const LARGE_QUEUE = 500_000
