import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { VALUE_LENGTHS } from '#protocols/ledger/v1/entry-value-codec.ts'
import { ENTRY_KIND_OF_ORDER } from '#protocols/ledger/v1/orders.ts'
import { VALUE_REFUSALS } from '#protocols/value/v1/refusals.ts'

const read = (path: string): string => readFileSync(join(import.meta.dirname, '../../protocols', path), 'utf8')
const section = (text: string, heading: string): string => text.split(`${heading}\n`)[1]?.split(/\n##+ /)[0] ?? ''
const codesIn = (cell = ''): string[] => [...cell.matchAll(/`([a-z-]+)`/g)].map(([, code = '']) => code)

describe('the specs name what the codecs know, and nothing else', () => {
  it('codes of refusals, each with the advice that goes with it', () => {
    const rows = section(read('value/v1/spec.md'), '### Refusals')
      .split('\n')
      .filter(line => line.startsWith('| `'))
      .flatMap(line => {
        const [, codes, advice = ''] = line.split('|')
        const words = advice.trim().split(', ')
        return codesIn(codes).map((code, at) => [code, words[at] ?? words[0]] as const)
      })
    expect(Object.fromEntries(rows)).toEqual(VALUE_REFUSALS)
  })

  it('orders, each with the kind of entry that it becomes', () => {
    const rows = section(read('ledger/v1/spec.md'), '### Orders')
      .split('\n')
      .filter(line => line.startsWith('| `'))
      .map(line => [codesOf(line)[0], codesOf(line).at(-1)])
    expect(Object.fromEntries(rows)).toEqual(ENTRY_KIND_OF_ORDER)
  })

  it('kinds of entries', () => {
    const entries = section(read('ledger/v1/spec.md'), '## Entry')
    for (const kind of [...Object.keys(VALUE_LENGTHS), ...Object.values(ENTRY_KIND_OF_ORDER)])
      expect(entries).toContain(`"${kind}"`)
  })
})

/** What stands in backticks in the cells of a row, from the first to the last. */
const codesOf = (line: string): string[] => [...line.matchAll(/\| `([a-z/-]+)`\s*(?=\|)/g)].map(([, code = '']) => code)
