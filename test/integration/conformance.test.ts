import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkStage } from '#node/compose/conformance.ts'
import { verifier } from '#node/identity/crypto-ports.ts'
import { stageCapabilities } from '#node/p2p/hello/capabilities.ts'
import { createValueService } from '#node/p2p/value/value-service.ts'
import type { ConformanceReport } from '#node/ports/conformance.ts'
import type { ConformanceInfo } from '#protocols/api/v1/conformance.ts'
import { ok } from '#protocols/codec/result.ts'
import { decodeResult, findingsMessage, publishedMessage } from '#protocols/conformance/v1/codec.ts'
import { encodeAccept } from '#protocols/hello/v1/codec.ts'
import { encodeMessage } from '#protocols/sync/v1/codec.ts'
import { SYNC_PROTOCOL } from '#protocols/sync/v1/constants.ts'
import { conformanceVectors } from '#test/support/conformance-vectors.ts'
import { runProgram } from '#test/support/program.ts'
import { answerHello, looseHello, readHello, rogueFrames, signLoose } from '#test/support/rogue-hello.ts'
import { makeHost } from '#test/support/stage-host.ts'
import { StageProcess } from '#test/support/stage-process.ts'

const namesOf = ({ checks }: ConformanceReport, outcome: string): string[] =>
  checks.filter(check => check.outcome === outcome).map(({ name, detail }) => `${name}: ${detail}`)

let folder: string
let stage: StageProcess
let address: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bandstand-conformance-'))
  stage = await StageProcess.start(join(folder, 'stage'), ['--name', 'Conforming', '--test-credits', '500'])
  address = (await stage.client.stage()).addresses.find(a => a.includes('/tcp/') && !a.includes('/ws')) ?? ''
})
afterAll(async () => {
  await stage?.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('the conformance command', () => {
  it('finds nothing against this stage, pays it test credits, and has the result published with both signatures', async () => {
    const file = join(folder, 'result.cbor')
    const checked = await runProgram(['conformance', address, '--json', '--output', file])
    expect(checked.stderr).toBe('')
    const report = JSON.parse(checked.stdout) as ConformanceReport
    expect(namesOf(report, 'failed')).toEqual([])
    expect(namesOf(report, 'skipped')).toEqual([])
    expect(checked.code).toBe(0)

    const published = await runProgram(['conformance', 'publish', file, '--data', stage.data])
    expect(published.stdout).toMatch(/Published .* \d+ passed, 0 failed, 0 skipped/)
    const [shown] = await stage.client.get<ConformanceInfo[]>('/conformance')
    const result = decodeResult(fromString(shown?.result ?? '', 'base64pad'))
    if (!result.ok) throw new Error(result.error.message)
    const { checker, stage: about, signature, published: countersigned } = result.value
    expect(verifier.verify(checker, findingsMessage(result.value), signature)).toBe(true)
    expect(verifier.verify(about, publishedMessage(result.value), countersigned ?? new Uint8Array(64))).toBe(true)
    expect(Buffer.from(about).toString('hex')).toBe(report.stage)
  })

  it('says in a sentence that nobody answers', async () => {
    const nobody = `/ip4/127.0.0.1/tcp/1/p2p/${address.split('/').at(-1)}`
    expect(await runProgram(['conformance', nobody])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Nobody answered'),
    })
  })
})

describe('a stage that is broken on purpose', () => {
  it('agrees with everybody, knows heads that nobody showed, and does not conform', { timeout: 180_000 }, async () => {
    const { host, identity } = await makeHost()
    const capabilities = stageCapabilities('broken/0.1')
    await answerHello(host, async (channel, connection) => {
      const asked = await readHello(channel)
      const reply = asked?.kind === 'hello' ? asked.hello.nonce : new Uint8Array(16)
      const said = {
        ...looseHello(identity, connection, reply),
        // Always the same: whoever heard it once can say it again.
        nonce: new Uint8Array(16).fill(1),
        protocols: Object.fromEntries([...capabilities.protocols].map(([name, { min, max }]) => [name, [min, max]])),
        features: capabilities.features,
      }
      await channel.write(await signLoose(identity, said))
      await channel.read()
      await channel.write(encodeAccept())
    })
    const value = createValueService({
      libp2p: host,
      network: { peers: () => [], onPeer: () => () => {} },
      clock: { nowMs: () => Date.now() },
      handler: async () => ok({ t: 'known', generation: 1, size: 9, received: 3 }),
    })
    await value.start()
    // Says that it stored whatever it was sent.
    await host.handle(SYNC_PROTOCOL, stream => {
      const io = rogueFrames(stream)
      void (async () => {
        while ((await io.read()) !== null) await io.write(encodeMessage({ t: 'stored', stored: 7, refused: 0 }))
      })().catch(() => {})
    })
    await host.start()
    try {
      const broken = [
        'hello/fresh-nonce',
        'hello/false-signature',
        'hello/key-of-another',
        'hello/versions-above',
        'sync/opens',
        'sync/push-refused',
        'blocks/not-found',
        'audit/log-of-another',
        'gossip/events',
        'value/knows-nothing',
        'value/no-line',
        'payment/quoted',
      ]
      const sound = ['hello/without-value', 'limits/unknown-versions']
      const address = host.getMultiaddrs()[0]?.toString() ?? ''
      const report = await checkStage(address, () => {}, [...broken, ...sound])
      const named = (outcome: string) => namesOf(report, outcome).map(text => text.split(':')[0])
      expect(named('failed').toSorted()).toEqual(broken.toSorted())
      expect(named('passed').toSorted()).toEqual(sound.toSorted())
    } finally {
      await value.stop()
      await host.stop()
    }
  })
})

describe('a result', () => {
  it('is published by nobody but the stage that it is about, and only as it was signed', async () => {
    const file = join(folder, 'other.cbor')
    writeFileSync(file, Buffer.from(conformanceVectors()[0]?.hex ?? '', 'hex'))
    expect(await runProgram(['conformance', 'publish', file, '--data', stage.data])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('about another stage'),
    })
  })
})
