import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '#protocols/api/v1/schemas.ts'
import { StageProcess } from '#test/support/stage-process.ts'

/** What whoever comes by may ask a public stage to do: signed by a fan's key, limited, or answered without keeping anything. */
const OPEN_TO_ALL = [
  ...['DELETE /session', 'POST /session'],
  ...['POST /events', 'POST /vouchers', 'POST /streams', 'POST /quotes', 'POST /survey'],
  ...['POST /agreements/{hash}/sign-off', 'POST /codes/check', 'POST /join', 'POST /releases/{id}/originals'],
  ...['POST /happenings/{id}/audience', 'POST /moderation/{community}/queue'],
  ...['', '/list', '/options', '/remove', '/sign-in', '/sign-in/options'].map(step => `POST /passkeys${step}`),
  ...['POST /push/subscribe', 'POST /push/unsubscribe'],
]

describe('every door of a public stage', () => {
  let folder: string
  let stage: StageProcess
  let writes: readonly (readonly [method: string, path: string])[]
  let reads: readonly string[]

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-doors-'))
    stage = await StageProcess.start(folder, ['--name', 'Doors', '--public'])
    const { paths } = await stage.client.get<{ paths: Record<string, Record<string, unknown>> }>('/openapi.json')
    const all = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => [method.toUpperCase(), path.slice('/api/v1'.length)] as const),
    )
    writes = all.filter(([method]) => method !== 'GET')
    reads = all.filter(([method]) => method === 'GET').map(([, path]) => path)
  })
  afterAll(async () => {
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const knock = async (method: string, path: string, headers: Record<string, string>): Promise<string> => {
    const place = path.replaceAll(/\{[^}]+\}/g, 'f'.repeat(64))
    const answer = await fetch(`${stage.client.url}/api/v1${place}`, { method, headers })
    return answer.status < 400 ? String(answer.status) : ((await answer.json()) as Problem).code
  }

  it('that changes something is closed to other websites, whoever is signed in', async () => {
    const { url, token } = stage.client
    const signedIn = await fetch(`${url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    })
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    expect(await knock('GET', '/storage', { cookie })).toBe('200')
    const taken: string[] = []
    const elsewhere: Record<string, string>[] = [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]
    for (const [method, path] of writes)
      for (const from of elsewhere) {
        const code = await knock(method, path, { ...from, cookie })
        if (code !== 'forbidden-origin') taken.push(`${method} ${path} from ${JSON.stringify(from)}: ${code}`)
      }
    expect(taken).toEqual([])
    expect(writes.length).toBeGreaterThan(60)
  })

  it('is closed to strangers, but for those that are meant for them', async () => {
    const open: string[] = []
    for (const [method, path] of writes)
      if ((await knock(method, path, {})) !== 'not-operator') open.push(`${method} ${path}`)
    expect(open.sort()).toEqual([...OPEN_TO_ALL].sort())
  })

  it('shows nothing private to strangers', async () => {
    const closed: string[] = []
    for (const path of reads) if ((await knock('GET', path, {})) === 'not-operator') closed.push(path)
    for (const path of ['/peers', '/storage', '/jobs', '/desk/notes', '/codes', '/moderation', '/purchases', '/export'])
      expect(closed).toContain(path)
    expect((await fetch(`${stage.client.url}/metrics`)).status).toBe(401)
  })
})
