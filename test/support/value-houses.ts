import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { equals } from 'uint8arrays/equals'
import { hasher, random, verifier } from '#node/identity/crypto-ports.ts'
import { createOneThreadChecker } from '#node/identity/threads/one-thread.ts'
import type { LogRecord, ProvenRecord } from '#node/ports/ledger.ts'
import type { ValueAsk, ValueHandler } from '#node/ports/value.ts'
import { type ClosedLog, createClosedLog } from '#node/stage/value/closed-log.ts'
import { createValueHandler } from '#node/stage/value/handler.ts'
import { createPassable } from '#node/stage/value/passable.ts'
import { createQuoting, type Quoting } from '#node/stage/value/quoting.ts'
import { createRelay, type Relay } from '#node/stage/value/relay.ts'
import { createRooms } from '#node/stage/value/rooms.ts'
import { createTaker } from '#node/stage/value/take-leaves.ts'
import { createOwnLog } from '#node/store/ledger/own/create.ts'
import { fsckLog } from '#node/store/ledger/own/fsck/fsck.ts'
import { stateAt, succeedLog } from '#node/store/ledger/own/succeed.ts'
import { err } from '#protocols/codec/result.ts'
import { decodeEnvelope, encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { OrderBodies, OrderType } from '#protocols/ledger/v1/orders.ts'
import { decodeAnswer, decodeRequest, encodeAnswer, encodeRequest } from '#protocols/value/v1/messages.ts'
import type { SyncSigner } from '#src/kernel/ports.ts'
import { selfCertified } from '#src/ledger/committee/committee-for.ts'
import { must, NOW, type OwnLog, rules, signerOf } from './own-log-world.ts'
import { growingTree } from './value-logs.ts'

const GONE = err({ code: 'peer-unreachable', message: 'The other stage could not be reached, or went away.' })
const UNIT = 10n ** 7n
const DAY_MS = 86_400_000

const declined = async () => err({ code: 'declined', message: 'not here' })
const noSettling = { settle: declined, net: declined, statement: declined, positions: declined }

/** One community with its real log on disk and its relay, and no network but what the world passes on. */
export interface House {
  readonly name: string
  readonly signer: SyncSigner
  readonly community: Uint8Array
  readonly log: OwnLog
  readonly quoting: Quoting
  readonly handler: ValueHandler
  readonly relay: Relay
}

/** What may happen to a message between two houses. */
export interface Weather {
  /** Answers get lost: what was asked has happened all the same. */
  readonly losesAnswers: boolean
  /** Every message arrives twice. */
  readonly twice: boolean
}

/** Communities with real logs, relays and handlers, joined by calls instead of sockets, on a clock that the test moves. */
export function houses() {
  const clock = { now: NOW, nowMs: () => clock.now }
  const folders = new Map<string, string>()
  const running = new Map<string, House>()
  const closedLogs = new Map<string, (log: OwnLog) => ClosedLog | null>()
  const cuts = new Set<string>()
  const weather: { -readonly [K in keyof Weather]: boolean } = { losesAnswers: false, twice: false }
  const problems: unknown[] = []
  const pair = (a: string, b: string): string => [a, b].sort().join('/')
  const byKey = (key: Uint8Array): House | undefined =>
    [...running.values()].find(({ community }) => equals(community, key))

  const asks = (name: string): ValueAsk => ({
    async ask(community, request) {
      const other = byKey(community)
      const self = running.get(name)
      if (other === undefined || self === undefined || cuts.has(pair(name, other.name))) return GONE
      const read = must(decodeRequest(encodeRequest(request)))
      if (weather.twice) await other.handler(self.community, read)
      const answer = await other.handler(self.community, read).catch(() => null)
      // It died while it was asked.
      if (answer === null) return GONE
      if (weather.losesAnswers && request.t === 'leaves') return GONE
      return answer.ok ? (decodeAnswer(encodeAnswer(answer.value)) as typeof answer) : answer
    },
    connected: () =>
      [...running.values()]
        .filter(house => house.name !== name && !cuts.has(pair(name, house.name)))
        .map(({ community }) => community),
    onConnected: () => () => {},
  })

  const optionsOf = (name: string, dataDir: string) => {
    const signer = signerOf(`house ${name}`)
    const asset = { code: 'TEST', scale: 2, issuer: signer.publicKey }
    return { dataDir, signer, hasher, verifier, clock, rules, asset }
  }
  const openLog = (name: string, dataDir: string): OwnLog => createOwnLog(optionsOf(name, dataDir))

  function start(name: string): House {
    const dataDir = folders.get(name) ?? mkdtempSync(join(tmpdir(), `house-${name}-`))
    folders.set(name, dataDir)
    const signer = signerOf(`house ${name}`)
    const log = openLog(name, dataDir)
    const own = signer.publicKey
    const registry = { epoch: () => 0, joined: () => null, committee: () => selfCertified(0) }
    const rooms = createRooms()
    const shared = {
      own,
      ledger: log,
      peers: asks(name),
      registry,
      signer,
      hasher,
      verifier,
      random,
      clock,
      rooms,
      closed: closedLogs.get(name)?.(log) ?? null,
    }
    const written = (record: LogRecord): void => house.relay.appended(record)
    const quoting = createQuoting({ ...shared, passable: createPassable(shared), payable: async () => true })
    const taker = createTaker({ ...shared, written, arrived: () => {}, agreed: async () => {} })
    const handler = createValueHandler({ ...shared, quoting, taker, settling: noSettling })
    const relay = createRelay({
      ...shared,
      taker,
      renew: () => {},
      writeOff: (community, sequence) => order(name, signer, 'value/write-off', { community, sequence }),
      warn: cause => running.get(name) === house && problems.push(cause),
    })
    const house: House = { name, signer, community: own, log, quoting, handler, relay }
    running.set(name, house)
    return house
  }

  const at = (name: string): House => {
    const house = running.get(name)
    if (house === undefined) throw new Error(`${name} is off`)
    return house
  }

  let seq = NOW
  async function order<T extends OrderType>(name: string, by: SyncSigner, type: T, body: OrderBodies[T]) {
    const { log, community, relay } = at(name)
    const payload = encodePayload({ type, author: by.publicKey, community, seq: ++seq, at: clock.now, body })
    const message = signedBytes(type, payload)
    const envelope = must(decodeEnvelope(encodeEnvelope(payload, by.sign(message))))
    const done = must(await log.order(envelope, hasher.sha256(message)))
    relay.appended(done.record)
    return done.record
  }

  const assetOf = (name: string) => ({ code: 'TEST', scale: 2, issuer: at(name).community })

  /** Commits, looks and waits until nothing moves any more. */
  async function calm(): Promise<void> {
    let still = 0
    for (let turn = 0; still < 12 && turn < 600; turn++) {
      const before = [...running.values()].map(({ log }) => log.size())
      for (const { log, relay } of running.values()) {
        must(log.commit(0))
        relay.look()
      }
      await new Promise(resolve => setTimeout(resolve, 1))
      const after = [...running.values()].map(({ log }) => log.size())
      still = before.join() === after.join() ? still + 1 : 0
    }
  }

  return {
    clock,
    weather,
    problems,
    start,
    at,
    order,
    calm,
    /** The process dies: what was not durable is gone, and nothing is said to anybody. */
    async die(name: string): Promise<void> {
      const house = at(name)
      running.delete(name)
      await house.log.close()
    },
    /** The log is closed at its head, and the stage starts with the next generation; with a copy of the closed one, or without. */
    async succeed(name: string, withCopy: boolean): Promise<void> {
      const { log, community } = at(name)
      must(log.commit(0))
      const size = log.signedSize()
      const commit = must(decodeEntry(log.entries(size - 1, 1)[0] ?? new Uint8Array()))
      if (commit.kind !== 'commit') throw new Error('a signed head ends with a commit')
      const { origin } = must(parseCheckpoint(log.checkpoint()))
      const predecessor = { origin, size, root: log.root(), stateRoot: commit.stateRoot }
      const all = log.entries(0, size)
      const [tree, checkpoint] = [growingTree(all), log.checkpoint()]
      const copies = {
        prove: (_own: Uint8Array, index: number) =>
          ({ checkpoint, proof: tree.path(index, size) }) as unknown as ProvenRecord,
        entries: (_own: Uint8Array, start: number, limit: number) => all.slice(start, start + limit),
        consistencyProof: (_own: Uint8Array, from: number, to: number) => tree.consistency(from, to),
      }
      if (withCopy) closedLogs.set(name, ledger => createClosedLog({ own: community, ledger, copies }))
      running.delete(name)
      await log.close()
      const options = optionsOf(name, folders.get(name) ?? '')
      const state = must(stateAt(options, size, predecessor.root))
      must(succeedLog(options, { predecessor, certificate: community, state }))
      start(name)
    },
    cut: (a: string, b: string): unknown => cuts.add(pair(a, b)),
    join: (a: string, b: string): unknown => cuts.delete(pair(a, b)),
    issue: (name: string, to: SyncSigner, amount: bigint) =>
      order(name, at(name).signer, 'value/issue', {
        account: to.publicKey,
        amount,
        asset: assetOf(name),
        reference: null,
      }),
    line: (by: string, from: string, limit: bigint, more: Partial<OrderBodies['value/line']> = {}) =>
      order(by, at(by).signer, 'value/line', {
        community: at(from).community,
        code: 'TEST',
        scale: 2,
        limit,
        haircut: 0,
        expiry: clock.now + 30 * DAY_MS,
        alone: true,
        ...more,
      }),
    /** An order over `path`, whose last is the payee's community. No quote is asked. */
    pay: (from: string, fan: SyncSigner, path: readonly string[], to: SyncSigner, amount: bigint, forMs = 60_000) =>
      order(from, fan, 'value/transfer', {
        amount,
        asset: assetOf(from),
        to: signerOf(`house ${path.at(-1)}`).publicKey,
        via: path.slice(0, -1).map(name => signerOf(`house ${name}`).publicKey),
        payee: `acct/${Buffer.from(to.publicKey).toString('hex')}`,
        minimum: 0n,
        expiry: clock.now + forMs,
        use: 'tip',
        reference: null,
        quote: null,
      }),
    balance: (name: string, who: SyncSigner): bigint => at(name).log.balance(who.publicKey),
    /** Minor units; above 0 `of` owes `other`. */
    owes: (of: string, other: string): bigint =>
      at(of).log.position(signerOf(`house ${other}`).publicKey, 'TEST', 2) / UNIT,
    held: (of: string, other: string): bigint =>
      at(of).log.holding(`hold:${Buffer.from(signerOf(`house ${other}`).publicKey).toString('hex')}`) / UNIT,
    /** Changes the ledger's file behind the back of a stage that is off. */
    tamper(name: string, sql: string): void {
      const db = new DatabaseSync(join(folders.get(name) ?? '', 'ledger.db'))
      db.exec(sql)
      db.close()
    },
    fsck: (name: string) => {
      const signer = signerOf(`house ${name}`)
      const dataDir = folders.get(name) ?? ''
      const asset = { code: 'TEST', scale: 2, issuer: signer.publicKey }
      return fsckLog({
        dataDir,
        community: signer.publicKey,
        signatures: createOneThreadChecker(verifier),
        signer,
        hasher,
        verifier,
        clock,
        rules,
        asset,
      } as Parameters<typeof fsckLog>[0])
    },
    async remove(): Promise<void> {
      for (const { log } of running.values()) await log.close()
      running.clear()
      for (const folder of folders.values()) await rm(folder, { recursive: true, force: true })
      folders.clear()
    },
  }
}

export type Houses = ReturnType<typeof houses>
