/**
 * Page after page until one is not full, or this process is told to stop: what is left over is for the next time.
 * @param page deletes one, and says whether there may be more
 */
export const drain = async (stopping: AbortSignal, page: () => Promise<boolean>): Promise<void> => {
  let more = true
  while (more && !stopping.aborted) more = await page()
}
