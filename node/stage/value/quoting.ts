import { equals } from 'uint8arrays/equals'
import type { OwnLog, Registry } from '#node/ports/ledger.ts'
import type { ValueAsk, ValueFault } from '#node/ports/value.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import { HOPS_MAX, NONCE_BYTES } from '#protocols/value/v1/constants.ts'
import type { LineOffer, ValueRequest } from '#protocols/value/v1/messages.ts'
import {
  decodeQuote,
  encodeQuote,
  type Quote,
  type QuoteFields,
  quoteId,
  quoteMessage,
} from '#protocols/value/v1/quote.ts'
import type { Clock, Hasher, Random, SyncSigner, Verifier } from '#src/kernel/ports.ts'
import { checkQuote, passesOn, type QuotedPayment, type QuoteWish, quoteHere, quoteOnward } from '#src/value/quotes.ts'
import { hex } from '../keys.ts'
import { refuse, standsAlone } from './admit-head.ts'
import { includes } from './keys-in.ts'
import { createOffers } from './line-offers.ts'
import type { Passable } from './passable.ts'
import type { Rooms } from './rooms.ts'

export interface QuotingInit {
  readonly own: Uint8Array
  readonly ledger: OwnLog
  readonly peers: ValueAsk
  readonly registry: Pick<Registry, 'committee' | 'epoch' | 'joined'>
  readonly signer: SyncSigner
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly random: Random
  readonly clock: Clock
  readonly rooms: Rooms
  /** Whether somebody can be paid here, in words of the protocol; makes sure that a release has its agreement. */
  readonly passable: Passable
  readonly payable: (payee: string) => Promise<boolean>
}

type QuoteRequest = Extract<ValueRequest, { t: 'quote' }>

/** A quote with what it comes to. */
export interface Offered {
  readonly id: Uint8Array
  readonly quote: Quote
  readonly bytes: Uint8Array
  readonly payment: QuotedPayment
}

/** Longest wait for a neighbour's quote; each hop further has this much less. */
const WAIT_MS = 8_000
const WAIT_MS_LESS = 1_500
/** Neighbours that are asked for one way at once. */
const ASKED_MAX = 16

