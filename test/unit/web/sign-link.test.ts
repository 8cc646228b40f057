import { describe, expect, test } from 'vitest'
import { readLink } from '#web/parts/agreements/read-link.ts'

const CODE = '0f'.repeat(16)

describe('a link to sign', () => {
  test('names a party, also one with a dot in its id, and carries the code', () => {
    expect(readLink(`#sign=ben.${CODE}`)).toEqual({ party: 'ben', code: CODE })
    expect(readLink(`#sign=b.j-orn_2.${CODE}`)).toEqual({ party: 'b.j-orn_2', code: CODE })
  })

  test('any other fragment is none', () => {
    for (const other of ['', '#', '#sign=', `#sign=ben.${CODE.slice(1)}`, `#sign=BEN.${CODE}`, `#sign=a/b.${CODE}`])
      expect(readLink(other)).toBeNull()
  })
})
