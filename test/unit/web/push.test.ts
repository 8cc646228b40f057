import { describe, expect, it } from 'vitest'
import { openAt, readPush } from '#web/sw/push.ts'

const ORIGIN = 'https://stage.example'
const bringing = (value: unknown) => ({ json: () => value })

function clients(...urls: string[]) {
  const done: string[] = []
  const windows = urls.map(url => ({
    url,
    focus: async () => void done.push(`focus ${url}`),
    postMessage: (data: unknown) => void done.push(`tell ${JSON.stringify(data)}`),
  }))
  const openWindow = async (url: string) => void done.push(`open ${url}`)
  return { done, claim: async () => {}, matchAll: async () => windows, openWindow }
}

describe('a push message in the browser', () => {
  it('names a kind and a place on this page, whatever it says', () => {
    expect(readPush(bringing({ kind: 'release', link: '/release/ab' }))).toEqual({
      kind: 'release',
      link: '/release/ab',
    })
    for (const link of ['//evil.example', 'https://evil.example', 'javascript:alert(1)', '/a?b', '/../x', 7, undefined])
      expect(readPush(bringing({ kind: 'release', link }))).toEqual({ kind: 'release', link: '/' })
    expect(readPush(null)).toEqual({ kind: '', link: '/' })
    expect(readPush(bringing(null))).toEqual({ kind: '', link: '/' })
  })

  it('leads to the page that is open, and opens one when none is', async () => {
    const open = clients('https://other.example/', `${ORIGIN}/chat`)
    await openAt(open, ORIGIN, '/release/ab')
    expect(open.done).toEqual(['tell {"go":"/release/ab"}', `focus ${ORIGIN}/chat`])
    const closed = clients('https://other.example/')
    await openAt(closed, ORIGIN, 'https://evil.example/')
    expect(closed.done).toEqual(['open /'])
  })
})