/** Says what payments would come to, here and over neighbours, and keeps room for what it says. */
export function createQuoting(init: QuotingInit) {
  const { own, ledger, peers, signer, hasher, verifier, clock, rooms } = init
  const offers = createOffers(own, peers, clock)

  /** Asks one neighbour; `wish.amount` would come in there from this community. */
  const askOne = async (
    next: Uint8Array,
    wish: QuoteWish,
    path: readonly Uint8Array[],
  ): Promise<Result<Offered, ValueFault>> => {
    const { destination: to, payee, code, scale, amount, expiry } = wish
    const wait = AbortSignal.timeout(WAIT_MS - WAIT_MS_LESS * (path.length - 1))
    const answer = await peers.ask(next, { t: 'quote', to, payee, code, scale, amount, path, expiry }, wait)
    if (!answer.ok) return answer
    const quote = answer.value.t === 'quoted' ? decodeQuote(answer.value.quote) : null
    if (!quote?.ok || answer.value.t !== 'quoted')
      return refuse('no-route', 'a community on the way gave no quote that can be read')
    if (!equals(quote.value.by, next)) return refuse('bad-signature', 'a quote is by another community than was asked')
    const payment = checkQuote(verifier, quote.value, wish, clock.nowMs())
    if (!payment.ok) return refuse(payment.error.code, payment.error.message)
    const id = quoteId(data => hasher.sha256(data), quote.value)
    return ok({ id, quote: quote.value, bytes: answer.value.quote, payment: payment.value })
  }

  /** The destination itself when it is connected; else, or when it refuses, everybody who accepts this community's credit. */
  const askAround = async (
    wish: QuoteWish,
    path: readonly Uint8Array[],
  ): Promise<Result<readonly Offered[], ValueFault>> => {
    if (path.length > HOPS_MAX) return refuse('no-route', `a way has at most ${HOPS_MAX} hops`)
    const there = peers.connected().filter(peer => !includes(path, peer))
    const direct = there.find(peer => equals(peer, wish.destination))
    const first = direct === undefined ? null : await askOne(direct, wish, path)
    if (first?.ok) return ok([first.value])
    const reason = first ?? refuse('no-route', 'no community that is connected knows a way there')
    if (path.length >= HOPS_MAX) return reason
    const others = there.filter(peer => peer !== direct && init.passable(peer, wish.destination, wish))
    const willing = await Promise.all(others.map(async peer => ((await offers.accepts(peer, wish)) ? peer : null)))
    const asked = willing.filter(peer => peer !== null).slice(0, ASKED_MAX)
    const found = await Promise.all(asked.map(peer => askOne(peer, wish, path)))
    const good = found.flatMap(one => (one.ok ? [one.value] : []))
    if (good.length === 0) return reason
    return ok(
      good.toSorted((a, b) => Number(b.quote.arrives - a.quote.arrives) || a.payment.via.length - b.payment.via.length),
    )
  }

  const signed = (fields: QuoteFields & { readonly inner: Quote | null }): Quote => ({
    ...fields,
    signature: signer.sign(quoteMessage(fields)),
  })

  const quoteFor = async (
    wish: QuoteWish,
    onward: bigint,
    path: readonly Uint8Array[],
  ): Promise<Result<Quote, ValueFault>> => {
    const nonce = init.random.bytes(NONCE_BYTES)
    const now = clock.nowMs()
    if (equals(wish.destination, own)) {
      if (!(await init.payable(wish.payee))) return refuse('unknown-payee', 'nobody of that name can be paid here')
      return ok(signed(quoteHere(own, wish, onward, nonce, now)))
    }
    const inner = await askAround({ ...wish, source: own, amount: onward }, [...path, own])
    const [best] = inner.ok ? inner.value : []
    if (!inner.ok || best === undefined) return inner.ok ? refuse('no-route', 'no way there is known here') : inner
    const fields = quoteOnward(own, wish, onward, best.quote, nonce, clock.nowMs())
    return fields.ok ? ok(signed(fields.value)) : refuse(fields.error.code, fields.error.message)
  }

  /** What this community would do with a payment from `peer`. */
  const answer = async (peer: Uint8Array, request: QuoteRequest): Promise<Result<Uint8Array, ValueFault>> => {
    const { to, path, payee, code, scale, amount, expiry } = request
    if (!equals(path.at(-1) as Uint8Array, peer) || includes(path, own) || includes(path, to))
      return refuse('wrong-route', 'the way that the request has come is not one')
    const wish: QuoteWish = { source: peer, destination: to, payee, code, scale, amount, expiry }
    const line = ledger.line(peer, code, scale)
    const now = clock.nowMs()
    const frozen = ledger.peer(peer)?.frozen ?? false
    const use = { position: ledger.position(peer, code, scale), reserved: rooms.reserved(wish, now), frozen }
    const onward = passesOn(wish, line === null ? null : { ...line, code, scale }, use, now)
    if (!onward.ok) return refuse(onward.error.code, onward.error.message)
    if (line?.alone === false && standsAlone(init.registry, peer))
      return refuse(
        'bad-certificate',
        "this community accepts only what auditors certified, and nobody certifies your community's log",
      )
    const quote = await quoteFor(wish, onward.value, path)
    if (!quote.ok) return quote
    const id = hex(quoteId(data => hasher.sha256(data), quote.value))
    const room = { id, source: peer, payee, code, scale, amount, expiry: quote.value.expiry }
    if (!rooms.keep(room, clock.nowMs()))
      return refuse('busy', 'too many quotes are outstanding; ask again in a minute', 30_000)
    return ok(encodeQuote(quote.value))
  }

  return {
    answer,
    /** Ways to pay somebody, best first. Nothing moves. `amount` in fine units. */
    ask: (wish: Omit<QuoteWish, 'source'>): Promise<Result<readonly Offered[], ValueFault>> =>
      askAround({ ...wish, source: own }, [own]),
    /** What neighbours said that they accept of this community's credit; asked again when it is old. */
    offersOf: (peer: Uint8Array): Promise<readonly LineOffer[]> => offers.of(peer),
    offersKnown: (peer: Uint8Array): readonly LineOffer[] => offers.known(peer),
  }
}

export type Quoting = ReturnType<typeof createQuoting>
