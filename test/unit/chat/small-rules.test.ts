import { describe, expect, it } from 'vitest'
import type { DecisionInfo, StandingInfo } from '#protocols/api/v1/moderation.ts'
import type { ChatMessage } from '#protocols/api/v1/schemas.ts'
import { barredBy } from '#web/parts/chat/barred.ts'
import { completed, mentionAt, offered, withCalls } from '#web/parts/chat/mentions.ts'
import { unseen } from '#web/parts/chat/seen.ts'
import { commentAt } from '#web/parts/release/comment-at.ts'

const said = (n: number, author: string, name: string, handle?: string): ChatMessage => ({
  ...{
    id: String(n).padStart(64, '0'),
    author,
    name,
    text: 'hi',
    edited: false,
    at: n,
    room: 'main',
    community: 'c',
    n,
  },
  ...(handle === undefined ? {} : { handle }),
})

describe('a mention', () => {
  it('begins where a name may begin, and not within a word or an address', () => {
    expect(mentionAt('thanks @Le', 10)).toEqual({ from: 7, asked: 'Le' })
    expect(mentionAt('@', 1)).toEqual({ from: 0, asked: '' })
    expect(mentionAt('lena@example', 12)).toBeNull()
    expect(mentionAt('nobody here', 11)).toBeNull()
    expect(mentionAt(`@${'x'.repeat(60)}`, 61)).toBeNull()
  })

  it('offers who spoke last first, each once, by handle where there is one, and never oneself', () => {
    const talk = [said(1, 'a', 'Lena'), said(2, 'b', 'Leo', 'leo_1'), said(3, 'me', 'Lee'), said(4, 'a', 'Lena')]
    expect(offered(talk, 'le', 'me').map(one => one.author)).toEqual(['a', 'b'])
    expect(offered(talk, 'leo', 'me').map(one => one.handle)).toEqual(['leo_1'])
    expect(offered(talk, 'lena', 'me')).toEqual([])
  })

  it('takes the place of what was typed, with the caret after it', () => {
    expect(completed('hi @le and you', 6, 3, 'Lena')).toEqual({ text: 'hi @Lena and you', caret: 9 })
  })

  it('is marked for whom it calls, wherever it stands, and not within a longer name', () => {
    const marked = (text: string, ...names: string[]) =>
      withCalls(text, names)
        .map(piece => (piece.mine ? `[${piece.text}]` : piece.text))
        .join('')
    expect(marked('@lena and @LENA, not @lenard', 'Lena', '')).toBe('[@lena] and [@LENA], not @lenard')
    expect(marked('@Ana Lopez hello @ana_l', 'Ana Lopez', 'ana_l')).toBe('[@Ana Lopez] hello [@ana_l]')
    expect(marked('plain', 'Lena')).toBe('plain')
    expect(marked('@', '')).toBe('@')
    expect(marked('İ @lena', 'Lena')).toBe('İ @lena')
  })
})

describe('a comment on a moment', () => {
  it('shows while its moment is heard, of several the last, and on its own track alone', () => {
    const all = [
      { track: 0, atMs: 1_000, text: 'a' },
      { track: 0, atMs: 4_000, text: 'b' },
      { track: 1, atMs: 4_000, text: 'c' },
      { track: null, atMs: null, text: 'd' },
    ]
    const at = (track: number, ms: number) => commentAt(all, track, ms)?.text
    expect([at(0, 999), at(0, 1_000), at(0, 4_000), at(0, 6_999), at(0, 10_000)]).toEqual([
      undefined,
      'a',
      'b',
      'b',
      undefined,
    ])
    expect(at(1, 5_000)).toBe('c')
  })
})

describe('whoever reads', () => {
  it('has not seen what others said later, and at one time what has a higher id', () => {
    const talk = [said(1, 'a', ''), said(2, 'b', ''), said(3, 'me', ''), said(4, 'a', '')]
    expect(unseen(talk, talk[1]!, 'me').map(({ at }) => at)).toEqual([4])
    expect(unseen([{ ...talk[1]!, id: 'f'.repeat(64) }], talk[1]!, 'me')).toHaveLength(1)
  })
})

describe('whoever may not speak', () => {
  const standing = (role: StandingInfo['role'], ...decisions: Pick<DecisionInfo, 'action' | 'until'>[]) =>
    ({ role, decisions, lists: [] }) as unknown as StandingInfo
  const closed = { slowMs: 0, closed: true }

  it('is told the gravest reason, and for a mute until when', () => {
    const mute = { action: 'mute', until: 20 } as const
    expect(barredBy(standing('none', mute, { action: 'ban', until: null }), closed, 10)?.why).toBe('banned')
    expect(barredBy(standing('none', mute), closed, 10)).toEqual({ why: 'muted', untilMs: 20 })
    expect(barredBy(standing('none', mute), closed, 20)).toEqual({ why: 'closed', untilMs: null })
    const invited = (joined: boolean | null) => barredBy(standing('none'), null, 0, { joining: 'invited', joined })?.why
    expect([invited(null), invited(false), invited(true)]).toEqual([undefined, 'uninvited', undefined])
    expect(barredBy(null, null, 0, { joining: 'everyone', joined: null })).toBeNull()
    expect(barredBy({ ...standing('moderator'), lists: ['River'] }, null, 0)?.why).toBe('listed')
  })

  it('is nobody who is only hidden once, nor the community itself, nor whom the room does not bind', () => {
    expect(barredBy(standing('none', { action: 'hide', until: null }), null, 0)).toBeNull()
    expect(barredBy(standing('community', { action: 'ban', until: null }), closed, 0)).toBeNull()
    expect(barredBy(null, null, 0)).toBeNull()
  })
})
