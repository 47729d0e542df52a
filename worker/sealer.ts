import type { Database } from '../store/stores.js'

const batch = 200

/** One turn: chains what the audit has gained. One worker at a time; the others find the row that says so taken. */
export const sealAudit = async (database: Pick<Database, 'transaction'>): Promise<void> => {
  for (let sealed: number | null = batch; sealed === batch;)
    sealed = await database.transaction((stores) => stores.auditSeals.seal(batch))
}
