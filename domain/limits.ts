/** At most `max` in any `seconds`. */
export interface Limit {
  /** Of what; two limits of one name count the same thing over different times. */
  readonly name: string
  readonly max: number
  readonly seconds: number
}
