import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import { CodecError } from '#protocols/codec/codec-error.ts'
import { Reader } from '#protocols/codec/reader.ts'
import { ASSET_KEY_PATTERN } from '#protocols/ledger/v1/limits.ts'
import { aliasCell } from './accounts.ts'
import { compile, ensureSlot } from './agreement-slots.ts'
import { batchSlot } from './batches.ts'
import { channelSlot } from './channels.ts'
import { bookOf } from './holdings.ts'
import { accountKey, familyKey, HEAD, holdingKey, META, memoryKey, netKey, releaseKey } from './keys.ts'
import { lineCell, outCell, peerSlot } from './peers.ts'
import { type PoolKind, paidCell, poolOf, useCell } from './pools.ts'
import { boughtCell } from './purchases.ts'
import type { Agreement } from './records.ts'
import { Refusal, refuse } from './refusal.ts'
import type { Cell, StateCodec } from './state-map.ts'
import { markCodec } from './value-codecs.ts'
import { accountCodec, agreementCodec, countCodec, familyCodec, holdingCodec, releaseCodec } from './values.ts'
import type { World } from './world.ts'

/** Largest value: an agreement's terms with its signatures. */
const VALUE_BYTES_MAX = 65_535
const HEX_KEY = /^[0-9a-f]{64}$/

const id = (hex: string | undefined): Uint8Array =>
  hex !== undefined && HEX_KEY.test(hex) ? fromString(hex, 'base16') : refuse('bad-snapshot', 'a key is not an id')

/** An id that stays in hex. */
const hexId = (hex: string): string => {
  id(hex)
  return hex
}

/** A sequence or an index. */
const whole = (digits: string | undefined): number => {
  const value = Number(digits)
  return Number.isSafeInteger(value) && String(value) === digits && value >= 0
    ? value
    : refuse('bad-snapshot', 'a key names no number')
}

function parAsset(world: World, code = '', scale = ''): string {
  const asset = `${code}/${scale}/${toText(world.community, 'base16')}`
  return ASSET_KEY_PATTERN.test(asset) ? asset : refuse('bad-snapshot', 'a key names no asset')
}

const poolKind = (kind: string | undefined): PoolKind =>
  kind === 'user-centric' || kind === 'pro-rata' ? kind : refuse('bad-snapshot', 'a pool has no kind')

/** The cell that a key names, made so that every way into the state finds it. */
function cellOf(world: World, key: string, value: Uint8Array): Cell<unknown> {
  const [kind, ...rest] = key.split('/')
  const [first = '', , , , fifth = ''] = rest
  const asset = (from: number): string => {
    const name = rest.slice(from, from + 3).join('/')
    return ASSET_KEY_PATTERN.test(name) ? name : refuse('bad-snapshot', 'a key names no asset')
  }
  switch (kind) {
    case 'holding': {
      const holder = rest.slice(3).join('/')
      const cell = world.state.cell(holdingKey(asset(0), holder), holdingCodec)
      bookOf(world, asset(0)).holdings.set(holder, cell)
      return cell as Cell<unknown>
    }
    case 'account':
      id(first)
      return world.state.cell(accountKey(first), accountCodec) as Cell<unknown>
    case 'key':
      return aliasCell(world, id(first)) as Cell<unknown>
    case 'channel':
      return channelSlot(world, id(first)).cell as Cell<unknown>
    case 'agreement':
      return ensureSlot(world, compile(world, readValue(agreementCodec, value).terms)).cell as Cell<unknown>
    case 'family':
      return world.families.ensure(id(first), () => world.state.cell(familyKey(first), familyCodec)) as Cell<unknown>
    case 'peer':
      return peerSlot(world, id(first)).cell as Cell<unknown>
    case 'line':
      return lineCell(world, bookOf(world, parAsset(world, rest[1], rest[2])), hexId(first)) as Cell<unknown>
    case 'out':
      return outCell(world, peerSlot(world, id(first)), whole(rest[1])) as Cell<unknown>
    case 'bought':
      return boughtCell(world, whole(first)) as Cell<unknown>
    case 'batch':
      return batchSlot(world, id(first)).cell as Cell<unknown>
    case 'net':
      return world.state.cell(netKey(hexId(first)), markCodec) as Cell<unknown>
    case 'release':
      return world.state.cell(releaseKey(first), releaseCodec) as Cell<unknown>
    case 'memory':
      return world.state.cell(memoryKey(rest.join('/')), countCodec) as Cell<unknown>
    case 'paid':
      id(fifth)
      return paidCell(world, poolOf(world, poolKind(first), asset(1)), fifth) as Cell<unknown>
    case 'use': {
      const [payer = '', agreement = ''] = [fifth, rest[5]]
      id(agreement)
      return useCell(world, poolOf(world, poolKind(first), asset(1)), payer, agreement) as Cell<unknown>
    }
  }
  if (key === META) return world.meta as Cell<unknown>
  return key === HEAD
    ? (world.head as Cell<unknown>)
    : refuse('bad-snapshot', 'the snapshot has a key of no known kind')
}

function readValue<T>(codec: StateCodec<T>, bytes: Uint8Array): T {
  const reader = new Reader(bytes, VALUE_BYTES_MAX)
  const value = codec.read(reader)
  reader.end()
  return value
}

/** Takes over a snapshot, or throws a `Refusal`. Keys ascend; every value is canonical. */
export function load(world: World, snapshot: Iterable<readonly [key: string, value: Uint8Array]>): void {
  let before = ''
  try {
    for (const [key, bytes] of snapshot) {
      if (key <= before) refuse('bad-snapshot', 'the keys of a snapshot must be distinct and ascend')
      before = key
      const cell = cellOf(world, key, bytes)
      if (cell.key !== key) refuse('bad-snapshot', 'a value of the snapshot stands under another key than its own')
      world.state.set(cell, readValue(cell.codec as StateCodec<Agreement>, bytes))
    }
  } catch (cause) {
    if (cause instanceof CodecError) throw new Refusal('bad-snapshot', `the snapshot cannot be read: ${cause.message}`)
    throw cause
  }
  if (world.meta.value === undefined) refuse('bad-snapshot', 'the snapshot does not say which log it is of')
}
