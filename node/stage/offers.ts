import { createHmac, timingSafeEqual } from 'node:crypto'
import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import type { OffersApi } from '#node/ports/offers-api.ts'
import type { Sealed, Unlocks } from '#node/ports/unlocks.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import { decodeEnvelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { CLOCK_AHEAD_MS_MAX, CLOCK_BEHIND_MS_MAX } from '#src/engagement/admission.ts'
import type { Clock, Random, Verifier } from '#src/kernel/ports.ts'
import type { Author } from './author.ts'
import type { Catalog } from './catalog.ts'
import { hex, key32 } from './keys.ts'
import type { Streams } from './streams.ts'

export interface OffersInit {
  readonly own: Uint8Array
  readonly asset: api.AssetInfo
  readonly author: Author
  readonly catalog: Catalog
  readonly streams: Streams
  readonly unlocks: Unlocks
  readonly sealed: Sealed
  /** The account that a key belongs to. */
  readonly accountOf: (key: Uint8Array) => Uint8Array
  readonly verifier: Verifier
  readonly clock: Clock
  readonly random: Random
}

/** What a buyer signs to be handed the originals. It is no event: no area of the protocol has it. */
const ASKING = 'access/originals'
const TICKET_MS = 60 * 60 * 1000
const TICKET_FORM = /^([0-9a-f]{32})\.(\d{1,3})\.(\d{13})\.([A-Za-z0-9_-]{43})$/

const units = (text: string): bigint => {
  const amount = BigInt(text)
  if (amount >= 2n ** 64n) throw new StageError('bad-request', 'That price is more than can be counted.')
  return amount
}

/** Addresses of files for whoever was shown to have bought them: good for an hour, and only until the stage stops. */
function createTickets({ clock, random }: Pick<OffersInit, 'clock' | 'random'>) {
  const key = random.bytes(32)
  const mac = (text: string): Buffer => createHmac('sha256', key).update(text).digest()
  return {
    give(release: string, track: number): string {
      const text = `${release}.${track}.${clock.nowMs() + TICKET_MS}`
      return `${text}.${mac(text).toString('base64url')}`
    },
    read(ticket: string): { release: string; track: number } {
      const [, release = '', track = '', expiry = '', signature = ''] = TICKET_FORM.exec(ticket) ?? []
      const given = Buffer.from(signature, 'base64url')
      const wanted = mac(`${release}.${track}.${expiry}`)
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted) || Number(expiry) < clock.nowMs())
        throw new StageError(
          'not-for-you',
          'This address has run out. Ask for the files again on the page of the release.',
        )
      return { release, track: Number(track) }
    },
  }
}

/** Prices of this community, what is paid while it plays, and what a purchase unlocks. */
export function createOffersCalls(init: OffersInit): OffersApi {
  const { own, asset, author, catalog, streams, unlocks, sealed, clock } = init
  const tickets = createTickets(init)

  const ownRelease = (release: string): void => {
    if (!catalog.isOwn(catalog.find(release).community))
      throw new StageError('not-for-you', 'That release belongs to another community, which sets its price.')
  }

  /** Whoever signed this, just now, for this very release. */
  const askedBy = (release: string, bytes: Uint8Array): Uint8Array => {
    const decoded = decodeEnvelope(bytes)
    if (!decoded.ok) throw new StageError('bad-envelope', `This is no request: ${decoded.error.message}.`)
    const { type, author: by, community, at, body, payload, signature } = decoded.value
    if (type !== ASKING || (body as { release?: unknown } | null)?.release !== release || !equals(community, own))
      throw new StageError('bad-envelope', 'This request is for something else.')
    if (!init.verifier.verify(by, signedBytes(type, payload), signature))
      throw new StageError('bad-signature', 'The signature does not match the author and the content.')
    const now = clock.nowMs()
    if (at > now + CLOCK_AHEAD_MS_MAX || at < now - CLOCK_BEHIND_MS_MAX)
      throw new StageError('clock-off', 'The clock of this device is off by minutes. Set it and ask again.')
    return init.accountOf(by)
  }

  return {
    async setPrice(release, price) {
      ownRelease(release)
      const download = price.download === null ? null : units(price.download)
      if (download !== null && sealed.of(release).length === 0)
        throw new StageError(
          'bad-request',
          'The originals of this release are open to everybody already, so they cannot be sold. Set the price when you publish.',
          { path: 'download' },
        )
      const { code, scale } = asset
      await author.submit('catalog/offer', { release, code, scale, stream: units(price.stream), download })
      return catalog.priceOf(release, own)
    },
    async setMembership(month) {
      const { code, scale } = asset
      await author.submit('catalog/membership', { code, scale, month: units(month) })
      return catalog.community(own).membership
    },
    async listen({ voucher, order, last }) {
      if ((voucher === undefined) === (order === undefined))
        throw new StageError('bad-request', 'Hand in either a voucher or an order.')
      const kept =
        voucher === undefined
          ? await streams.keepTransfer(order as Uint8Array, last)
          : await streams.keepVoucher(voucher, last)
      if (!kept.ok) throw new StageError(kept.error.code, kept.error.message)
      return { amount: String(kept.value.amount), receipt: kept.value.receipt }
    },
    owned: account =>
      unlocks.of(key32(account, 'An account')).map(({ release, index }) => ({ release, index, community: hex(own) })),
    originals(release, envelope) {
      ownRelease(release)
      const account = askedBy(release, envelope)
      const files = sealed.of(release)
      if (files.length === 0)
        throw new StageError('not-found', 'The originals of this release are not on this machine.')
      if (unlocks.find(release, account) === null)
        throw new StageError(
          'not-for-you',
          'This key has not bought the release. A tip does not unlock it, a purchase does.',
        )
      return {
        release,
        files: files.map(({ track, name, mediaType, bytes }) => ({
          track,
          name,
          mediaType,
          bytes,
          url: `/api/v1/originals/${tickets.give(release, track)}`,
        })),
      }
    },
    original(ticket) {
      const { release, track } = tickets.read(ticket)
      const file = sealed.of(release).find(one => one.track === track)
      if (file === undefined) throw new StageError('not-found', 'That file is not here: the release was taken down.')
      return file
    },
  }
}
