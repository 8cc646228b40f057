import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { verifyConsistency, verifyInclusion } from '#src/ledger/merkle-verify.ts'

const FOLDER = join(import.meta.dirname, '../../../shared/vectors/merkle/testdata')
const present = existsSync(FOLDER)
if (!present) console.log(`skipped: no Merkle vectors in ${FOLDER}`)

interface InclusionCase {
  readonly leafIdx: number
  readonly treeSize: number
  readonly root: string
  readonly leafHash: string
  readonly proof: string[] | null
  readonly wantErr: boolean
}

interface ConsistencyCase {
  readonly size1: number
  readonly size2: number
  readonly root1: string
  readonly root2: string
  readonly proof: string[] | null
  readonly wantErr: boolean
}

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))
const cases = <T>(kind: string): [string, T][] =>
  globSync('**/*.json', { cwd: join(FOLDER, kind) })
    .sort()
    .map(file => [file, JSON.parse(readFileSync(join(FOLDER, kind, file), 'utf8')) as T])

describe.skipIf(!present)('Merkle proofs of transparency-dev/merkle', () => {
  const inclusion = present ? cases<InclusionCase>('inclusion') : []
  const consistency = present ? cases<ConsistencyCase>('consistency') : []

  test.each(inclusion)(
    'inclusion %s is judged as its author says',
    (_, { leafIdx, treeSize, root, leafHash, proof, wantErr }) => {
      const claim = {
        index: leafIdx,
        size: treeSize,
        leaf: bytes(leafHash),
        root: bytes(root),
        proof: (proof ?? []).map(bytes),
      }
      expect(verifyInclusion(hasher, claim)).toBe(!wantErr)
    },
  )

  test.each(consistency)(
    'consistency %s is judged as its author says',
    (_, { size1, size2, root1, root2, proof, wantErr }) => {
      const claim = {
        from: size1,
        to: size2,
        fromRoot: bytes(root1),
        toRoot: bytes(root2),
        proof: (proof ?? []).map(bytes),
      }
      expect(verifyConsistency(hasher, claim)).toBe(!wantErr)
    },
  )

  test('there are cases that must pass and cases that must fail', () => {
    for (const set of [inclusion, consistency]) {
      expect(set.some(([, item]) => item.wantErr)).toBe(true)
      expect(set.some(([, item]) => !item.wantErr)).toBe(true)
    }
  })
})
