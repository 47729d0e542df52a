/** Does the work for all items, so many at a time. @returns the results in the order of the items */
export const inLanes = async <Item, Result>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = []
  const open = items.entries()
  const lane = async (): Promise<void> => {
    for (const [index, item] of open) results[index] = await work(item, index)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return results
}
