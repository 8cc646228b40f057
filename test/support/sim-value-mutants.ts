import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Machinery } from './sim-value-log.ts'

interface Mutation {
  /** What a log does that lacks the rule, as the end of a sentence. */
  readonly says: string
  readonly file: string
  /** What enforces it in the sources of the machine, and what stands there instead. */
  readonly changes: readonly (readonly [rule: string, instead: string])[]
}

/** Rules of the machine that keep money safe between logs. Each is taken out of a copy of its sources. */
export const MUTATIONS = {
  replay: {
    says: 'answers a transfer again that it has answered',
    file: 'machine/transfer-in.ts',
    changes: [
      ['if (sequence <= received)', 'if (sequence < 1)'],
      ['if (sequence !== received + 1)', 'if (sequence > received + 1)'],
    ],
  },
  gap: {
    says: 'answers a transfer before those that were sent before it',
    file: 'machine/transfer-in.ts',
    changes: [['if (sequence !== received + 1)', 'if (sequence < 1)']],
  },
  expiry: {
    says: 'delivers after the payment expired',
    file: 'machine/transfer-in.ts',
    changes: [['if (run.at > order.expiry)', 'if (run.at < 0)']],
  },
  limit: {
    says: 'lets more be owed than its line allows',
    file: 'machine/peers.ts',
    changes: [['if (gross - balanceOf(book, slot.position) > line.limit * book.unit)', 'if (gross < 0n)']],
  },
  'write-off': {
    says: 'forgets what it wrote off',
    file: 'machine/transfer-end.ts',
    changes: [['{ ...out, written: true }', '{ ...out, written: false }']],
  },
  late: {
    says: 'takes a late proof as if it had given nothing up',
    file: 'machine/transfer-end.ts',
    changes: [['if (out.written) {', 'if (out.gross < 0n) {']],
  },
  recourse: {
    says: 'writes off before the other side had its time to answer',
    file: 'machine/transfer-end.ts',
    changes: [['if (run.at < out.expiry + RECOURSE_MS)', 'if (run.at < out.expiry - RECOURSE_MS)']],
  },
  consistency: {
    says: 'believes a head that does not continue the one before',
    file: 'machine/heads.ts',
    changes: [['if (!grown)', 'if (!head)']],
  },
  proof: {
    says: 'believes a leaf without its proof',
    file: 'machine/heads.ts',
    changes: [['if (!stands)', 'if (!slot)']],
  },
  outcome: {
    says: 'records another end than the one that was proven',
    file: 'machine/transfer-end.ts',
    changes: [['if (outcome !== entry.outcome || ', 'if (']],
  },
} as const satisfies Readonly<Record<string, Mutation>>

const ROOT = join(import.meta.dirname, '../..')

/**
 * The production machine without one rule: its sources, copied to where imports resolve as in the originals, changed in
 * one place. Throws when that place is not there exactly once, so that the test cannot outlive what it tests.
 */
export async function withoutRule(name: keyof typeof MUTATIONS): Promise<Machinery & { remove(): void }> {
  const { file, changes }: Mutation = MUTATIONS[name]
  mkdirSync(join(ROOT, '.build'), { recursive: true })
  const folder = mkdtempSync(join(ROOT, '.build/without-'))
  cpSync(join(ROOT, 'src/ledger'), folder, { recursive: true })
  const path = join(folder, file)
  let source = readFileSync(path, 'utf8')
  for (const [rule, instead] of changes) {
    if (source.split(rule).length !== 2) throw new Error(`${file} has not exactly one place that enforces "${name}"`)
    source = source.replace(rule, instead)
  }
  writeFileSync(path, source)
  const { createMachine } = await import(join(folder, 'machine/create.ts'))
  const { readEntry } = await import(join(folder, 'machine/read-entry.ts'))
  return { createMachine, readEntry, remove: () => rmSync(folder, { recursive: true }) }
}
