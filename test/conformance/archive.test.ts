import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifier } from '#node/identity/crypto-ports.ts'
import { importCar } from '#node/jobs/archive-import.ts'
import type { Vault } from '#node/p2p/blocks/vault.ts'
import type { Shelf } from '#node/ports/shelf.ts'
import { type ArchiveVector, archiveVectors } from '#test/support/archive-vectors.ts'
import { openVaultShelf } from '#test/support/vault-shelf.ts'

const file = path.join(import.meta.dirname, '../../protocols/archive/v1/vectors.json')
// A published version never changes its bytes: the file is written once, with WRITE_VECTORS, and read ever after.
if (process.env.WRITE_VECTORS !== undefined) await writeFile(file, `${JSON.stringify(archiveVectors(), null, 2)}\n`)
const published = JSON.parse(await readFile(file, 'utf8')) as ArchiveVector[]

describe('published vectors of archive version 1', () => {
  let dir = ''
  let vault: Vault
  let shelf: Shelf

  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'bandstand-archive-vectors-'))
    const opened = await openVaultShelf(path.join(dir, 'blocks'))
    vault = opened.vault
    shelf = opened.shelf
  })
  afterAll(async () => {
    await vault.close()
    await rm(dir, { recursive: true, force: true })
  })

  it.each(published.toReversed())('$name: $expect', async vector => {
    const submitted: Uint8Array[] = []
    const outcome = importCar(Readable.from([Buffer.from(vector.hex, 'hex')]), {
      shelf,
      verifier,
      submit: async envelope => submitted.push(envelope),
      isPublished: () => true,
      journalFolder: path.join(dir, 'journals'),
    })
    if (vector.expect === 'ok') {
      expect((await outcome).releases).toEqual(vector.releases)
      expect(submitted).toHaveLength(vector.releases?.length ?? 0)
    } else {
      await expect(outcome).rejects.toMatchObject({ code: vector.expect })
      expect(submitted).toEqual([])
      expect([...vault.index.keys()]).toEqual([])
    }
  })

  it('are the bytes that this version writes', () => {
    expect(published).toEqual(archiveVectors())
  })
})
