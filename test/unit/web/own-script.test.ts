import { describe, expect, it } from 'vitest'
import { builtScript } from '#web/kit/own-script.ts'

const HERE = 'https://stage.example'

describe('what a worker may be started from', () => {
  it.each(['/sw.js', '/assets/work-worker-BORCi-BW.js', `${HERE}/assets/a_b.c-12345678.js`])(
    '%s: a script of this build',
    url => {
      expect(builtScript(url, HERE)).toBe(new URL(url, HERE).href)
    },
  )

  it.each([
    'https://evil.example/assets/a-12345678.js',
    '//evil.example/sw.js',
    'http://stage.example/sw.js',
    'data:text/javascript,alert(1)',
    'blob:https://stage.example/6f1c',
    'javascript:alert(1)',
    '/ipfs/bafkqaaa/sw.js',
    '/ipfs/bafkqaaa?filename=sw.js',
    '/assets/../ipfs/bafkqaaa/a.js',
    '/assets/%2e%2e/ipfs/a.js',
    '/assets/deep/a.js',
    '/parts/meter/sw.js',
    '/sw.js?as=another',
    '/sw.jsx',
    '',
  ])('not %s', url => {
    expect(() => builtScript(url, HERE)).toThrow(TypeError)
  })
})
