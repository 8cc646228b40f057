import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { decodeAck } from '#protocols/ledger/v1/ack.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { channel, fan, furnish, must, type OwnLog, ownLogFolders, tip, voucher } from '#test/support/own-log-world.ts'

const disks: string[] = []

/** A small disk of its own, or null where this user may not mount one. */
function mountDisk(options: string): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true })
    return null
  }
  disks.push(folder)
  return folder
}

const small = mountDisk('size=4m')
const readOnly = mountDisk('size=1m,ro')
if (small === null || readOnly === null)
  console.log('Small disks cannot be mounted here: the full-disk tests of the ledger are skipped.')

const folders = ownLogFolders()
afterEach(() => folders.remove())
afterAll(() => {
  for (const disk of disks) {
    execFileSync('umount', [disk], { stdio: 'ignore' })
    rmSync(disk, { recursive: true })
  }
})

let spent = 0n
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Sends vouchers in groups until one is refused; answers the acks. */
async function fillUp(log: OwnLog): Promise<{ acks: Uint8Array[]; code: string }> {
  const acks: Uint8Array[] = []
  for (;;) {
    const group = await Promise.all(Array.from({ length: 50 }, () => log.voucher(voucher(channel, ++spent))))
    for (const outcome of group) {
      if (outcome.ok) acks.push(outcome.value.ack)
      else return { acks, code: outcome.error.code }
    }
  }
}

function expectKept(log: OwnLog, acks: readonly Uint8Array[]): void {
  for (const bytes of acks) {
    const { index, leaf } = must(decodeAck(bytes))
    expect(hex(leafHash(hasher, log.record(index)?.entry ?? new Uint8Array()))).toBe(hex(leaf))
  }
}

describe.skipIf(small === null || readOnly === null)('a disk that fails the ledger', () => {
  it('full: refuses with a code, acks nothing that is lost, and goes on where it was when there is room', async () => {
    const disk = small ?? ''
    const log = folders.open(disk)
    await furnish(log)
    must(log.commit(0))
    const filler = join(disk, 'filler')
    const free = statfsSync(disk)
    writeFileSync(filler, new Uint8Array(free.bavail * free.bsize - 200_000))
    const { acks, code } = await fillUp(log)
    expect(code).toBe('disk-full')
    expect(log.commit(0)).toMatchObject({ ok: false, error: { code: 'disk-full' } })
    expect(log.state().kind).toBe('running')
    expectKept(log, acks)

    rmSync(filler)
    spent += 1_000n
    acks.push(must(await log.voucher(voucher(channel, spent))).ack)
    must(log.commit(0))
    expectKept(log, acks)
    await log.close()
    const again = folders.open(disk)
    expectKept(again, acks)
    await again.close()
    expect(await folders.fsck(disk)).toMatchObject({ fault: null })
  })

  it('full when a head is signed: the signature stays here until the file beside the database has it', async () => {
    const disk = mountDisk('size=4m') ?? ''
    const log = folders.open(disk)
    await furnish(log)
    const first = must(log.commit(0))
    const made = tip(fan, 1n)
    must(await log.order(made.envelope, made.id))
    // The database has room in its file, and no new file has any.
    const free = statfsSync(disk)
    writeFileSync(join(disk, 'filler'), new Uint8Array(free.bavail * free.bsize))
    const refused = log.commit(0)
    expect(refused).toMatchObject({ ok: false, error: { code: 'disk-full' } })
    expect(log.checkpoint()).toBe(first?.note)
    rmSync(join(disk, 'filler'))
    const signed = must(log.commit(0))
    expect(log.checkpoint()).toBe(signed?.note)
    await log.close()
    expect(await folders.fsck(disk)).toMatchObject({ fault: null })
  })

  it('read-only: the start says so with a code', () => {
    expect(() => folders.open(readOnly ?? '')).toThrow(expect.objectContaining({ code: 'data-folder-unusable' }))
  })
})

describe('a folder that cannot be written any more', () => {
  it('signs nothing when the file beside the database cannot be replaced, and goes on when it can', async () => {
    const folder = folders.folder()
    const log = folders.open(folder)
    await furnish(log)
    const first = must(log.commit(0))
    const made = tip(fan, 1n)
    must(await log.order(made.envelope, made.id))
    mkdirSync(join(folder, 'log', 'high-water.new'))
    expect(log.commit(0)).toMatchObject({ ok: false, error: { code: 'data-folder-unusable' } })
    expect(log.commit(0)).toMatchObject({ ok: false, error: { code: 'data-folder-unusable' } })
    expect([log.checkpoint(), log.signedSize()]).toEqual([first?.note, first?.size])
    rmdirSync(join(folder, 'log', 'high-water.new'))
    expect(must(log.commit(0))?.size).toBe(log.size())
    expect(must(log.commit(0))).toBeNull()
  })
})
