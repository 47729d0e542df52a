/** What a person typed with the decision; kept sealed. */
export interface DecisionInput {
  readonly name?: string
}
