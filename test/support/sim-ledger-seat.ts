import { err, ok } from '#protocols/codec/result.ts'
import type { NoteSignature } from '#protocols/ledger/v1/checkpoint.ts'
import { checkpointText, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import type { CloseStatement } from '#protocols/ledger/v1/close.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { closeStatement } from '#src/ledger/committee/closing.ts'
import { executionOf } from '#src/ledger/committee/execution.ts'
import { judgeClose, judgeSubmission } from '#src/ledger/committee/judge.ts'
import { cosignLine, voteLine } from '#src/ledger/committee/notes.ts'
import { type SeatPorts, type SeatTree, seatTree } from '#src/ledger/committee/seat-ports.ts'
import type { Committee, SeatAnswer, SeatHead, Submission } from '#src/ledger/committee/types.ts'
import type { Block, SimChains } from './sim-ledger-chain.ts'
import { simHasher, simSigner, simVerifier } from './sim-ledger-crypto.ts'
import { SIM_COMMUNITY, SIM_START_MS } from './sim-ledger-orders.ts'
import { epochOf, type SimWatch } from './sim-ledger-watch.ts'
import type { SimClock, SimRandom } from './sim-network.ts'

/** What is taken away from every seat, to see that the simulator notices. Production code stays as it is. */
export type Mutation =
  | 'none'
  /** Writes a head without comparing. */
  | 'no-swap'
  /** Loses its heads in a crash. */
  | 'forgetful'
  /** Believes that every tree grows out of its own. */
  | 'no-consistency'
  /** Believes every batch. */
  | 'no-execution'
  /** Takes a log for handed over on anybody's word. */
  | 'no-votes'
  /** Takes a log for closed on anybody's word. */
  | 'no-closing'
  /** Lets a log enter in any epoch. */
  | 'joins-anytime'

export type Intent = 'cosign' | 'close'

export interface Reply {
  readonly seat: Uint8Array
  readonly kind: SeatAnswer['kind']
  readonly size: number
  readonly code: string | null
  readonly line: NoteSignature | null
  readonly statement: CloseStatement | null
  /** The newest head that this seat holds of the log, as the log signed it. */
  readonly held: string | null
}

export interface SeatWorld {
  readonly clock: SimClock
  readonly random: SimRandom
  readonly chains: SimChains
  readonly watch: SimWatch
  readonly committees: readonly Committee[]
  readonly mutation: Mutation
}

/** How long a write takes at most: other submissions are judged meanwhile, and a crash within it may lose it. */
const PERSIST_MS_MAX = 40

/** One auditor. Its heads are its disk; everything else is lost in a crash. */
export class SimSeat {
  readonly key: Uint8Array
  readonly lies: boolean
  readonly #world: SeatWorld
  readonly #signer
  readonly #skewMs: number
  readonly heads = new Map<string, SeatHead>()
  readonly #copies = new Map<string, Block>()
  #writing = new Set<() => void>()
  #life = 0
  #gone = false
  up = true
  epoch = 1

  constructor(world: SeatWorld, key: Uint8Array, lies: boolean) {
    this.#world = world
    this.key = key
    this.lies = lies
    this.#signer = simSigner(key)
    this.#skewMs = world.random.int(-400, 400)
  }

  get #nowMs(): number {
    return SIM_START_MS + this.#world.clock.nowMs + this.#skewMs
  }

  held(origin: string): string | null {
    return this.heads.get(origin)?.note ?? null
  }

  /** Writes under way reached the disk or did not; either way no signature leaves. */
  crash(): void {
    for (const write of this.#writing) if (this.#world.random.chance(0.5)) write()
    this.#writing = new Set()
    this.#life++
    this.up = false
    if (this.#world.mutation !== 'forgetful') return
    this.heads.clear()
    this.#copies.clear()
  }

  start(): void {
    this.up = !this.#gone
  }

  /** For good. */
  leave(): void {
    this.#gone = true
    this.crash()
  }

  #tree(copy: Block, submission: Submission): SeatTree {
    const { chains, mutation } = this.#world
    const own = seatTree(simHasher, copy.range, size => {
      const block = chains.at(copy, size)
      return block === null ? null : chains.rootOf(block)
    })
    if (mutation !== 'no-consistency') return own
    const note = parseCheckpoint(submission.note)
    return {
      ...own,
      consistent: () => true,
      grown: (_, sizes) => sizes.map(() => (note.ok ? note.value.root : simHasher.sha256(copy.leaf))),
    }
  }

  #ports(copy: Block, submission: Submission): SeatPorts & { readonly grown: () => Block } {
    const { chains, committees, mutation } = this.#world
    const grown = () => submission.entries.reduce((block, bytes) => chains.append(block, bytes), copy)
    return {
      hasher: simHasher,
      verifier: simVerifier,
      tree: this.#tree(copy, submission),
      grown,
      execute: from => {
        const tip = grown()
        const fault = mutation === 'no-execution' ? null : chains.fault(tip)
        return fault === null
          ? ok(
              executionOf(
                from,
                chains.path(tip, copy.size).map(({ entry }) => entry as Entry),
              ),
            )
          : err(fault)
      },
      committeeOf: epoch => {
        const committee = epoch <= this.epoch ? (committees[epoch] ?? null) : null
        const idle = submission.closing === null ? 'no-votes' : 'no-closing'
        return committee !== null && mutation === idle ? { ...committee, quorum: 0 } : committee
      },
    }
  }

  receive(submission: Submission, intent: Intent, reply: (answer: Reply) => void): void {
    if (!this.up) return
    if (this.lies) this.#lie(submission, intent, reply)
    else this.#judge(submission, intent, reply)
  }

  #judge(submission: Submission, intent: Intent, reply: (answer: Reply) => void): void {
    const { origin } = submission
    const head = this.heads.get(origin) ?? null
    const copy = this.#copies.get(origin) ?? this.#world.chains.originNamed(origin)
    const ports = this.#ports(copy, submission)
    const answer = (intent === 'close' ? judgeClose : judgeSubmission)(ports, {
      community: SIM_COMMUNITY,
      seat: this.key,
      head,
      // The second generation's predecessor is the first; the first has none.
      predecessor: [...this.heads.values()].find(other => other.origin !== origin) ?? null,
      submission,
      nowMs: this.#nowMs,
      epoch: this.epoch,
      joined: this.#joined(ports.grown()),
    })
    if (answer.kind === 'behind' || answer.kind === 'refuse') reply(this.#plain(origin, answer))
    else this.#persist(answer, head, answer.head.size > copy.size ? ports.grown() : copy, reply)
  }

  #joined(tip: Block): number {
    if (this.#world.mutation !== 'joins-anytime') return 1
    const { chains } = this.#world
    const first = chains.path(tip, 0).find(({ entry }) => entry?.kind === 'commit')
    return first === undefined ? 1 : epochOf(first)
  }

  #persist(
    answer: Extract<SeatAnswer, { head: SeatHead }>,
    expected: SeatHead | null,
    copy: Block,
    reply: (answer: Reply) => void,
  ): void {
    const { clock, random, mutation } = this.#world
    const life = this.#life
    const { origin } = answer.head
    let swapped = false
    const write = (): void => {
      if ((this.heads.get(origin) ?? null) !== expected && mutation !== 'no-swap') return
      swapped = true
      this.heads.set(origin, answer.head)
      this.#copies.set(origin, copy)
    }
    this.#writing.add(write)
    clock.after(random.next() * PERSIST_MS_MAX, () => {
      if (life !== this.#life) return
      this.#writing.delete(write)
      write()
      if (swapped) reply(this.#sign(answer))
    })
  }

  #plain(origin: string, answer: Extract<SeatAnswer, { kind: 'behind' | 'refuse' }>): Reply {
    const size = answer.kind === 'behind' ? answer.size : 0
    const code = answer.kind === 'refuse' ? answer.code : null
    return { seat: this.key, kind: answer.kind, size, code, line: null, statement: null, held: this.held(origin) }
  }

  #sign({ kind, head }: Extract<SeatAnswer, { head: SeatHead }>): Reply {
    const { chains, watch } = this.#world
    const text = checkpointText(head.origin, head.size, head.root)
    const block = chains.heads.get(text)
    if (block !== undefined) watch.signed(this.key, block, kind)
    return { ...this.#lines(kind, text, head), held: head.note }
  }

  #lines(kind: 'cosign' | 'vote' | 'close', text: string, head: Pick<SeatHead, 'origin' | 'size' | 'root'>): Reply {
    const seconds = Math.floor(this.#nowMs / 1000)
    const line =
      kind === 'close'
        ? null
        : kind === 'vote'
          ? voteLine(simHasher, this.#signer, text)
          : cosignLine(simHasher, this.#signer, text, seconds)
    const statement = kind === 'close' ? closeStatement(this.#signer, head) : null
    return { seat: this.key, kind, size: head.size, code: null, line, statement, held: null }
  }

  /** Signs anything, in both roles, remembers nothing, and now and then says nothing. */
  #lie({ note }: Submission, intent: Intent, reply: (answer: Reply) => void): void {
    const parsed = parseCheckpoint(note)
    if (!parsed.ok || this.#world.random.chance(0.2)) return
    const kinds = intent === 'close' ? (['close'] as const) : (['vote', 'cosign'] as const)
    for (const kind of kinds) reply(this.#lines(kind, parsed.value.text, parsed.value))
  }
}
