import type { Result } from '#protocols/codec/result.ts'
import type { DeskDirection, DeskKind } from '#protocols/value/v1/desk-note.ts'

/** What a desk knows of one note. Until somebody at the desk decides, it is `pending` and nothing is signed. */
export interface DeskRow {
  /** 32 bytes. */
  readonly id: Uint8Array
  readonly direction: DeskDirection
  readonly kind: DeskKind
  /** Key of the community or account on the other side. */
  readonly other: Uint8Array
  /** Minor units. */
  readonly amount: bigint
  readonly code: string
  readonly scale: number
  readonly memo: Uint8Array
  readonly state: 'pending' | 'confirmed' | 'failed'
  /** When it was asked for, ms. */
  readonly at: number
  /** When somebody decided, ms. */
  readonly decidedAt: number | null
  /** The signed note (`protocols/value/v1/desk-note.ts`), once confirmed. */
  readonly note: Uint8Array | null
  /** Entry of the own log that it led to, or that led to it. */
  readonly entry: number | null
  /** Who, and in which words; null when it was erased or never written. */
  readonly words: { readonly salt: Uint8Array; readonly text: string } | null
}

/** The desk's book. Every change is on the disk when the call returns. */
export interface DeskBook {
  /** A new row; false when there is one with that id. */
  add(row: DeskRow): boolean
  find(id: Uint8Array): DeskRow | null
  /** The confirmed note of one direction that names a memo. */
  byMemo(direction: DeskDirection, memo: Uint8Array): DeskRow | null
  /** Newest first. */
  list(limit: number): DeskRow[]
  /** Decides a pending row; false when it was decided before. */
  decide(
    id: Uint8Array,
    decision: Pick<DeskRow, 'state' | 'decidedAt' | 'note' | 'words'> & { readonly kind: DeskKind },
  ): boolean
  /** Notes which entry of the log belongs to it. */
  link(id: Uint8Array, entry: number): void
  /** Forgets the words; the signed note stays. False when there were none. */
  eraseWords(id: Uint8Array): boolean
}

export interface DeskFault {
  readonly code: 'not-found' | 'conflict'
  readonly message: string
}

/** What shall change hands, before anybody at the desk decided anything. */
export type Asked = Pick<DeskRow, 'id' | 'direction' | 'other' | 'amount' | 'code' | 'scale' | 'memo'>

/** In which way it changed hands, and the words that can be erased: empty for none. */
export interface DeskWords {
  readonly kind: DeskKind
  readonly text: string
}

/** People at a counter and their book: they say what changed hands, and the community's key signs it. */
export interface Desk {
  /** Id of the rail that it is. */
  readonly rail: string
  /** Puts a row into the book, once. Null when the id is taken by something else. */
  ask(asked: Asked): DeskRow | null
  /** It took place: signs the note. The same id again answers with the first decision. */
  confirm(id: Uint8Array, words: DeskWords): Promise<Result<DeskRow, DeskFault>>
  /** It did not take place, and will not. */
  refuse(id: Uint8Array): Result<DeskRow, DeskFault>
  find(id: Uint8Array): DeskRow | null
  /** What was taken in for that purpose. */
  received(memo: Uint8Array): DeskRow | null
  list(limit: number): DeskRow[]
  link(id: Uint8Array, entry: number): void
  eraseWords(id: Uint8Array): boolean
}
