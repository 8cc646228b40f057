import { encodeNetting, nettingMessage } from '#protocols/value/v1/netting.ts'
import { encodeSettlement, settlementMessage } from '#protocols/value/v1/settlement.ts'
import { agreedDebts, nettingOf } from '#src/value/netting/document.ts'
import { simSigner } from './sim-ledger-crypto.ts'
import { nameOf, type SimLog } from './sim-value-log.ts'
import type { SimValueStage } from './sim-value-stage.ts'
import type { SimValueWorld } from './sim-value-world.ts'

/** Fine units in one minor unit of EUR. */
export const CENT = 10_000_000n

/** What somebody signed with others, and which logs have yet to enter it. */
interface Paper {
  readonly kind: 'settlement' | 'netting'
  readonly bytes: Uint8Array
  readonly missing: Set<SimLog>
}

/** Settlements and nettings: signed by all at once, entered by each when it gets to it. */
export class SimPapers {
  readonly #world: SimValueWorld
  readonly #settlements = new Map<string, number>()
  readonly all: Paper[] = []

  constructor(world: SimValueWorld) {
    this.#world = world
  }

  /** Those that somebody has yet to enter. */
  get open(): boolean {
    return this.all.some(({ missing }) => missing.size > 0)
  }

  /** Two communities settle some of what one owes; both have signed, and each enters it when it gets to it. */
  settle(): void {
    const [debtor, creditor] = [this.#world.random.pick(this.#world.logs), this.#world.random.pick(this.#world.logs)]
    if (debtor === creditor || this.#world.watch.liars.has(debtor.hex) || this.#world.watch.liars.has(creditor.hex))
      return
    const owed = debtor.machine.position(creditor.community, 'EUR', 2) / CENT
    if (owed <= 0n) return
    const pair = `${debtor.hex} ${creditor.hex}`
    const number = (this.#settlements.get(pair) ?? 0) + 1
    this.#settlements.set(pair, number)
    const fields = {
      debtor: debtor.community,
      creditor: creditor.community,
      code: 'EUR',
      scale: 2,
      amount: owed,
      number,
    }
    const note = { ...fields, rail: 'cash', evidence: new Uint8Array(32), at: Math.floor(this.#world.clock.nowMs) }
    const message = settlementMessage(note)
    const bytes = encodeSettlement({
      ...note,
      debtorSignature: simSigner(debtor.community).sign(message),
      creditorSignature: simSigner(creditor.community).sign(message),
    })
    this.all.push({ kind: 'settlement', bytes, missing: new Set([debtor, creditor]) })
  }

  net(): void {
    const honest = this.#world.logs.filter(({ hex }) => !this.#world.watch.liars.has(hex))
    const stated = honest.flatMap(log =>
      honest.map(other => ({
        of: log.hex,
        with: other.hex,
        position: log.machine.position(other.community, 'EUR', 2),
      })),
    )
    const made = nettingOf(agreedDebts(stated))
    if (made === null) return
    const id = new Uint8Array(32)
    new DataView(id.buffer).setUint32(0, this.all.length)
    const fields = { code: 'EUR', scale: 2, id, expiry: Math.floor(this.#world.clock.nowMs) + 60_000, ...made }
    const signatures = fields.participants.map(key => simSigner(key).sign(nettingMessage(fields)))
    const missing = new Set(fields.participants.map(key => (this.#world.stageOf(nameOf(key)) as SimValueStage).log))
    this.all.push({ kind: 'netting', bytes: encodeNetting({ ...fields, signatures }), missing })
  }

  /** A stage enters what it has signed with others; now and then twice. */
  enter(stage: SimValueStage): void {
    const { log } = stage
    for (const { kind, bytes, missing } of this.all) {
      if (!missing.has(log) && !this.#world.random.chance(0.02)) continue
      const at = log.at(stage.now)
      const entry = kind === 'settlement' ? log.machine.settlement(bytes, at) : log.machine.netting(bytes, at)
      if (entry.ok && log.append(entry.value) === null) missing.delete(log)
    }
  }
}
