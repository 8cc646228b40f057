import type * as desk from '#protocols/api/v1/desk-schemas.ts'
import type { SubmitResult } from '#protocols/api/v1/schemas.ts'

/** What is said of something that changed hands at the desk. */
export interface NotesApi {
  deskNotes(): desk.DeskNoteInfo[]
  deskNote(id: string): desk.DeskNoteInfo
  /** Somebody brought value: a signed note, and credit for it, once for each key. */
  takeIn(request: desk.TakeIn): Promise<desk.DeskNoteInfo>
  /** A pending note for what an account had paid out of the log. */
  payOut(entry: number): Promise<desk.DeskNoteInfo>
  confirmNote(id: string, words: desk.DeskWords): Promise<desk.DeskNoteInfo>
  refuseNote(id: string): desk.DeskNoteInfo
  /** Erases who and in which words; the signed note stays. */
  eraseNoteText(id: string): void
}

export interface CardsApi {
  cardBatches(): desk.CardBatchInfo[]
  issueCards(request: desk.IssueCards): Promise<desk.CardBatchInfo>
  /** Secrets of unused cards. */
  printCards(batch: string): Promise<desk.PrintedCards>
  revokeCards(batch: string, serials: readonly number[]): Promise<desk.CardBatchInfo>
  forgetCards(batch: string): Promise<void>
  /** For everybody: a card as it is typed, or the text of its QR code. */
  checkCard(card: string): desk.CheckedCard
}

export interface SettlingApi {
  rails(): desk.RailInfo[]
  settlements(): desk.SettlementInfo[]
  proposeSettlement(request: desk.ProposeSettlement): Promise<desk.SettlementInfo>
  confirmSettlement(id: string, words: desk.DeskWords): Promise<desk.SettlementInfo>
  refuseSettlement(id: string): Promise<desk.SettlementInfo>
  nettings(): desk.NettingInfo[]
  netting(id: string): desk.NettingInfo
  proposeNetting(): Promise<desk.NettingInfo>
  acceptNetting(id: string): Promise<desk.NettingInfo>
  refuseNetting(id: string): desk.NettingInfo
  counterparty(community: string, period: string | undefined): Promise<desk.CounterpartyStatement>
}

export interface ReversalsApi {
  setLine(community: string, line: desk.SetLine): Promise<desk.LineAnswer>
  freezeLine(community: string, frozen: boolean, reason: string): Promise<desk.LineAnswer>
  /** Payments that only the operator can give up by now. */
  unanswered(): desk.UnansweredInfo[]
  writeOff(request: desk.WriteOff): Promise<SubmitResult>
  /** Purchases that can be taken back; the disputed ones first. */
  purchases(): desk.PurchaseInfo[]
  refund(request: desk.RefundRequest): Promise<SubmitResult>
  /** Out of what the community itself holds. */
  give(request: desk.GiveCredit): Promise<SubmitResult>
}

/** The desk of a community. Operator only, but `checkCard`; every method throws `StageError` for a refusal. */
export interface DeskApi extends NotesApi, CardsApi, SettlingApi, ReversalsApi {}
