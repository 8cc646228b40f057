import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { openToRead } from '#node/store/ledger/own/fsck/open-to-read.ts'
import { openEntries } from '#node/store/ledger/shared/entries.ts'
import { decodeAck } from '#protocols/ledger/v1/ack.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { EMPTY_RANGE, extendRange, rangeRoot } from '#src/ledger/compact-range.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { furnish, must, ownLogFolders } from '#test/support/own-log-world.ts'
import { seeded } from '#test/support/seeded.ts'
import { howMany, seedOf } from '#test/support/soak.ts'

const ROUNDS = howMany('LEDGER_CRASH_ROUNDS', { full: 200, share: 40 })
const ROUNDS_PER_FOLDER = 20
/** From the moment a writer may begin: some die while they still open the log. */
const LIFE_MS_MAX = 300
const WRITER = fileURLToPath(new URL('./ledger-crash-writer.ts', import.meta.url))
const seed = seedOf('LEDGER_CRASH_SEED')

interface Writer {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>
  readonly ready: Promise<unknown>
}

const folders = ownLogFolders()
const writers = new Set<Writer>()
afterEach(async () => {
  for (const writer of writers) writer.process.kill('SIGKILL')
  await folders.remove()
})

/** A writer that has not been told yet where to write: it loads its modules meanwhile. */
function prepare(): Writer {
  const child = spawn(process.execPath, [WRITER], { stdio: ['pipe', 'pipe', 'pipe'] })
  const writer = { process: child, ready: once(child.stdout, 'data') }
  writers.add(writer)
  return writer
}

/** Lets a writer work, then kills it without warning. */
async function writeUntilKilled(writer: Writer, folder: string, output: string, random: ReturnType<typeof seeded>) {
  const { process: child, ready } = writer
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString()
  })
  const exited = once(child, 'exit')
  await ready
  child.stdin.write(`${folder} ${output} ${random.int(2 ** 31)}\n`)
  const life = 1 + random.int(LIFE_MS_MAX)
  setTimeout(() => child.kill('SIGKILL'), life)
  const [, signal] = await exited
  writers.delete(writer)
  expect({ signal, complaint }).toEqual({ signal: 'SIGKILL', complaint: '' })
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Everything that a folder's writers ever promised. */
class Promises {
  readonly byId = new Map<string, string>()
  readonly leaves = new Map<number, string>()
  readonly roots = new Map<number, string>()
  acks = 0

  /** Contradictions show here already: one order at two places, two orders at one place, one size with two roots. */
  read(output: string): void {
    if (!existsSync(output)) return
    // A line without its newline was cut off by the kill: it was not promised.
    for (const line of readFileSync(output, 'utf8').split('\n').slice(0, -1)) {
      if (line.startsWith('A ')) this.#ack(Buffer.from(line.slice(2), 'hex'))
      else this.#note(JSON.parse(line.slice(2)) as string)
    }
  }

  #ack(bytes: Uint8Array): void {
    const { id, index, leaf } = must(decodeAck(bytes))
    this.acks++
    this.#once(this.byId, hex(id), `${index} ${hex(leaf)}`)
    this.#once(this.leaves, index, hex(leaf))
  }

  #note(note: string): void {
    const { size, root } = must(parseCheckpoint(note))
    this.#once(this.roots, size, hex(root))
  }

  #once<K>(map: Map<K, string>, key: K, value: string): void {
    expect(map.get(key) ?? value).toBe(value)
    map.set(key, value)
  }
}

/** Reads the entries as they are, without the code that wrote them, and compares every promise. */
function checkKept(folder: string, promises: Promises): number {
  const file = join(folder, 'ledger.db')
  if (!existsSync(file)) {
    expect(promises.acks).toBe(0)
    return 0
  }
  const db = openToRead(file)
  try {
    const tables = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'entry'").get()
    const row = tables === undefined ? undefined : db.prepare('SELECT id FROM log').get()
    let range = EMPTY_RANGE
    let kept = 0
    for (const { body, index } of row === undefined ? [] : openEntries(db, row.id as number).each(0)) {
      const leaf = leafHash(hasher, body)
      const promised = promises.leaves.get(index)
      if (promised !== undefined) {
        expect(hex(leaf)).toBe(promised)
        kept++
      }
      range = extendRange(hasher, range, leaf)
      const root = promises.roots.get(range.size)
      if (root !== undefined) expect(hex(rangeRoot(hasher, range))).toBe(root)
    }
    expect(kept).toBe(promises.leaves.size)
    expect(Math.max(0, ...promises.roots.keys())).toBeLessThanOrEqual(range.size)
    return range.size
  } finally {
    db.close()
  }
}

test('two processes on one folder: one goes on, the other stops, and what both promised holds together', async () => {
  const folder = folders.folder()
  const log = folders.open(folder, { clock: { nowMs: () => Date.now() } })
  await furnish(log, Date.now())
  must(log.commit(1))
  await log.close()
  const promises = new Promises()
  const pair = [prepare(), prepare()]
  for (const { ready } of pair) await ready
  const ends = pair.map(async ({ process: child }, at) => {
    child.stderr.resume()
    const exited = once(child, 'exit')
    child.stdin.write(`${folder} ${join(folder, `promises-${at}`)} ${at + 1}\n`)
    const timer = setTimeout(() => child.kill('SIGKILL'), 1_500)
    const [, signal] = await exited
    clearTimeout(timer)
    return signal
  })
  const signals = await Promise.all(ends)
  expect(signals.filter(signal => signal === 'SIGKILL').length).toBeLessThanOrEqual(1)
  for (const at of [0, 1]) promises.read(join(folder, `promises-${at}`))
  expect(promises.acks).toBeGreaterThan(0)
  checkKept(folder, promises)
  expect(await folders.fsck(folder)).toMatchObject({ fault: null })
})

test(`${ROUNDS} kills under load: nothing acked is lost or moved, no size is signed twice, and fsck is clean`, async () => {
  console.log(`seed ${seed} (LEDGER_CRASH_SEED=${seed} runs the same kills)`)
  const random = seeded(seed)
  const ahead = [prepare(), prepare()]
  const sum = { acks: 0, notes: 0, entries: 0 }
  for (let base = 0; base < ROUNDS; base += ROUNDS_PER_FOLDER) {
    const folder = folders.folder()
    const promises = new Promises()
    for (let round = base; round < base + ROUNDS_PER_FOLDER; round++) {
      const writer = ahead.shift() as Writer
      if (round + ahead.length + 1 < ROUNDS) ahead.push(prepare())
      const output = join(folder, `promises-${round}`)
      await writeUntilKilled(writer, folder, output, random)
      promises.read(output)
      rmSync(output, { force: true })
      checkKept(folder, promises)
    }
    sum.acks += promises.acks
    sum.notes += promises.roots.size
    sum.entries += checkKept(folder, promises)
    const log = folders.open(folder, { clock: { nowMs: () => Date.now() } })
    expect(log.state()).toEqual({ kind: 'running', reason: null })
    must(log.commit(1))
    await log.close()
    expect(await folders.fsck(folder)).toMatchObject({ fault: null, notices: [] })
  }
  console.log(`${sum.acks} acks, ${sum.notes} signed heads, ${sum.entries} entries`)
  expect(sum.acks).toBeGreaterThan(ROUNDS)
  expect(sum.notes).toBeGreaterThan(ROUNDS / 10)
}, 240_000)
