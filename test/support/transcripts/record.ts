import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createStage } from '#node/compose.ts'
import { parseSettings } from '#node/config/parse.ts'
import { identityFromSeed } from '#node/identity/identity.ts'
import { saveNewIdentity } from '#node/identity/key-file.ts'
import { createLogger } from '#node/telemetry/logger.ts'
import { VERSION } from '#node/version.ts'
import { signed, testAuthor } from '#test/support/author.ts'
import { connect, loopbackNode } from '#test/support/libp2p-pair.ts'
import { StageClient } from '#test/support/stage-client.ts'

/**
 * Writes what a stage of this version says to another one as it meets and follows it, to the byte: one JSON file, which
 * `transcript.ts` reads. Run it in a checkout of the version that is to be recorded, from its root:
 * `node test/support/transcripts/record.ts FILE`. The keys of both stages are those of fixed seeds.
 */
const [file = 'transcript.json', listenIn] = process.argv.slice(2)
const DIALLER = identityFromSeed(new Uint8Array(32).fill(21))
const LISTENER = identityFromSeed(new Uint8Array(32).fill(22))
const fan = testAuthor(23)
/** Time for a meeting, a session, and gossip to settle. */
const SETTLED_MS = 3_000

interface Recorded {
  readonly protocol: string
  readonly asked: string[]
  readonly answered: string[]
}

async function start(folder: string, name: string, identity: typeof DIALLER) {
  const data = join(folder, name)
  mkdirSync(data, { recursive: true, mode: 0o700 })
  await saveNewIdentity(data, identity)
  const settings = parseSettings({ flags: { data, port: '0', name, logLevel: 'error' }, env: {}, cwd: data })
  const stage = await createStage(settings, createLogger(settings.logLevel))
  const client = new StageClient(stage.url, '')
  const say = (seq: number, text: string): Promise<unknown> => {
    const body = { room: 'main', name: 'Ada', text }
    const draft = { type: 'engagement/chat', community: LISTENER.publicKey, seq, at: Date.now(), body }
    const envelope = Buffer.from(signed(fan, draft)).toString('base64')
    return client.request('POST', '/events', { envelope })
  }
  return { stage, client, say }
}

interface MessageStream {
  send(data: unknown): boolean
  onData(data: unknown): void
}

/** What all streams of libp2p inherit both directions from: found by climbing up from one. */
async function streamPrototype(): Promise<MessageStream> {
  const [near, far] = [await loopbackNode(false), await loopbackNode()]
  await far.handle('/probe', () => {})
  await connect(near, far)
  let found: object = await near.dialProtocol(far.getMultiaddrs(), '/probe')
  while (!Object.hasOwn(found, 'onData')) found = Object.getPrototypeOf(found) as object
  await Promise.all([near.stop(), far.stop()])
  return found as MessageStream
}

/** Notes both directions of every stream of our protocols that this process opens. */
async function tap(): Promise<Map<object, Recorded>> {
  const streams = new Map<object, Recorded>()
  const note = (stream: { protocol?: string; direction?: string }, side: 'asked' | 'answered', data: unknown): void => {
    const { protocol = '', direction } = stream
    if (!protocol.startsWith('/bandstand/') || direction !== 'outbound') return
    const bytes = data instanceof Uint8Array ? data : (data as { subarray(): Uint8Array }).subarray()
    const held = streams.get(stream) ?? { protocol, asked: [], answered: [] }
    held[side].push(Buffer.from(bytes).toString('hex'))
    streams.set(stream, held)
  }
  const proto = await streamPrototype()
  const { send, onData } = proto
  proto.send = function (data) {
    note(this as never, 'asked', data)
    return send.call(this, data)
  }
  proto.onData = function (data) {
    note(this as never, 'answered', data)
    onData.call(this, data)
  }
  return streams
}

async function listen(folder: string): Promise<void> {
  const { stage, say } = await start(folder, 'Listener', LISTENER)
  await say(1, 'kept for later versions')
  process.stdout.write(`${stage.addresses.find(text => text.includes('/tcp/') && !text.includes('/ws'))}\n`)
}

async function record(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bandstand-record-'))
  const child = spawn(process.execPath, [import.meta.filename, file, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [address = ''] = await createInterface({ input: child.stdout })
    [Symbol.asyncIterator]()
    .next()
    .then(({ value }) => [String(value)])
  const streams = await tap()
  const { stage, client, say } = await start(folder, 'Dialler', DIALLER)
  const wait = () => new Promise(resolve => setTimeout(resolve, SETTLED_MS))
  await client.request('POST', '/follows', { address })
  await wait()
  await say(2, 'said at the other stage')
  // A version without the value protocol has no such address.
  const to = Buffer.from(LISTENER.publicKey).toString('hex')
  await client.request('POST', '/quotes', { to, payee: `acct/${to}`, amount: '1' }).catch(() => {})
  await wait()
  writeFileSync(file, `${JSON.stringify({ version: VERSION, streams: [...streams.values()] }, null, 1)}\n`)
  child.kill()
  await stage.stop()
  rmSync(folder, { recursive: true, force: true })
  process.exit(0)
}

await (listenIn === undefined ? record() : listen(listenIn))
