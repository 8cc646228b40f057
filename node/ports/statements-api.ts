import type {
  Explanation,
  LogProof,
  StatementQuery,
  WhatIfAnswer,
  WhatIfRequest,
} from '#protocols/api/v1/statements.ts'

/** A statement as a file to save. */
export interface StatementFile {
  readonly name: string
  readonly mediaType: string
  readonly bytes: Uint8Array
}

/** Books, bundles and explanations of the logs that are here. Every method throws `StageError` for a refusal. */
export interface StatementsApi {
  /** operator: reads the log again, in slices, so that the stage stays quick. */
  statement(query: StatementQuery): Promise<StatementFile>
  whatIf(request: WhatIfRequest): WhatIfAnswer
  explain(community: string, index: number): Explanation
  logProof(community: string, index: number): LogProof
}
