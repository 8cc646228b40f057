import { equals } from 'uint8arrays/equals'
import type { TestCall } from '#node/ports/conformance.ts'
import { keyIdOf, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { TransferInEntry } from '#protocols/ledger/v1/entry-value.ts'
import type { Leaves } from '#protocols/value/v1/messages.ts'
import { decodeQuote, type Quote, quoteId, quoteMessage } from '#protocols/value/v1/quote.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { verifyInclusion } from '#src/ledger/merkle-verify.ts'
import { type Bench, type Check, need, Skip, within } from '../check.ts'
import { createTrialLog } from '../trial-log.ts'
import { type AskValue, askingValue, needRefused, type QuoteRequest, trialQuote } from './value.ts'

const NO_CREDITS = 'it grants strangers no test credits ([value] test_credits)'
const AMOUNT = 1n
/** A head is certified within a second where a log stands alone, and within some where seats are asked. */
const DELIVERED_MS = 20_000

async function quoteOf(bench: Bench, ask: AskValue, call: TestCall, request: QuoteRequest): Promise<Quote> {
  const answer = await ask(request)
  if (answer.t === 'refused' && answer.code === 'no-line') throw new Skip(NO_CREDITS)
  need(answer.t === 'quoted', `it answered ${answer.t === 'refused' ? answer.code : answer.t}`)
  const quote = decodeQuote(answer.quote)
  need(quote.ok, 'its quote cannot be read')
  const { by, source, destination, payee, amount, arrives, expiry, inner, signature } = quote.value
  need(equals(by, call.stage) && equals(destination, call.stage), 'its quote is by another community')
  need(equals(source, call.key), 'its quote is for another community')
  need(payee === request.payee && amount === request.amount, 'its quote is about something else')
  need(arrives > 0n && arrives <= amount && inner === null, 'its quote does not add up')
  need(expiry > bench.clock.nowMs() && expiry <= request.expiry, 'its quote ends at another time than was asked')
  need(bench.verifier.verify(call.stage, quoteMessage(quote.value), signature), 'its signature does not verify')
  return quote.value
}

/** The answering leaf of transfer 1, proven under a head that the stage's log signed. */
function readAnswer({ hasher, verifier }: Bench, call: TestCall, shown: Leaves): TransferInEntry | null {
  const [item] = shown.items
  if (item === undefined) return null
  const head = parseCheckpoint(shown.note)
  need(head.ok, 'its checkpoint cannot be read')
  const { origin, signatures, text, size, root } = head.value
  const keyId = keyIdOf(data => hasher.sha256(data), origin, call.stage)
  const own = signatures.find(line => line.name === origin && equals(line.keyId, keyId))
  const signedBytes = new TextEncoder().encode(text)
  need(own !== undefined && verifier.verify(call.stage, signedBytes, own.signature), 'its log did not sign that head')
  const proven = { index: item.index, size, leaf: leafHash(hasher, item.leaf), root, proof: item.path }
  need(verifyInclusion(hasher, proven), 'its leaf is not under the head that it shows')
  const entry = decodeEntry(item.leaf)
  need(entry.ok && entry.value.kind === 'transfer-in', 'its leaf is no transfer-in')
  return entry.value
}

async function delivered(bench: Bench, ask: AskValue, call: TestCall): Promise<TransferInEntry> {
  const found: { entry: TransferInEntry | null } = { entry: null }
  await within(DELIVERED_MS, async () => {
    const answer = await ask({ t: 'results', generation: 0, size: 0, sequences: [1] })
    if (answer.t === 'leaves') found.entry = readAnswer(bench, call, answer)
    return found.entry !== null
  })
  need(found.entry !== null, 'it showed no certified answer to a transfer within 20 s')
  return found.entry
}

/** What a stage with a line must not take. */
const forgeries: readonly {
  readonly name: string
  readonly about: string
  readonly codes: readonly string[]
  readonly forge: (shown: Leaves) => Leaves
}[] = [
  {
    name: 'forged-certificate',
    about: 'takes no head whose signature does not verify',
    codes: ['bad-certificate', 'bad-checkpoint'],
    // The last letters of the signature's base64, before the padding.
    forge: shown => ({ ...shown, note: shown.note.replace(/.{6}(=*\n)$/, 'AAAAAA$1') }),
  },
  {
    name: 'false-path',
    about: 'takes no leaf whose path does not lead to the head',
    codes: ['bad-proof'],
    forge: shown => ({ ...shown, items: shown.items.map(item => ({ ...item, path: item.path.map(flipped) })) }),
  },
  {
    name: 'changed-leaf',
    about: 'takes no leaf that was changed',
    codes: ['bad-proof', 'bad-entry'],
    forge: shown => ({ ...shown, items: shown.items.map(item => ({ ...item, leaf: flipped(item.leaf) })) }),
  },
]

const flipped = (bytes: Uint8Array): Uint8Array => bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte))

