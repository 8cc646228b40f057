import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import type { PublishedResults } from '#node/ports/conformance.ts'
import {
  type ConformanceResult,
  decodeResult,
  encodeResult,
  findingsMessage,
  publishedMessage,
} from '#protocols/conformance/v1/codec.ts'
import type { Signer, Verifier } from '#src/kernel/ports.ts'

/** Results that are kept; the oldest goes. */
const RESULTS_MAX = 16
const NAME = /^\d{1,16}-[0-9a-f]{16}\.cbor$/

export interface PublishedInit {
  readonly dataDir: string
  /** Key of this community, which signs what it publishes. */
  readonly own: Uint8Array
  readonly signer: Signer
  readonly verifier: Verifier
}

const nameOf = ({ at, signature }: ConformanceResult): string =>
  `${at}-${Buffer.from(signature.subarray(0, 8)).toString('hex')}.cbor`

async function writeWhole(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const draft = join(folder, `${name}.new`)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const file = await open(draft, 'w', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, join(folder, name))
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => {})
    throw new StageError('disk-full', 'The result could not be written to the disk. Nothing was published.', { cause })
  }
}

/** Opens the folder of published results. A file that is damaged, or not about this stage, is passed over. */
export async function openPublished({ dataDir, own, signer, verifier }: PublishedInit): Promise<PublishedResults> {
  const folder = join(dataDir, 'conformance')
  const names = (await readdir(folder).catch(() => [])).filter(name => NAME.test(name))
  const files = await Promise.all(names.map(name => readFile(join(folder, name)).catch(() => new Uint8Array())))
  const isSigned = (result: ConformanceResult): boolean =>
    equals(result.stage, own) && verifier.verify(result.checker, findingsMessage(result), result.signature)
  let kept = files
    .flatMap(bytes => {
      const read = decodeResult(new Uint8Array(bytes))
      return read.ok && read.value.published !== null && isSigned(read.value) ? [read.value] : []
    })
    .toSorted((a, b) => b.at - a.at)

  return {
    list: () => kept,
    publish: async bytes => {
      const read = decodeResult(bytes)
      if (!read.ok)
        throw new StageError('bad-request', `This is no result of a conformance check: ${read.error.message}.`)
      if (!equals(read.value.stage, own))
        throw new StageError('not-for-you', 'This result is about another stage. Each stage publishes its own.')
      if (!isSigned(read.value))
        throw new StageError('bad-signature', 'The signature of the checker does not verify: the result was changed.')
      const published = await signer.sign(publishedMessage(read.value))
      const result = { ...read.value, published }
      await writeWhole(folder, nameOf(result), encodeResult(result))
      const all = [result, ...kept.filter(one => nameOf(one) !== nameOf(result))].toSorted((a, b) => b.at - a.at)
      for (const old of all.slice(RESULTS_MAX)) await rm(join(folder, nameOf(old)), { force: true })
      kept = all.slice(0, RESULTS_MAX)
      return result
    },
  }
}
