import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toString as toText } from 'uint8arrays/to-string'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AgreementInfo, StageInfo, SubmitResult } from '#protocols/api/v1/schemas.ts'
import type { OrderBodies, OrderType } from '#protocols/ledger/v1/orders.ts'
import { type TestAuthor, testAuthor } from '#test/support/author.ts'
import { runProgram } from '#test/support/program.ts'
import { StageProcess } from '#test/support/stage-process.ts'

const RELEASE = '00112233445566778899aabbccddeeff'
const fan = testAuthor(7)
const ada = testAuthor(8)
const LENA = join(import.meta.dirname, '../../../node_modules/audio-lena/lena.ogg')
const hex = (bytes: Uint8Array): string => toText(bytes, 'base16')

let dir: string
let stage: StageProcess
let info: StageInfo
const at = (name: string): string => join(dir, name)
const run = (...args: string[]) => runProgram(args, { env: { BANDSTAND_DATA: join(dir, 'stage') } })
const said = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(...args)
  // Only publishing says on standard error how far it is.
  const complaint = args[0] === 'publish' ? '' : stderr
  expect({ args, code, complaint }).toEqual({ args, code: 0, complaint: '' })
  return stdout
}

/** What a person's page does: signs, and keeps the ack that comes back. */
const submit = <T extends OrderType>(author: TestAuthor, type: T, body: OrderBodies[T]): Promise<SubmitResult> =>
  stage.client.order(author, info.community, type, body)

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'bandstand-month-'))
  stage = await StageProcess.start(join(dir, 'stage'), ['--name', 'The Pier'])
  info = await stage.client.get<StageInfo>('/stage')
})
afterAll(async () => {
  await stage?.stop()
  rmSync(dir, { recursive: true, force: true })
})

describe('a month on a real stage, from terms to proof', () => {
  const month = new Date().toISOString().slice(0, 7)

  it('is agreed, paid, explained, closed, and proven after the stage is gone', async () => {
    const terms = {
      title: 'Two Songs',
      release: RELEASE,
      parties: [
        { id: 'ada', name: 'Ada', key: hex(ada.publicKey) },
        { id: 'bo', name: 'Bo' },
      ],
      master: {
        shares: [
          { party: 'ada', percent: 66.67 },
          { party: 'bo', percent: 33.33 },
        ],
      },
    }
    writeFileSync(at('terms.json'), JSON.stringify(terms))
    const hash = /[0-9a-f]{64}/.exec(await said('agreement', 'propose', at('terms.json')))?.[0] ?? ''
    expect(await said('agreement', 'show', hash)).toContain('Ada (ada)')
    await submit(ada, 'agreement/sign', { agreement: new Uint8Array(Buffer.from(hash, 'hex')) })
    expect(await said('agreement', 'show', hash)).toContain('signed: paid at once')
    expect(await said('whatif', hash, '--gross', '100')).toContain('66.67')

    await said('credit', hex(fan.publicKey), '50')
    const published = JSON.parse(
      await said('publish', LENA, '--title', 'Night Bus', '--splits', 'Ada=60,Bo=40', '--json'),
    )
    const release = String(published.id)
    const [split] = await stage.client.get<AgreementInfo[]>(`/agreements?release=${release}`)
    await stage.client.request('POST', `/agreements/${split?.hash}/settle`, {
      party: 'ada',
      account: hex(ada.publicKey),
    })
    const asset = { ...info.asset, issuer: new Uint8Array(Buffer.from(info.asset.issuer, 'hex')) }
    const tip = {
      amount: 10n ** BigInt(info.asset.scale),
      asset,
      release,
      reference: null,
      use: 'tip' as const,
    }
    const { receipt, ack } = await submit(fan, 'value/tip', tip)
    expect(await said('explain', String(receipt))).toContain('The agreement “Night Bus”')
    writeFileSync(at('ack'), ack ?? '')

    expect(
      (await run('statement', hex(ada.publicKey), '--period', month, '--format', 'bundle', '--out', at('early')))
        .stderr,
    ).toContain('bandstand log close-period')
    await said('log', 'close-period')
    await expect
      .poll(
        async () =>
          (
            await run(
              'statement',
              hex(ada.publicKey),
              '--period',
              month,
              '--format',
              'bundle',
              '--out',
              at('ada.bundle'),
            )
          ).code,
        {
          timeout: 20_000,
          interval: 500,
        },
      )
      .toBe(0)
    expect(await said('log', 'check-ack', at('ack'))).toContain('Kept')
    expect(await said('federation', 'show')).toContain('self-certified')

    await stage.stop()
    const proven = await said('verify', at('ada.bundle'), '--community', info.community)
    expect(proven).toContain('1 division computed again from the signed terms')
    expect(proven).toContain('0 of 2 parties signed them')
  })
})
