import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attempt } from '#protocols/codec/dag-cbor.ts'
import { handle } from '#protocols/engagement/v1/handle.ts'
import { judgeHandle, skeletonOf } from '#src/identity/handle.ts'

const ANA = 'a1'.repeat(32)
const BEN = 'b2'.repeat(32)
const letters = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789_')
const word = fc.string({ unit: letters, minLength: 3, maxLength: 20 })

describe('a handle', () => {
  it('is free for whoever asks first, stays with its bearer, and may always be given up', () => {
    expect(judgeHandle('lena', ANA, null)).toBeNull()
    expect(judgeHandle('lena', ANA, ANA)).toBeNull()
    expect(judgeHandle('lena', BEN, ANA)).toBe('taken')
    expect(judgeHandle('', BEN, null)).toBeNull()
  })

  it.each([
    ['lena', '1ena'],
    ['lena', 'l_e_n_a'],
    ['ironman', 'lr0nman'],
    ['burnout', 'bumout'],
    ['vvave', 'wave'],
  ])('%s looks like %s to a hurried reader', (one, other) => {
    expect(skeletonOf(one)).toBe(skeletonOf(other))
  })

  it('keeps apart what people tell apart', () => {
    expect(skeletonOf('lena')).not.toBe(skeletonOf('lana'))
    expect(skeletonOf('ana2')).not.toBe(skeletonOf('ana3'))
  })

  it.each(['admin', '_admin_', 'm0derator', 'm0derat0r', 'operator', 'bandstand', 'everyone', 'sta_ff'])(
    'is not %s, which people take for the community',
    name => {
      expect(judgeHandle(name, ANA, null)).toBe('reserved')
    },
  )

  it.each(['___', '12_34', 'ab', 'Lena', 'lena!', `l${'e'.repeat(20)}`])('has a form, which %s has not', name => {
    expect(judgeHandle(name, ANA, null)).toBe('bad-form')
  })

  it('that the rules grant is one that travels, and its skeleton is stable', () => {
    fc.assert(
      fc.property(word, text => {
        if (judgeHandle(text, ANA, null) === null) expect(attempt(() => handle({ handle: text }, 'body')).ok).toBe(true)
        expect(skeletonOf(`${text}_`)).toBe(skeletonOf(text))
      }),
    )
  })
})
