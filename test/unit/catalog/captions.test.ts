import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CUES_MAX, captions } from '#protocols/catalog/v1/captions.ts'
import { attempt, decode, encode } from '#protocols/codec/dag-cbor.ts'
import { PAYLOAD_LIMITS } from '#protocols/envelope/v1/constants.ts'
import { readCaptions } from '#src/catalog/captions.ts'

const RELEASE = 'ab'.repeat(16)

const cues = fc
  .array(
    fc.record({
      at: fc.nat(600_000),
      length: fc.integer({ min: 1, max: 9_000 }),
      text: fc.stringMatching(/^[\p{L} ]{1,60}$/u),
    }),
    {
      maxLength: 40,
    },
  )
  .map(list => list.map(({ at, length, text }) => ({ at, until: at + length, text })).sort((a, b) => a.at - b.at))

describe('words in step with the music, on the wire', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(cues, fc.constantFrom('en', 'ur-PK', 'zh-Hant-TW'), fc.nat(99), (said, language, track) => {
        const body = { release: RELEASE, track, language, cues: said }
        expect(decode(encode(body), captions, PAYLOAD_LIMITS)).toEqual({ ok: true, value: body })
      }),
    )
  })

  it('fit one envelope, as many as may be, and no more may be', () => {
    const many = Array.from({ length: CUES_MAX }, (_, i) => ({ at: i * 1_000, until: i * 1_000 + 900, text: 'la la' }))
    const body = { release: RELEASE, track: 0, language: 'en', cues: many }
    expect(decode(encode(body), captions, PAYLOAD_LIMITS).ok).toBe(true)
    const more = { ...body, cues: [...many, { at: 9_000_000, until: 9_000_001, text: 'la' }] }
    expect(attempt(() => captions(more, '')).ok).toBe(false)
  })
})

describe('a file of words', () => {
  it('is WebVTT: voices, classes, notes and styles are left out, and what looks like markup is words', () => {
    const file = `\ufeffWEBVTT - a song

STYLE
::cue { color: red }

NOTE nobody sees this

intro
00:01.000 --> 00:04.500 align:start
<v Ana>Under the <b>lanterns</b>
we sat &amp; sang &lt;3

01:00:05.250 --> 01:00:09.000
<00:05.500><c.loud>Goodnight</c>
`
    expect(readCaptions(file)).toEqual({
      ok: true,
      value: [
        { at: 1_000, until: 4_500, text: 'Under the lanterns\nwe sat & sang <3' },
        { at: 3_605_250, until: 3_609_000, text: 'Goodnight' },
      ],
    })
  })

  it('is SubRip', () => {
    const file = '1\r\n00:00:01,000 --> 00:00:02,000\r\nOne\r\n\r\n2\r\n00:00:02,000 --> 00:00:03,000\r\nTwo\r\n'
    expect(readCaptions(file)).toEqual({
      ok: true,
      value: [
        { at: 1_000, until: 2_000, text: 'One' },
        { at: 2_000, until: 3_000, text: 'Two' },
      ],
    })
  })

  it('is timed lyrics: a line lasts until the next, one line may come again, an empty one ends the words', () => {
    const file = '[ar:Nadia Ortiz]\n[offset:+500]\n[00:01.50][00:11.5]Refrain\n[00:04.00]Verse\n[00:08.00]\n'
    expect(readCaptions(file)).toEqual({
      ok: true,
      value: [
        { at: 1_000, until: 3_500, text: 'Refrain' },
        { at: 3_500, until: 7_500, text: 'Verse' },
        { at: 11_000, until: 16_000, text: 'Refrain' },
      ],
    })
  })

  it('is refused in a sentence that names the line', () => {
    const refused = (file: string) => {
      const read = readCaptions(file)
      return read.ok ? null : read.error
    }
    expect(refused('WEBVTT\n\n00:05.000 --> 00:04.000\nNever')).toBe('Line 3: these words end before they begin.')
    expect(refused('WEBVTT\n\n5 s --> 6 s\nSoon')).toMatch(/^Line 3: times are written like/)
    expect(refused(`WEBVTT\n\n00:01.000 --> 00:02.000\n${'x'.repeat(401)}`)).toMatch(/^Line 3: at most 400 characters/)
    expect(refused('PK\u0003\u0004')).toMatch(/no file of captions/)
    expect(refused('')).toMatch(/no file of captions/)
    expect(refused('[00:01.00]la\n'.repeat(CUES_MAX + 1))).toMatch(/more than 1000/)
    expect(refused(' '.repeat(64_001))).toMatch(/longer/)
  })

  it('whatever it holds, what is read of it goes on the wire', () => {
    const piece = fc.constantFrom(
      'WEBVTT\n\n',
      '00:01.000 --> 00:02.000\n',
      '[00:03.1]',
      '\u202e',
      '<b>',
      '-->',
      '\n',
      '&lt;',
      'la ',
      '\u0000',
      '\ud800',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 12 })), { maxLength: 40 }), pieces => {
        const read = readCaptions(pieces.join(''))
        if (read.ok)
          expect(attempt(() => captions({ release: RELEASE, track: 0, language: 'en', cues: read.value }, '')).ok).toBe(
            true,
          )
        else expect(read.error.length).toBeGreaterThan(10)
      }),
    )
  })
})
