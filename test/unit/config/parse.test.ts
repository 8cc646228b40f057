import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSettings } from '#node/config/load.ts'
import { parseSettings } from '#node/config/parse.ts'
import { byteSize } from '#node/config/readers.ts'

const base = { flags: {}, env: { HOME: '/home/ada' }, cwd: '/work' }

describe('settings', () => {
  it('bind to loopback and keep data in the XDG default when nobody says anything', () => {
    const settings = parseSettings(base)
    expect(settings.dataDir).toBe('/home/ada/.local/share/bandstand')
    expect(settings.http).toMatchObject({ host: '127.0.0.1', port: 4747, trustProxy: false })
    expect(settings.p2p).toMatchObject({ host: '127.0.0.1', tcpPort: 0, wsPort: 0 })
    expect(settings.public).toBe(false)
  })

  it('use XDG_DATA_HOME when it is absolute, and ignore a relative one', () => {
    expect(parseSettings({ ...base, env: { ...base.env, XDG_DATA_HOME: '/data' } }).dataDir).toBe('/data/bandstand')
    expect(parseSettings({ ...base, env: { ...base.env, XDG_DATA_HOME: 'data' } }).dataDir).toMatch(/^\/home\/ada/)
  })

  it('let a flag win over the environment, and the environment over the file', () => {
    const file = { http: { port: 1 }, log_level: 'error', dht: 'server' }
    const env = { ...base.env, BANDSTAND_PORT: '2', BANDSTAND_LOG_LEVEL: 'debug' }
    const settings = parseSettings({ ...base, file, env, flags: { port: '3' } })
    expect([settings.http.port, settings.logLevel, settings.dht]).toEqual([3, 'debug', 'server'])
  })

  it('open every socket and fix the ports when the stage is public', () => {
    const settings = parseSettings({ ...base, flags: { public: true } })
    expect(settings.http.host).toBe('0.0.0.0')
    expect(settings.p2p).toMatchObject({ host: '0.0.0.0', tcpPort: 4748, wsPort: 4749 })
  })

  it('refuse a host that other machines reach unless the stage is public', () => {
    expect(() => parseSettings({ ...base, flags: { host: '0.0.0.0' } })).toThrow(/--host is "0\.0\.0\.0".*--public/)
    expect(parseSettings({ ...base, flags: { host: '::1' } }).http.host).toBe('::1')
  })

  it.each([
    [{ port: '70000' }, '--port is "70000": expected a port'],
    [{ port: 'abc' }, '--port is "abc"'],
    [{ dht: 'maybe' }, '--dht is "maybe": expected one of off, client, server'],
    [{ cacheCap: 'lots' }, '--cache-cap is "lots": expected a size'],
    [{ bootstrap: ['example.org'] }, '--bootstrap is "example.org": expected multiaddrs'],
    [{ name: 'a\u001b[2J' }, '--name is'],
    [{ host: 'example.org' }, '--host is "example.org": expected an IP address'],
    [{ data: '' }, '--data is ""'],
  ])('name the setting, the value and what is expected: %j', (flags, sentence) => {
    expect(() => parseSettings({ ...base, flags })).toThrow(expect.objectContaining({ code: 'bad-arguments' }))
    expect(() => parseSettings({ ...base, flags })).toThrow(sentence)
  })

  it('name the variable or the key when the wrong value came from there', () => {
    expect(() => parseSettings({ ...base, env: { ...base.env, BANDSTAND_PORT: 'x' } })).toThrow('BANDSTAND_PORT is "x"')
    expect(() => parseSettings({ ...base, file: { http: { port: -1 } } })).toThrow('http.port in bandstand.toml is -1')
    expect(() => parseSettings({ ...base, file: { http: { prot: 1 } } })).toThrow('unknown setting "http.prot"')
  })
})

describe('a size', () => {
  it.each([
    ['20GB', 20e9],
    ['1.5 TiB', 1.5 * 2 ** 40],
    ['500m', 500e6],
    ['123', 123],
    [123, 123],
  ])('%j is %d bytes', (raw, bytes) => expect(byteSize(raw, 'x')).toBe(bytes))

  it('is a safe integer or a refusal, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), raw => {
        try {
          expect(Number.isSafeInteger(byteSize(raw, 'x'))).toBe(true)
        } catch (cause) {
          expect(cause).toMatchObject({ code: 'bad-arguments' })
        }
      }),
    )
  })
})

describe('bandstand.toml', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'bandstand-config-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  it('is read from the data folder', () => {
    writeFileSync(join(dir, 'bandstand.toml'), 'mdns = true\n[http]\nport = 5000\n')
    const settings = loadSettings({ ...base, flags: { data: dir } })
    expect([settings.mdns, settings.http.port]).toEqual([true, 5000])
  })

  it('is refused with its path when it is not TOML', () => {
    writeFileSync(join(dir, 'bandstand.toml'), 'mdns = = true')
    expect(() => loadSettings({ ...base, flags: { data: dir } })).toThrow(/bandstand\.toml is not valid TOML/)
  })
})
