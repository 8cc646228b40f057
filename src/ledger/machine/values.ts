import { CodecError } from '#protocols/codec/codec-error.ts'
import type { Reader } from '#protocols/codec/reader.ts'
import type { Writer } from '#protocols/codec/writer.ts'
import { FINE_MAX, GUARDIANS_MAX, HOLDER_MAX, PARTY_MAX, TERMS_BYTES_MAX } from '#protocols/ledger/v1/limits.ts'
import { POOL_KINDS } from '#protocols/ledger/v1/orders.ts'
import type { Account, Agreement, Channel, Family, Head, Holding, Meta, Release, Successor } from './records.ts'
import type { StateCodec } from './state-map.ts'

const DISTINCT_MAX = 1_024
/** A copy: the reader's own are views of a snapshot, which would be kept whole for them. */
export const hash = (reader: Reader, path: string): Uint8Array => reader.bytes(32, 32, path).slice()
export const hashOrNull = (reader: Reader, path: string): Uint8Array | null =>
  reader.null() ? null : hash(reader, path)
export const flag = (reader: Reader, path: string): boolean => reader.uint(path, 1) === 1
export const bit = (value: boolean): number => (value ? 1 : 0)

/** Sign and magnitude, because a holding of the desk and a counter of the rules may be negative. */
const writeSigned = (writer: Writer, value: bigint): Writer =>
  value < 0n ? writer.uint(1).int(-value) : writer.uint(0).int(value)
function readSigned(reader: Reader, path: string): bigint {
  const negative = flag(reader, path)
  const value = reader.uint64(path)
  if (negative && value === 0n) throw new CodecError('not-canonical', 'zero has no sign', path)
  return negative ? -value : value
}

export function readList<T>(reader: Reader, max: number, path: string, item: () => T): T[] {
  const out: T[] = []
  for (let left = reader.list(0, max, path); left > 0; left--) out.push(item())
  return out
}

export const metaCodec: StateCodec<Meta> = {
  write: (writer, meta) =>
    writer.list(5).uint(meta.generation).text(meta.period).uint(meta.part).uint(meta.ordinal).uint(meta.from),
  read: reader => {
    reader.list(5, 5, '')
    const generation = reader.uint('generation')
    const period = reader.ascii(7, 'period')
    const part = reader.uint('part')
    const ordinal = reader.uint('ordinal')
    return { generation, period, part, ordinal, from: reader.uint('from') }
  },
}

export const headCodec: StateCodec<Head> = {
  write: (writer, head) => writer.list(3).uint(head.committed).uint(head.lastAt).uint(head.epoch),
  read: reader => {
    reader.list(3, 3, '')
    const committed = reader.uint('committed')
    const lastAt = reader.uint('lastAt')
    return { committed, lastAt, epoch: reader.uint('epoch') }
  },
}

export const holdingCodec: StateCodec<Holding> = {
  write: (writer, holding) => {
    writeSigned(writer.list(9), holding.amount).uint(holding.ordinal).uint(holding.count)
    return writeSigned(writer, holding.opening).int(holding.earned).int(holding.spent).bytes(holding.digest)
  },
  read: reader => {
    reader.list(9, 9, '')
    const amount = readSigned(reader, 'amount')
    const ordinal = reader.uint('ordinal')
    const count = reader.uint('count')
    const opening = readSigned(reader, 'opening')
    const earned = reader.uint64('earned')
    const spent = reader.uint64('spent')
    return { amount, ordinal, count, opening, earned, spent, digest: hash(reader, 'digest') }
  },
}

const readSuccessor = (reader: Reader): Successor => ({
  key: hash(reader, 'key'),
  next: hashOrNull(reader, 'next'),
})

