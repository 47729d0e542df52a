const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Whether a text is an id as our tables have them, which Postgres would take. */
export const isUuid = (text: string): boolean => uuid.test(text)
