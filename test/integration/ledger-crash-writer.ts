import { openSync, writeSync } from 'node:fs'
import { enableCompileCache } from 'node:module'

// Two hundred processes read the same modules: compiling them once leaves more time for what is tested.
enableCompileCache(`${import.meta.dirname}/../../node_modules/.cache/bandstand`)
const { createOwnLog } = await import('#node/store/ledger/own/create.ts')
const { asset, desk, fan, issue, must, openChannel, propose, RELEASE, rules, signerOf, tip, voucher } = await import(
  '#test/support/own-log-world.ts'
)
const { hasher, verifier } = await import('#node/identity/crypto-ports.ts')
const { seeded } = await import('#test/support/seeded.ts')

type Made = ReturnType<typeof tip>

/**
 * Waits for a line `folder output seed` on standard input, then loads the ledger in that folder from many sides until it
 * is killed. What was promised goes to the output file, a line each: `A <ack>` and `N <signed note>`.
 */
process.stdout.write('ready\n')
const [folder = '', output = '', seed = ''] = await new Promise<string[]>(resolve => {
  process.stdin.once('data', chunk => resolve(chunk.toString().trim().split(' ')))
})
const random = seeded(Number(seed))
const fd = openSync(output, 'a')
const say = (line: string): void => void writeSync(fd, `${line}\n`)
const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

const open = () =>
  createOwnLog({
    dataDir: folder,
    signer: desk,
    hasher,
    verifier,
    clock: { nowMs: () => Date.now() },
    rules,
    asset,
    limits: { snapshotEvery: 300, batchMax: 64 },
  })
type Log = ReturnType<typeof open>
let log: Log = open()
if (log.state().kind !== 'running') throw new Error(`halted: ${log.state().reason}`)

type Outcome = Awaited<ReturnType<Log['order']>>

function promised(outcome: Outcome): boolean {
  if (outcome.ok) say(`A ${Buffer.from(outcome.value.ack).toString('hex')}`)
  else if (outcome.error.code !== 'stopping') throw new Error(`${outcome.error.code}: ${outcome.error.message}`)
  return outcome.ok
}

const send = async (made: Made): Promise<boolean> => promised(await log.order(made.envelope, made.id))

async function furnish(): Promise<void> {
  if (log.agreementOf(RELEASE) === null) await send(propose(Date.now()))
  if (log.balance(fan.publicKey) === 0n) await send(issue(fan.publicKey, 1_000_000_000n, Date.now()))
}

/** Tips by one fan, now and then one that was sent before. */
async function tipping(name: string): Promise<void> {
  const person = signerOf(name)
  if (log.balance(person.publicKey) === 0n) await send(issue(person.publicKey, 1_000_000_000n, Date.now()))
  for (let last: Made | null = null; ; ) {
    const made: Made = last !== null && random.int(5) === 0 ? last : tip(person, BigInt(1 + random.int(50)), Date.now())
    if (await send(made)) last = made
    else await sleep(1)
  }
}

/** Vouchers of one channel, each above the one before. */
async function streaming(name: string): Promise<void> {
  const key = signerOf(name)
  if (log.channel(key.publicKey) === null) await send(openChannel(fan, key, 1_000_000n, Date.now()))
  let spent = log.channel(key.publicKey)?.spent ?? 0n
  for (;;) {
    spent += BigInt(1 + random.int(9))
    if (!promised(await log.voucher(voucher(key, spent)))) await sleep(1)
  }
}

async function signing(): Promise<void> {
  for (;;) {
    await sleep(1 + random.int(8))
    const signed = must(log.commit(1))
    if (signed !== null) say(`N ${JSON.stringify(signed.note)}`)
    if (signed !== null && random.int(3) === 0) log.certify(signed.size, [])
    if (random.int(40) === 0) must(await log.closePeriod())
    if (random.int(30) === 0) {
      await log.close()
      log = open()
    }
  }
}

await furnish()
await Promise.all([
  ...['ana', 'bea', 'cy', 'dan'].map(tipping),
  ...['c1', 'c2', 'c3', 'c4', 'c5', 'c6'].map(streaming),
  signing(),
])
