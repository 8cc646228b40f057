import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'

const PROTOCOLS = join(import.meta.dirname, '../../protocols')

/** A published vector that a stage must not take. */
export interface BadFrame {
  readonly name: string
  readonly bytes: Uint8Array
}

interface Vector {
  readonly name: string
  readonly hex?: string
  readonly frame?: string
  readonly side?: string
  readonly format?: string
  readonly verdict?: string
  readonly expect?: unknown
}

const badFrame = ({ name, hex, frame }: Vector): BadFrame => ({ name, bytes: fromString(hex ?? frame ?? '', 'hex') })

const read = async (path: string): Promise<unknown> => JSON.parse(await readFile(join(PROTOCOLS, path), 'utf8'))

/** What the published vectors of a protocol say must be refused, as frames that a stage can be sent. */
export const badFrames = {
  hello: async () => ((await read('hello/v1/vectors.json')) as { invalid: Vector[] }).invalid.map(badFrame),
  sync: async () =>
    ((await read('sync/v1/vectors.json')) as { invalid: Vector[] }).invalid
      .filter(({ side }) => side === 'request')
      .map(badFrame),
  blocks: async () =>
    ((await read('blocks/v1/vectors.json')) as { requests: { invalid: Vector[] } }).requests.invalid.map(badFrame),
  audit: async () => requests(await read('audit/v1/vectors.json')),
  value: async () => requests(await read('value/v1/exchange-vectors.json')),
  envelopes: async () =>
    ((await read('envelope/v1/vectors.json')) as Vector[]).filter(({ expect }) => expect !== 'ok').map(badFrame),
}

const requests = (vectors: unknown): BadFrame[] =>
  (vectors as Vector[]).filter(({ format, verdict }) => format === 'request' && verdict === 'reject').map(badFrame)
