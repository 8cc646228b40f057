import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clock } from '#node/identity/crypto-ports.ts'
import { identityFromSeed, newIdentity } from '#node/identity/identity.ts'
import { saveNewIdentity } from '#node/identity/key-file.ts'
import { createTestDialer } from '#node/p2p/conformance/dialer.ts'
import type { TestCall, TestDialer } from '#node/ports/conformance.ts'
import type { PeerInfo } from '#protocols/api/v1/schemas.ts'
import * as audit from '#protocols/audit/v1/codec.ts'
import { AUDIT_PROTOCOL } from '#protocols/audit/v1/constants.ts'
import type { CodecFault } from '#protocols/codec/codec-error.ts'
import type { Result } from '#protocols/codec/result.ts'
import { decodeMessage } from '#protocols/hello/v1/codec.ts'
import { HELLO_PROTOCOL } from '#protocols/hello/v1/constants.ts'
import * as sync from '#protocols/sync/v1/codec.ts'
import { SYNC_PROTOCOL } from '#protocols/sync/v1/constants.ts'
import { VALUE_PROTOCOL } from '#protocols/value/v1/constants.ts'
import * as value1 from '#protocols/value/v1/messages.ts'
import { signed, testAuthor } from '#test/support/author.ts'
import { StageProcess } from '#test/support/stage-process.ts'
import { type Conversation, messagesIn, readTranscript, replay } from '#test/support/transcripts/transcript.ts'

type Decoder = (bytes: Uint8Array) => Result<{ readonly t: string } | { readonly kind: string }, CodecFault>

/** Who reads the two sides of a conversation here. */
const DECODERS: Readonly<Record<string, { readonly asked: Decoder; readonly answered: Decoder }>> = {
  [HELLO_PROTOCOL]: { asked: decodeMessage, answered: decodeMessage },
  [SYNC_PROTOCOL]: { asked: sync.decodeRequest, answered: sync.decodeAnswer },
  [VALUE_PROTOCOL]: { asked: value1.decodeRequest, answered: value1.decodeAnswer },
  [AUDIT_PROTOCOL]: { asked: audit.decodeRequest, answered: audit.decodeAnswer },
}

const kindOf = (decode: Decoder | undefined, bytes: Uint8Array): string => {
  const read = decode?.(bytes)
  if (!read?.ok) return `unreadable: ${read?.error.message}`
  if ('kind' in read.value) return read.value.kind
  // Three answers to one question: whether there is anything to compare, and time for it, depends on the moment.
  const { t, code } = read.value as { t: string; code?: string }
  return t === 'same' || code === 'busy' ? 'vector' : t
}

const LISTENER = identityFromSeed(new Uint8Array(32).fill(22))
const DIALLER_SEED = new Uint8Array(32).fill(21)
const fan = testAuthor(23)

describe.each([
  ['0.1.0-before-value.json', undefined],
  ['0.1.0-with-value.json', '1'],
])('a stage of an earlier version, as recorded in %s', (name, value) => {
  const { streams } = readTranscript(name)
  const [hello] = streams.filter(({ protocol }) => protocol === HELLO_PROTOCOL)
  let folder: string
  let stage: StageProcess
  let dialer: TestDialer
  let call: TestCall

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bandstand-previous-'))
    const data = join(folder, 'listener')
    mkdirSync(data, { recursive: true, mode: 0o700 })
    await saveNewIdentity(data, LISTENER)
    stage = await StageProcess.start(data, ['--name', 'Listener'])
    const info = await stage.client.stage()
    await stage.client.chat(fan, info.community, 'kept for later versions')
    const address = info.addresses.find(text => text.includes('/tcp/') && !text.includes('/ws')) ?? ''
    const keyOf = (seed?: Uint8Array) => (seed === undefined ? newIdentity() : identityFromSeed(seed))
    dialer = createTestDialer({ address, clock, keyOf })
    call = await dialer.callAs(DIALLER_SEED)
  })
  afterAll(async () => {
    await dialer?.stop()
    await stage?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is understood to the byte: every message that it sent and received then can be read now', () => {
    const spoken = Object.keys(DECODERS).filter(protocol => value !== undefined || protocol !== VALUE_PROTOCOL)
    expect(new Set(streams.map(({ protocol }) => protocol))).toEqual(new Set(spoken))
    for (const { protocol, asked, answered } of streams) {
      for (const bytes of messagesIn(asked)) expect(kindOf(DECODERS[protocol]?.asked, bytes)).not.toMatch(/unreadable/)
      for (const bytes of messagesIn(answered))
        expect(kindOf(DECODERS[protocol]?.answered, bytes)).not.toMatch(/unreadable/)
    }
  })

  it(`is agreed with, ${value === undefined ? 'without' : 'with'} the value protocol`, async () => {
    const [answer] = await replay(call, hello as Conversation)
    expect(kindOf(decodeMessage, answer ?? new Uint8Array())).toBe('hello')
    await expect
      .poll(async () => (await stage.client.get<PeerInfo[]>('/peers')).find(peer => peer.refused === null)?.protocols)
      .toMatchObject({ sync: '1', envelope: '1' })
    const peers = await stage.client.get<PeerInfo[]>('/peers')
    expect(peers.map(({ protocols, features }) => [protocols.value, features.includes('value')])).toEqual([
      [value, value !== undefined],
    ])
  })

  it('is answered in kind by every protocol that it speaks', async () => {
    const rest = streams.filter(({ protocol }) => protocol !== HELLO_PROTOCOL)
    expect(rest.length).toBeGreaterThan(3)
    for (const conversation of rest) {
      const decode = DECODERS[conversation.protocol]?.answered
      const before = messagesIn(conversation.answered).map(bytes => kindOf(decode, bytes))
      const now = (await replay(call, conversation)).map(bytes => kindOf(decode, bytes))
      expect(now).toEqual(before)
    }
  })

  it('still brings what was said there, and is served what is held here', async () => {
    const community = LISTENER.publicKey
    const body = { room: 'main', name: 'Ada', text: 'said at the other stage' }
    const chat = signed(fan, { type: 'engagement/chat', community, seq: Date.now(), at: Date.now(), body })
    const session = async (requests: readonly sync.Request[]): Promise<string[]> => {
      const stream = await call.open(SYNC_PROTOCOL)
      const kinds: string[] = []
      for (const request of requests) {
        await stream.write(sync.encodeMessage(request))
        const answer = await stream.read()
        kinds.push(answer === null ? 'closed' : kindOf(sync.decodeAnswer, answer))
      }
      stream.drop()
      return kinds
    }
    const open: sync.Request = { t: 'open', community, fingerprint: new Uint8Array(16) }
    const authors: sync.Request = { t: 'authors', authors: [[fan.publicKey, 0]] }
    await expect.poll(() => session([open, authors])).toEqual(['vector', 'events'])
    expect(await session([open, { t: 'push', events: [chat] }])).toEqual(['vector', 'stored'])
    const texts = (await stage.client.messages(Buffer.from(community).toString('hex'))).map(({ text }) => text)
    expect(texts).toContain('said at the other stage')
  })
})
