import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { equals } from 'uint8arrays/equals'
import { hasher, signerFromSeed, verifier } from '#node/identity/crypto-ports.ts'
import type { Rail } from '#node/ports/rails.ts'
import type { ValueFault } from '#node/ports/value.ts'
import { createCashRail } from '#node/rails/cash/cash-rail.ts'
import { createDesk } from '#node/rails/cash/desk.ts'
import { createSettling, type Settling } from '#node/stage/settling/settling.ts'
import { createDeskBook } from '#node/store/desk/desk-book.ts'
import { DESK_MIGRATIONS } from '#node/store/desk/schema.ts'
import { createSettlementBook } from '#node/store/desk/settlement-book.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import { decodeSettlement, settlementMessage } from '#protocols/value/v1/settlement.ts'

/** A log that only counts what two communities owe each other: enough for settlements, and as strict about numbers. */
export class PairLog {
  readonly entered: Uint8Array[] = []
  readonly own: Uint8Array
  balance: bigint
  frozen = false
  settled = 0
  settledIn = 0
  /** Thrown once, before anything is written. */
  crash: Error | null = null

  constructor(own: Uint8Array, balance: bigint) {
    this.own = own
    this.balance = balance
  }

  async settle(bytes: Uint8Array): Promise<Result<{ record: { index: number } }, { code: string; message: string }>> {
    if (this.crash !== null) {
      const crash = this.crash
      this.crash = null
      throw crash
    }
    const known = this.entered.findIndex(one => equals(one, bytes))
    if (known >= 0) return ok({ record: { index: known } })
    const note = decodeSettlement(bytes)
    if (!note.ok || note.value.creditorSignature === null) throw new Error('nobody enters a note like that')
    const { debtor, creditor, debtorSignature, creditorSignature, amount, number } = note.value
    const message = settlementMessage(note.value)
    if (!verifier.verify(debtor, message, debtorSignature)) throw new Error('the debtor did not sign')
    if (!verifier.verify(creditor, message, creditorSignature)) throw new Error('the creditor did not sign')
    const isDebtor = equals(debtor, this.own)
    if (number !== (isDebtor ? this.settled : this.settledIn) + 1) throw new Error(`number ${number} is out of place`)
    if (isDebtor) this.settled++
    else this.settledIn++
    this.balance += (isDebtor ? -amount : amount) * 10_000_000n
    this.entered.push(bytes)
    return ok({ record: { index: this.entered.length - 1 } })
  }
  peer() {
    return { frozen: this.frozen, settled: this.settled, settledIn: this.settledIn }
  }
  line(): object {
    return {}
  }
  position(): bigint {
    return this.balance
  }
}

export interface SettlingSide {
  readonly key: Uint8Array
  readonly log: PairLog
  readonly desk: ReturnType<typeof createDesk>
  settling: Settling
  /** A new process over the same disk. */
  restart(): void
  close(): void
}

/** What the wire may do to a note on its way; answers what arrives, or why nothing does. */
export type Wire = (
  deliver: () => Promise<Result<Uint8Array, ValueFault>>,
  request: { readonly note: Uint8Array; readonly receipt: Uint8Array },
) => Promise<Result<Uint8Array, ValueFault>>

/** Two communities with a cash desk each, of which the first owes the second 50.00. */
export function settlingWorld(extraRails: readonly Rail[] = []) {
  const keys = [1, 2].map(seed => signerFromSeed(new Uint8Array(32).fill(seed)))
  const sides: SettlingSide[] = []
  const world = {
    wire: (async deliver => deliver()) as Wire,
    failures: [] as unknown[],
    /** Of what the first owes the second, by a netting that both signed: fine units. */
    struckOut: null as bigint | null,
  }
  keys.forEach((signer, n) => {
    const db = new DatabaseSync(':memory:')
    for (const sql of DESK_MIGRATIONS) db.exec(sql)
    let now = 1_800_000_000_000
    const clock = { nowMs: () => now++ }
    const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) }
    const own = signer.publicKey
    const desk = createDesk({ signer, book: createDeskBook(db), hasher, random, clock })
    const rails = [createCashRail({ own, desk, verifier, clock }), ...extraRails]
    const log = new PairLog(own, n === 0 ? 50_000_000_000n : -50_000_000_000n)
    const open = (): Settling =>
      createSettling({
        own,
        signer,
        verifier,
        hasher,
        clock,
        desk,
        book: createSettlementBook(db),
        rails: { find: id => rails.find(rail => rail.id === id) ?? null, list: () => rails },
        ledger: log,
        struckOut: () => (n === 0 ? world.struckOut : world.struckOut === null ? null : -world.struckOut),
        nameOf: () => 'the other one',
        show: (_other, request) =>
          world.wire(() => (sides[1 - n] as SettlingSide).settling.taken(own, request), request),
        changed: () => {},
        failed: cause => void world.failures.push(cause),
      })
    const side: SettlingSide = {
      key: own,
      log,
      desk,
      settling: open(),
      restart: () => {
        side.settling = open()
      },
      close: () => db.close(),
    }
    sides.push(side)
  })
  const [debtor, creditor] = sides as [SettlingSide, SettlingSide]
  const propose = (over: { amount?: bigint; rail?: string; payee?: string } = {}) =>
    debtor.settling.propose({
      creditor: creditor.key,
      code: 'EUR',
      scale: 2,
      amount: 5_000n,
      rail: 'cash',
      payee: null,
      ...over,
    })
  const close = (): void => {
    for (const side of sides) side.close()
  }
  return Object.assign(world, { debtor, creditor, propose, close })
}
