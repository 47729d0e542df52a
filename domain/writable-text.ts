/** Whether a text column and the JSON of Postgres take a text: no NUL, and no half of a character. */
export const isWritable = (text: string): boolean => !/[\0\p{Surrogate}]/u.test(text)
