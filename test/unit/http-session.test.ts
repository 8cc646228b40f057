import type { FastifyRequest } from 'fastify'
import { describe, expect, it } from 'vitest'
import { Access } from '#node/http/access.ts'

const TOKEN = 't'.repeat(43)

/** A request with the cookie that signing in gave. */
function signedIn(sessionMs: number, over: { readonly token?: string; readonly sign?: Access } = {}) {
  const access = new Access({ public: true, operatorToken: over.token ?? TOKEN, sessionMs })
  const cookie = (over.sign ?? access).signIn(TOKEN, true).split(';')[0]
  const request = { headers: { host: 'stage.example', cookie }, raw: { httpVersion: '1.1' } } as unknown
  return access.isOperator(request as FastifyRequest)
}

describe('an operator session', () => {
  it('ends when its time is over, whatever the browser keeps', () => {
    expect(signedIn(60_000)).toBe(true)
    expect(signedIn(0)).toBe(false)
    expect(signedIn(-60_000)).toBe(false)
  })

  it('ends when the token is replaced', () => {
    const sign = new Access({ public: true, operatorToken: TOKEN, sessionMs: 60_000 })
    expect(signedIn(60_000, { sign })).toBe(true)
    expect(signedIn(60_000, { sign, token: 'u'.repeat(43) })).toBe(false)
  })
})
