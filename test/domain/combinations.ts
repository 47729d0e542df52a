/** Every way to take one value of each dimension, as objects with the names of the dimensions. */
export const combinations = <Dimensions extends Readonly<Record<string, readonly unknown[]>>>(
  dimensions: Dimensions,
): { [Name in keyof Dimensions]: Dimensions[Name][number] }[] =>
  Object.entries(dimensions).reduce<Record<string, unknown>[]>(
    (found, [name, values]) => found.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  ) as { [Name in keyof Dimensions]: Dimensions[Name][number] }[]

/**
 * The answer of the one row of a table whose condition holds. A table that has no row for some facts, or two, is no table.
 * @throws where not exactly one row speaks of the facts
 */
export const answerOf = <Facts, Answer>(
  table: readonly (readonly [(facts: Facts) => boolean, Answer])[],
  facts: Facts,
): Answer => {
  const [row, ...others] = table.filter(([holds]) => holds(facts))
  if (row === undefined || others.length > 0) {
    throw new Error(`${others.length + (row === undefined ? 0 : 1)} rows for ${JSON.stringify(facts)}`)
  }
  return row[1]
}
