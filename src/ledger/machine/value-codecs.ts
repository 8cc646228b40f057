import type { Reader } from '#protocols/codec/reader.ts'
import type { Back } from '#protocols/ledger/v1/entry-value.ts'
import { ASSET_KEY_MAX, CODES_MAX, GENERATION_MAX, HAIRCUT_MAX } from '#protocols/ledger/v1/limits.ts'
import type { StateCodec } from './state-map.ts'
import type { Batch, Bought, KnownHead, Line, Out, Peer } from './value-records.ts'
import { bit, flag, hash, hashOrNull, readList } from './values.ts'

/** Heads that are kept of one community: of its newest generations. */
export const HEADS_MAX = 4

const PERIOD_LENGTH = 7

function readHead(reader: Reader): KnownHead {
  reader.list(4, 4, 'head')
  const generation = reader.uint('generation', GENERATION_MAX)
  const size = reader.uint('size')
  const root = hash(reader, 'root')
  return { generation, size, root, at: reader.uint('at') }
}

export const peerCodec: StateCodec<Peer> = {
  write: (writer, peer) => {
    writer.list(6).uint(peer.sent).uint(peer.received).uint(bit(peer.frozen)).uint(peer.settled).uint(peer.settledIn)
    writer.list(peer.heads.length)
    for (const { generation, size, root, at } of peer.heads)
      writer.list(4).uint(generation).uint(size).bytes(root).uint(at)
    return writer
  },
  read: reader => {
    reader.list(6, 6, '')
    const sent = reader.uint('sent')
    const received = reader.uint('received')
    const frozen = flag(reader, 'frozen')
    const settled = reader.uint('settled')
    const settledIn = reader.uint('settledIn')
    return {
      sent,
      received,
      frozen,
      settled,
      settledIn,
      heads: readList(reader, HEADS_MAX, 'heads', () => readHead(reader)),
    }
  },
}

export const lineCodec: StateCodec<Line> = {
  write: (writer, line) => writer.list(4).int(line.limit).uint(line.haircut).uint(line.expiry).uint(bit(line.alone)),
  read: reader => {
    reader.list(4, 4, '')
    const limit = reader.uint64('limit')
    const haircut = reader.uint('haircut', HAIRCUT_MAX)
    const expiry = reader.uint('expiry')
    return { limit, haircut, expiry, alone: flag(reader, 'alone') }
  },
}

function readBack(reader: Reader): Back | null {
  if (reader.null()) return null
  reader.list(2, 2, 'back')
  const source = hash(reader, 'source')
  return { source, sequence: reader.uint('sequence') }
}

export const outCodec: StateCodec<Out> = {
  write: (writer, out) => {
    writer.list(8).bytes(out.leaf).bytesOrNull(out.payer)
    if (out.back === null) writer.bytesOrNull(null)
    else writer.list(2).bytes(out.back.source).uint(out.back.sequence)
    return writer.text(out.asset).int(out.gross).int(out.net).uint(out.expiry).uint(bit(out.written))
  },
  read: reader => {
    reader.list(8, 8, '')
    const leaf = hash(reader, 'leaf')
    const payer = hashOrNull(reader, 'payer')
    const back = readBack(reader)
    const asset = reader.ascii(ASSET_KEY_MAX, 'asset')
    const gross = reader.uint64('gross')
    const net = reader.uint64('net')
    const expiry = reader.uint('expiry')
    return { leaf, payer, back, asset, gross, net, expiry, written: flag(reader, 'written') }
  },
}

export const boughtCodec: StateCodec<Bought> = {
  write: (writer, bought) =>
    writer.list(4).bytes(bought.leaf).bytes(bought.payer).text(bought.period).uint(bit(bought.disputed)),
  read: reader => {
    reader.list(4, 4, '')
    const leaf = hash(reader, 'leaf')
    const payer = hash(reader, 'payer')
    const period = reader.ascii(PERIOD_LENGTH, 'period')
    return { leaf, payer, period, disputed: flag(reader, 'disputed') }
  },
}

export const batchCodec: StateCodec<Batch> = {
  write: (writer, batch) =>
    writer
      .list(6)
      .bytes(batch.root)
      .uint(batch.count)
      .int(batch.amount)
      .text(batch.asset)
      .uint(batch.expiry)
      .bytes(batch.used),
  read: reader => {
    reader.list(6, 6, '')
    const root = hash(reader, 'root')
    const count = reader.uint('count', CODES_MAX)
    const amount = reader.uint64('amount')
    const asset = reader.ascii(ASSET_KEY_MAX, 'asset')
    const expiry = reader.uint('expiry')
    const bytes = Math.ceil(count / 8)
    return { root, count, amount, asset, expiry, used: reader.bytes(bytes, bytes, 'used').slice() }
  },
}

/** Says by being there. */
export const markCodec: StateCodec<true> = {
  write: writer => writer.list(0),
  read: reader => {
    reader.list(0, 0, '')
    return true
  },
}
