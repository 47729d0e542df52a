/** Minutes that a mailed code lives (spec: pipeline 3, "Proofs for merge"). */
export const challengeMinutes = 10
/** Wrong codes after which it is dead. */
export const challengeTries = 5
/** Seconds in which asking again repeats the code that is out; after them a new one voids it. */
export const challengeRepeatSeconds = 60