/** The whole payment, once it was quoted: what is forged first, then what is honest, then the same again. */
async function pay(bench: Bench, ask: AskValue, call: TestCall, told: (name: string, fault: unknown) => void) {
  const request = trialQuote(bench, call)
  const quote = await quoteOf(bench, ask, call, request)
  told('quoted', null)
  const attempt = (name: string, run: () => Promise<void>): Promise<void> =>
    run().then(
      () => told(name, null),
      cause => told(name, cause),
    )
  await attempt('over-limit', async () =>
    needRefused(await ask({ ...request, amount: 2n ** 63n }), 'over-limit', 'amount-overflow'),
  )
  const log = createTrialLog(bench, call)
  const paid = log.pay(
    call.stage,
    request.payee,
    AMOUNT,
    quoteId(data => bench.hasher.sha256(data), quote),
  )
  log.commit()
  const shown = log.show(0, [paid])
  for (const { name, codes, forge } of forgeries)
    await attempt(name, async () => {
      needRefused(await ask({ t: 'leaves', ...forge(shown) }), ...codes)
      const known = await ask({ t: 'knows' })
      need(known.t === 'known' && known.received === 0, 'it took a transfer that it refused')
    })
  await attempt('delivered', async () => {
    const first = await ask({ t: 'leaves', ...shown })
    need(first.t === 'taken', `it answered the leaf with ${first.t === 'refused' ? first.code : first.t}`)
    need(first.received === 1, `it says that it took ${first.received} transfers of one`)
    const entry = await delivered(bench, ask, call)
    need(entry.outcome === 'delivered', `its log says ${entry.outcome}`)
    need(entry.sequence === 1 && equals(entry.source, call.key), 'its log answers another transfer')
    need(equals(entry.leaf, log.entry(paid)), 'its log holds another leaf than it was shown')
    need(entry.amount >= quote.arrives, 'less arrived than was quoted')
  })
  await attempt('once', async () => {
    const again = await ask({ t: 'leaves', ...shown })
    need(again.t === 'taken' && again.received === 1, 'showing the leaf again did something else')
    const known = await ask({ t: 'knows' })
    need(known.t === 'known' && known.received === 1 && known.size > 0, 'it does not know the head that it took')
  })
}

const NAMES = [
  ['quoted', 'quotes a payment to an account of its own, and signs what arrives'],
  ['over-limit', 'refuses what is over the line, before anything moves'],
  ...forgeries.map(({ name, about }) => [name, about] as const),
  ['delivered', 'takes the transfer, and proves under its own head that the payee has it'],
  ['once', 'takes a leaf once, however often it is shown'],
] as const

/** One payment for all checks of a run: a stage grants no more lines to strangers than it must. */
const stories = new WeakMap<Bench, Promise<ReadonlyMap<string, unknown>>>()

function story(bench: Bench): Promise<ReadonlyMap<string, unknown>> {
  const made = stories.get(bench)
  if (made !== undefined) return made
  const faults = new Map<string, unknown>()
  const told = (name: string, fault: unknown) => void faults.set(name, fault)
  const running = askingValue(bench, (ask, call) => pay(bench, ask, call, told)).then(
    () => faults,
    cause => {
      // What came before the first step failed is what every later one shows.
      for (const [name] of NAMES) if (!faults.has(name)) faults.set(name, cause)
      return faults
    },
  )
  stories.set(bench, running)
  return running
}

/** A payment from a community that exists for the check alone, where the stage grants test credits. */
export const paymentChecks: readonly Check[] = NAMES.map(([name, about]) => ({
  name: `payment/${name}`,
  about,
  run: async bench => {
    const fault = (await story(bench)).get(name) ?? null
    if (fault !== null) throw fault
  },
}))
