import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isCrossSite, isLoopbackHost } from '#node/http/access.ts'
import { loadOrCreateOperatorToken, OPERATOR_TOKEN_FILE } from '#node/http/operator-token.ts'
import { inlineScriptHashes, pagePolicy } from '#node/http/page.ts'
import { STATUS, toAnswer } from '#node/http/problem.ts'
import { safeName } from '#node/http/uploads.ts'

describe('names of this machine', () => {
  it.each(['localhost', 'localhost:4400', '127.0.0.1:1', '127.9.9.9', '[::1]:4400', 'LOCALHOST:80'])(
    '%s is one',
    host => {
      expect(isLoopbackHost(host)).toBe(true)
    },
  )
  it.each([
    undefined,
    '',
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example:80',
    '0.0.0.0',
    '::1',
    '1.127.0.0.1',
  ])('%s is none', host => {
    expect(isLoopbackHost(host)).toBe(false)
  })
})

describe('where a request comes from', () => {
  it.each([
    [{ host: '127.0.0.1:4400' }, false],
    [{ host: '127.0.0.1:4400', origin: 'http://127.0.0.1:4400' }, false],
    [{ host: 'stage.example', origin: 'https://stage.example' }, false],
    [{ host: 'stage.example:443', origin: 'https://stage.example' }, false],
    [{ host: '127.0.0.1:4400', 'sec-fetch-site': 'same-origin' }, false],
    [{ host: '127.0.0.1:4400', 'sec-fetch-site': 'none' }, false],
    [{ host: '127.0.0.1:4400', 'sec-fetch-site': 'same-site' }, true],
    [{ host: '127.0.0.1:4400', 'sec-fetch-site': 'cross-site' }, true],
    [{ host: '127.0.0.1:4400', origin: 'http://127.0.0.1:3000' }, true],
    [{ host: '127.0.0.1:4400', origin: 'http://evil.example' }, true],
    [{ host: '127.0.0.1:4400', origin: 'null' }, true],
    [{ host: '127.0.0.1:4400', origin: 'http://127.0.0.1:4400', 'sec-fetch-site': 'cross-site' }, true],
  ])('%j is cross-site: %s', (headers, expected) => {
    expect(isCrossSite(headers)).toBe(expected)
  })
})

describe('the operator token', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-token-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is created once, by one of many that try, readable by its owner only', async () => {
    const place = join(folder, 'new')
    const tokens = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateOperatorToken(place)))
    expect(new Set(tokens).size).toBe(1)
    expect(Buffer.from(tokens[0]!, 'base64url')).toHaveLength(32)
    expect((await stat(join(place, OPERATOR_TOKEN_FILE))).mode & 0o777).toBe(0o600)
    expect((await readFile(join(place, OPERATOR_TOKEN_FILE), 'utf8')).trim()).toBe(tokens[0])
  })

  it('is refused with advice when the file holds something else', async () => {
    await writeFile(join(folder, OPERATOR_TOKEN_FILE), 'short')
    await expect(loadOrCreateOperatorToken(folder)).rejects.toMatchObject({ code: 'data-folder-unusable' })
  })
})

describe('file names of uploads', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\music\\song.flac', 'song.flac'],
    ['.hidden', 'hidden'],
    ['a\u0000b\u202egnp.mp3', 'abgnp.mp3'],
    ['', 'upload'],
    [null, 'upload'],
    ['..', 'upload'],
    ['Ünïcode Öst.ogg', 'Ünïcode Öst.ogg'],
  ])('%j becomes %j', (name, safe) => {
    expect(safeName(name)).toBe(safe)
  })
  it('never keep a folder, a control character or more than their length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), name => {
        const safe = safeName(name)
        expect(safe).not.toMatch(/[/\\\u0000-\u001f]|^\./)
        expect([...safe].length).toBeLessThanOrEqual(200)
        expect(safe.length).toBeGreaterThan(0)
      }),
    )
  })
})

describe('the page policy', () => {
  it('names the hash of each inline script and no other source', () => {
    const html = '<script type="importmap">{"a":1}</script><script type="module" src="/assets/x.js"></script>'
    expect(inlineScriptHashes(html)).toEqual([expect.stringMatching(/^'sha256-.{44}'$/)])
    expect(pagePolicy(html)).toMatch(/script-src 'self' 'sha256-[^;]{44}';/)
    expect(pagePolicy(html)).not.toContain('unsafe')
  })

  it('hashes a script as a browser does: every character between the tags, line breaks too', () => {
    const text = '\n  {"imports": {}}\n'
    const digest = createHash('sha256').update(text).digest('base64')
    expect(inlineScriptHashes(`<SCRIPT type="importmap">${text}</SCRIPT >`)).toEqual([`'sha256-${digest}'`])
  })
})

describe('what a client learns of an error', () => {
  it('is a status in the 4xx or 5xx for each code', () => {
    for (const status of Object.values(STATUS)) expect(status).toBeGreaterThanOrEqual(400)
  })
  it('is a reference for anything unforeseen, and never its text', () => {
    fc.assert(
      fc.property(fc.anything(), thrown => {
        const { problem, status } = toAnswer(thrown, 'ref-1')
        expect(status).toBeGreaterThanOrEqual(400)
        expect(problem.message.length).toBeGreaterThan(10)
      }),
    )
    const { problem, status, internal } = toAnswer(new Error('secret /home/x'), 'ref-1')
    expect([status, problem.code]).toEqual([500, 'internal'])
    expect(problem.message).toContain('ref-1')
    expect(JSON.stringify(problem)).not.toContain('secret')
    expect(internal).toBeInstanceOf(Error)
  })
})
