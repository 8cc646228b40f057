import type { Result } from '#protocols/codec/result.ts'
import type { ValueAnswer, ValueRequest } from '#protocols/value/v1/messages.ts'

/** Why another stage refused, or could not be asked: a code of protocols/value/v1, `peer-unreachable` or `peer-refused`. */
export interface ValueFault {
  readonly code: string
  readonly message: string
  /** Not before so many ms is it of use to ask again; null when waiting changes nothing. */
  readonly retryMs?: number | null
}

/** Other stages, asked about value over the network. Never throws. */
export interface ValueAsk {
  ask(community: Uint8Array, request: ValueRequest, signal?: AbortSignal): Promise<Result<ValueAnswer, ValueFault>>
  /** Stages that are connected and speak the value protocol. */
  connected(): Uint8Array[]
  /** Called when a stage has connected and agreed on what both speak. */
  onConnected(listener: (community: Uint8Array) => void): () => void
}

/** Answers what another stage asks; `peer` is its community, which the connection proves. What it throws is a defect. */
export type ValueHandler = (peer: Uint8Array, request: ValueRequest) => Promise<Result<ValueAnswer, ValueFault>>
