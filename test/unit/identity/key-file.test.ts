import { generateKeyPairSync } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { base64url } from 'multiformats/bases/base64'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verifier } from '#node/identity/crypto-ports.ts'
import { exportIdentity, importIdentity, openExport } from '#node/identity/export.ts'
import { identityFromSeed, identityToPem, newIdentity } from '#node/identity/identity.ts'
import { keyFile, loadIdentity, loadOrCreateIdentity } from '#node/identity/key-file.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'

let dir: string

const OTHER_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ format: 'pem', type: 'pkcs8' })
  .toString()

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bandstand-identity-'))
})

afterEach(async () => {
  await rm(dir, { recursive: true, force: true })
})

const refusal = { name: 'StageError', code: 'data-folder-unusable', message: expect.stringMatching(/\.$/) }

describe('the identity on disk', () => {
  it('is created once, for its owner only, and is the same ever after', async () => {
    expect(await loadIdentity(dir)).toBeNull()
    const first = await loadOrCreateIdentity(join(dir, 'data'))
    const file = keyFile(join(dir, 'data'))
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(dirname(file))).mode & 0o777).toBe(0o700)
    expect((await loadOrCreateIdentity(join(dir, 'data'))).publicKey).toEqual(first.publicKey)
    expect(await readdir(dirname(file))).toEqual(['stage-key.pem'])
  })

  it('is one identity even when many starts create it at once', async () => {
    const all = await Promise.all(Array.from({ length: 16 }, () => loadOrCreateIdentity(dir)))
    expect(new Set(all.map(({ publicKey }) => Buffer.from(publicKey).toString('hex'))).size).toBe(1)
    expect(await readdir(dirname(keyFile(dir)))).toEqual(['stage-key.pem'])
  })

  it('signs what its own public key verifies, and is the key behind the peer id', async () => {
    const identity = await loadOrCreateIdentity(dir)
    const message = new TextEncoder().encode('said')
    expect(verifier.verify(identity.publicKey, message, await identity.signer.sign(message))).toBe(true)
    expect(verifier.verify(identity.publicKey, message, await identity.privateKey.sign(message))).toBe(true)
    expect(identity.privateKey.publicKey.raw).toEqual(identity.publicKey)
  })

  it('agrees with RFC 8032 about the public key of a seed', () => {
    const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex')
    const expected = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
    expect(Buffer.from(identityFromSeed(seed).publicKey).toString('hex')).toBe(expected)
  })

  it('is refused when others may read it, and says which command helps', async () => {
    await loadOrCreateIdentity(dir)
    await chmod(keyFile(dir), 0o640)
    await expect(loadOrCreateIdentity(dir)).rejects.toMatchObject({
      ...refusal,
      message: expect.stringMatching(/chmod 600/),
    })
  })

  it.each([
    ['is empty', () => ''],
    ['is noise', () => '\u0000\u0001\u0002'],
    ['is cut short', () => identityToPem(newIdentity()).slice(0, 60)],
    ['is very long', () => 'A'.repeat(10_000)],
    ['holds another kind of key', () => OTHER_KEY],
  ])('is refused when the file %s, and is not replaced', async (_, makeText) => {
    const text = makeText()
    await mkdir(dirname(keyFile(dir)), { mode: 0o700 })
    await writeFile(keyFile(dir), text, { mode: 0o600 })
    await expect(loadOrCreateIdentity(dir)).rejects.toMatchObject({
      ...refusal,
      message: expect.stringMatching(/damaged/),
    })
    expect(await readFile(keyFile(dir), 'utf8')).toBe(text)
  })

  it('is refused when it is a folder, or when the data folder is a file', async () => {
    await mkdir(keyFile(dir), { recursive: true })
    await expect(loadOrCreateIdentity(dir)).rejects.toMatchObject(refusal)
    await writeFile(join(dir, 'file'), '')
    await expect(loadOrCreateIdentity(join(dir, 'file'))).rejects.toMatchObject(refusal)
  })

  it('is refused when the link to it leads nowhere, and nothing is written through it', async () => {
    await mkdir(dirname(keyFile(dir)), { mode: 0o700 })
    await symlink(join(dir, 'elsewhere'), keyFile(dir))
    await expect(loadOrCreateIdentity(dir)).rejects.toMatchObject(refusal)
    expect(await readdir(dir)).toEqual(['identity'])
  })
})

describe('an exported identity', () => {
  it('comes back with the passphrase, into an empty folder only', async () => {
    const identity = await loadOrCreateIdentity(dir)
    const text = await exportIdentity(identity, 'correct horse')
    expect(text).toMatch(/^bandstand-key-v1:[A-Za-z0-9_-]+$/)
    const imported = await importIdentity(join(dir, 'other'), `  ${text}\n`, 'correct horse')
    expect(imported.publicKey).toEqual(identity.publicKey)
    expect((await loadOrCreateIdentity(join(dir, 'other'))).publicKey).toEqual(identity.publicKey)
    await expect(importIdentity(dir, text, 'correct horse')).rejects.toMatchObject({ code: 'conflict' })
  })

  it('does not open with another passphrase, and takes none that is too short', async () => {
    const text = await exportIdentity(newIdentity(), 'correct horse')
    await expect(openExport(text, 'wrong horse')).rejects.toMatchObject({ code: 'bad-passphrase' })
    await expect(exportIdentity(newIdentity(), 'short')).rejects.toMatchObject({ code: 'bad-passphrase' })
  })

  it('opens however the passphrase was typed: composed and decomposed letters are the same', async () => {
    const identity = newIdentity()
    const text = await exportIdentity(identity, 'pässphräse'.normalize('NFD'))
    expect((await openExport(text, 'pässphräse'.normalize('NFC'))).publicKey).toEqual(identity.publicKey)
  })

  it('does not open when any part was changed', async () => {
    const text = await exportIdentity(newIdentity(), 'correct horse')
    const at = text.length - 5
    const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
    await expect(openExport(changed, 'correct horse')).rejects.toMatchObject({ code: 'bad-passphrase' })
  })

  it.each([
    ['nothing', ''],
    ['another text', 'hello'],
    ['a future version', 'bandstand-key-v2:AAAA'],
    ['noise', 'bandstand-key-v1:!!!'],
    ['no map', 'bandstand-key-v1:AAAA'],
    ['a novel', `bandstand-key-v1:${'A'.repeat(5_000)}`],
  ])('is refused when it is %s', async (_, text) => {
    await expect(openExport(text, 'correct horse')).rejects.toMatchObject({ code: 'bad-archive' })
  })

  it('is refused when it asks for more memory than an import may take', async () => {
    const greedy = encode({ logN: 30, salt: new Uint8Array(16), nonce: new Uint8Array(12), sealed: new Uint8Array(48) })
    await expect(openExport(`bandstand-key-v1:${base64url.baseEncode(greedy)}`, 'correct horse')).rejects.toMatchObject(
      {
        code: 'bad-archive',
      },
    )
  })
})
