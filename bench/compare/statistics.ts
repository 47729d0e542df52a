/** @param p from 0 to 1 */
export const percentile = (values: readonly number[], p: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(Math.ceil(p * sorted.length), sorted.length) - 1] ?? NaN
}

export interface Ratio {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** The median of the ratios of each round, and how far they lie apart. */
export const ratioOf = (pairs: readonly (readonly [number, number])[]): Ratio => {
  const ratios = pairs.map(([ours, theirs]) => ours / theirs)
  return {
    median: round(percentile(ratios, 0.5)),
    min: round(Math.min(...ratios)),
    max: round(Math.max(...ratios)),
  }
}

/** Three digits that mean something. */
export const round = (value: number): number => Number(value.toPrecision(3))
