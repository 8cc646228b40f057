import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signerFromSeed, verifier } from '#node/identity/crypto-ports.ts'
import { openParts } from '#node/parts/parts.ts'
import type { NewPart, Parts } from '#node/ports/parts.ts'
import { type HttpStage, openHttpStage, TOKEN } from '#test/support/http-stage.ts'

const signer = signerFromSeed(new Uint8Array(32).fill(7))
const bytes = (text: string) => new TextEncoder().encode(text)
const dice = (version: string, code: string, more: Partial<NewPart> = {}): NewPart => ({
  tag: 'dice',
  version,
  title: 'Dice',
  place: 'page',
  capabilities: ['releases'],
  code: bytes(code),
  ...more,
})

describe('parts of the page', () => {
  let folder: string
  let parts: Parts
  const warned: string[] = []
  const open = () =>
    openParts({
      dataDir: folder,
      own: signer.publicKey,
      signer,
      verifier,
      clock: { nowMs: () => 1_700_000_000_000 },
      ownParts: ['chat', 'feed', 'polls'],
      warn: sentence => warned.push(sentence),
    })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-parts-'))
    warned.length = 0
    parts = await open()
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('come back after a restart as they were left', async () => {
    await parts.put(dice('1.0.0', 'one()'))
    await parts.switch('chat', false)
    const before = parts.manifest()
    expect(before).toMatchObject({ seq: 2, off: ['chat'], guests: [{ tag: 'dice', version: '1.0.0', on: true }] })
    expect((await open()).manifest()).toEqual(before)
  })

  it('go back to the version before, as often as there is one', async () => {
    for (const version of ['1', '2', '3']) await parts.put(dice(version, `v(${version})`))
    expect((await parts.rollback('dice')).guests[0]).toMatchObject({ version: '2', history: [{ version: '1' }] })
    expect((await parts.rollback('dice')).guests[0]).toMatchObject({ version: '1', history: [] })
    await expect(parts.rollback('dice')).rejects.toMatchObject({ code: 'conflict' })
    const [shown] = parts.manifest().guests
    expect(await parts.code('dice', shown!.integrity)).toEqual(Buffer.from('v(1)'))
  })

  it('keep no script that nothing names', async () => {
    for (let n = 0; n < 9; n++) await parts.put(dice(`1.${n}`, `v(${n})`))
    expect((await readdir(join(folder, 'parts'))).length).toBe(1 + 6)
    await parts.remove('dice')
    expect(await readdir(join(folder, 'parts'))).toEqual(['manifest.cbor'])
  })

  it('refuse a script that is not text, ends its element, or is too long, and change nothing', async () => {
    const refused = async (code: Uint8Array) =>
      expect(parts.put({ ...dice('1', ''), code })).rejects.toBeInstanceOf(Error)
    await refused(Uint8Array.of(0xff, 0xfe))
    await refused(bytes('x = "</SCRIPT>"'))
    await refused(bytes('<!-- '))
    await refused(bytes(''))
    await refused(new Uint8Array(524_289).fill(32))
    expect(parts.manifest().seq).toBe(0)
  })

  it('keep the page itself: its own names are taken, and the feed and the desk cannot be switched off', async () => {
    await expect(parts.put(dice('1', 'x()', { tag: 'chat' }))).rejects.toMatchObject({ code: 'conflict' })
    await expect(parts.switch('feed', false)).rejects.toMatchObject({ code: 'conflict' })
    await expect(parts.switch('nothing', false)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('give out no script that was damaged on the disk', async () => {
    const [shown] = (await parts.put(dice('1', 'one()'))).guests
    const [name] = (await readdir(join(folder, 'parts'))).filter(file => file.endsWith('.js'))
    await writeFile(join(folder, 'parts', name!), 'two()')
    expect(await parts.code('dice', shown!.integrity)).toBeNull()
  })

  it('show none when the manifest was changed on the disk, and say so once', async () => {
    await parts.put(dice('1', 'one()'))
    const file = join(folder, 'parts', 'manifest.cbor')
    const data = await readFile(file)
    data[40] = data[40]! ^ 1
    await writeFile(file, data)
    expect((await open()).manifest().guests).toEqual([])
    expect(warned).toHaveLength(1)
  })

  describe('over HTTP', () => {
    let http: HttpStage
    const js = { 'content-type': 'text/javascript' }
    const operator = { authorization: `Bearer ${TOKEN}` }
    beforeEach(async () => {
      http = await openHttpStage({ parts, public: true })
    })
    afterEach(() => http.close())

    it('are the operator’s to change, and everybody’s to read', async () => {
      const path = '/api/v1/parts/dice?title=Dice&version=1.0.0&capabilities=releases,stage'
      expect((await http.ask('PUT', path, { headers: js, body: 'one()' })).status).toBe(401)
      const put = await http.ask('PUT', path, { headers: { ...js, ...operator }, body: 'one()' })
      expect(put.status).toBe(200)
      const read = (await http.ask('GET', '/api/v1/parts')).json()
      expect(read.guests[0]).toMatchObject({ tag: 'dice', capabilities: ['releases', 'stage'], on: true, earlier: [] })
      const asked = { headers: operator, json: { on: false } }
      expect((await http.ask('PUT', '/api/v1/parts/dice/on', asked)).json().guests[0].on).toBe(false)
    })

    it('are served in a frame that runs this one script and reaches nothing', async () => {
      const [shown] = (await parts.put(dice('1', 'one()'))).guests
      const frame = await http.ask('GET', shown!.url)
      expect(frame.status).toBe(200)
      const policy = String(frame.headers['content-security-policy'])
      for (const part of [
        'sandbox allow-scripts;',
        "default-src 'none'",
        `'${shown!.integrity}'`,
        "frame-ancestors 'self'",
      ])
        expect(policy).toContain(part)
      expect(policy).not.toMatch(/connect-src|allow-same-origin|unsafe-eval/)
      expect(frame.headers['x-frame-options']).toBeUndefined()
      expect(frame.body.toString()).toContain('<script type="module">one()</script>')
    })

    it('answer bad requests with a sentence', async () => {
      const headers = { ...js, ...operator }
      const put = (path: string, body: string, as = headers) =>
        http.ask('PUT', `/api/v1/parts/${path}`, { headers: as, body })
      expect((await put('Dice?title=D&version=1', 'x()')).status).toBe(400)
      expect((await put('dice?title=D&version=1&capabilities=camera', 'x()')).status).toBe(400)
      expect((await put('dice?title=D', 'x()')).status).toBe(400)
      expect((await put('dice?title=D&version=1', 'x'.repeat(600_000))).status).toBe(413)
      expect((await http.ask('GET', `/parts/dice/${'A'.repeat(64)}`)).status).toBe(404)
      expect((await http.ask('GET', '/parts/dice/..%2f..%2fledger.db')).status).toBe(400)
      expect(parts.manifest().seq).toBe(0)
    })
  })
})
