import type { Result } from '#protocols/codec/result.ts'
import type { Rail } from './rails.ts'
import type { ValueFault } from './value.ts'

/** Rails that are configured on this stage; a stage starts with the cash desk and codes alone. */
export interface Rails {
  find(id: string): Rail | null
  list(): readonly Rail[]
}

/** What another stage asks of this one beside transfers; `peer` is its community, which the connection proves. Never throws. */
export interface SettlingHandlers {
  /** Answers the note with both signatures, once this community's own rail says that the debt was paid. */
  settle(
    peer: Uint8Array,
    request: { readonly note: Uint8Array; readonly receipt: Uint8Array },
  ): Promise<Result<Uint8Array, ValueFault>>
  /** Answers the document with every signature that is known here. */
  net(peer: Uint8Array, document: Uint8Array): Promise<Result<Uint8Array, ValueFault>>
  /** How this community stands with the asker in each asset, signed (`protocols/value/v1/position.ts`). */
  statement(peer: Uint8Array): Promise<Result<readonly Uint8Array[], ValueFault>>
  /** The same with everybody, for whoever proposes a netting. */
  positions(
    peer: Uint8Array,
    asset: { readonly code: string; readonly scale: number },
  ): Promise<Result<readonly Uint8Array[], ValueFault>>
}
