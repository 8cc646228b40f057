import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { ROOT } from '#test/support/house.ts'

describe('the compiled contracts', () => {
  it.each(['Anchors', 'StakeRegistry', 'Till'])(
    'hold what their sources give: %s (else run npm run contracts)',
    name => {
      const held: unknown = JSON.parse(readFileSync(join(ROOT, `contracts/compiled/${name}.json`), 'utf8'))
      expect(held).toEqual(inject('contracts')[name])
    },
  )

  it('fit into what a chain takes', () => {
    // EIP-3860 limits what creates a contract; the 24,576 bytes of EIP-170 are of what remains of it, which is less.
    for (const name of ['Anchors', 'StakeRegistry', 'Till'])
      expect((inject('contracts')[name]?.bytecode.length ?? 0) / 2).toBeLessThan(24_576)
  })
})