export const accountCodec: StateCodec<Account> = {
  write: (writer, account) => {
    writer.list(9).bytes(account.key).uint(account.seq).bytesOrNull(account.next).uint(bit(account.opened))
    writer.list(account.guardians.length)
    for (const guardian of account.guardians) writer.bytes(guardian)
    writer.uint(account.threshold).uint(account.delayMs).list(account.votes.length)
    for (const { guardian, key, next } of account.votes) writer.list(3).bytes(key).bytesOrNull(next).bytes(guardian)
    if (account.pending === null) return writer.bytesOrNull(null)
    return writer.list(3).bytes(account.pending.key).bytesOrNull(account.pending.next).uint(account.pending.from)
  },
  read: reader => {
    reader.list(9, 9, '')
    const key = hash(reader, 'key')
    const seq = reader.uint('seq')
    const next = hashOrNull(reader, 'next')
    const opened = flag(reader, 'opened')
    const guardians = readList(reader, GUARDIANS_MAX, 'guardians', () => hash(reader, 'guardian'))
    const threshold = reader.uint('threshold', GUARDIANS_MAX)
    const delayMs = reader.uint('delayMs')
    const votes = readList(reader, GUARDIANS_MAX, 'votes', () => {
      reader.list(3, 3, 'vote')
      return { ...readSuccessor(reader), guardian: hash(reader, 'guardian') }
    })
    const base = { key, seq, next, opened, guardians, threshold, delayMs, votes }
    if (reader.null()) return { ...base, pending: null }
    reader.list(3, 3, 'pending')
    return { ...base, pending: { ...readSuccessor(reader), from: reader.uint('from') } }
  },
}

export const channelCodec: StateCodec<Channel> = {
  write: (writer, channel) =>
    writer
      .list(7)
      .bytes(channel.payer)
      .text(channel.asset)
      .uint(POOL_KINDS.indexOf(channel.pool))
      .int(channel.deposit)
      .int(channel.spent)
      .uint(channel.expiry)
      .uint(bit(channel.open)),
  read: reader => {
    reader.list(7, 7, '')
    const payer = hash(reader, 'payer')
    const asset = reader.ascii(HOLDER_MAX, 'asset')
    const pool = POOL_KINDS[reader.uint('pool', POOL_KINDS.length - 1)] ?? 'direct'
    const deposit = reader.uint64('deposit')
    const spent = reader.uint64('spent')
    const expiry = reader.uint('expiry')
    return { payer, asset, pool, deposit, spent, expiry, open: flag(reader, 'open') }
  },
}

const writeNames = (writer: Writer, names: readonly string[]): Writer => {
  writer.list(names.length)
  for (const name of names) writer.text(name)
  return writer
}
const readNames = (reader: Reader, path: string): string[] =>
  readList(reader, DISTINCT_MAX, path, () => reader.ascii(PARTY_MAX, path))

export const agreementCodec: StateCodec<Agreement> = {
  write: (writer, { terms, adopted, signed }) => writeNames(writer.list(3).bytes(terms).uint(bit(adopted)), signed),
  read: reader => {
    reader.list(3, 3, '')
    const terms = reader.bytes(0, TERMS_BYTES_MAX, 'terms').slice()
    const adopted = flag(reader, 'adopted')
    return { terms, adopted, signed: readNames(reader, 'signed') }
  },
}

export const familyCodec: StateCodec<Family> = {
  write: (writer, { disputed, settled }) => {
    writeNames(writer.list(2), disputed).list(settled.length)
    for (const [party, account] of settled) writer.list(2).text(party).bytes(account)
    return writer
  },
  read: reader => {
    reader.list(2, 2, '')
    const disputed = readNames(reader, 'disputed')
    const settled = readList(reader, DISTINCT_MAX, 'settled', (): [string, Uint8Array] => {
      reader.list(2, 2, 'settled')
      return [reader.ascii(PARTY_MAX, 'party'), hash(reader, 'account')]
    })
    return { disputed, settled }
  },
}

export const releaseCodec: StateCodec<Release> = {
  write: (writer, versions) => {
    writer.list(versions.length)
    for (const { from, agreement } of versions) writer.list(2).text(from).bytes(agreement)
    return writer
  },
  read: reader =>
    readList(reader, DISTINCT_MAX, 'versions', () => {
      reader.list(2, 2, 'version')
      return { from: reader.ascii(7, 'from'), agreement: hash(reader, 'agreement') }
    }),
}

/** The account that a key belongs to. */
export const idCodec: StateCodec<Uint8Array> = {
  write: (writer, id) => writer.bytes(id),
  read: reader => hash(reader, 'account'),
}

/** A counter or an amount; the rules may count below zero. */
export const countCodec: StateCodec<bigint> = {
  write: (writer, value) => writeSigned(writer.list(2), value),
  read: reader => {
    reader.list(2, 2, '')
    return readSigned(reader, 'value')
  },
}

/** Whether sign and magnitude can be written: at most 64 bits of magnitude. */
export const fits = (value: bigint): boolean => value <= FINE_MAX && value >= -FINE_MAX
