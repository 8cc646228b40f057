import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../../protocols')
const table = readFileSync(join(ROOT, 'README.md'), 'utf8')
const formats = readdirSync(ROOT, { withFileTypes: true })
  .filter(entry => entry.isDirectory() && entry.name !== 'codec')
  .flatMap(({ name }) => readdirSync(join(ROOT, name)).map(version => `${name}/${version}`))
  .map(folder => ({ folder, page: folder.startsWith('api/') ? 'routes.md' : 'spec.md' }))

describe('every published format', () => {
  test.each([...formats, { folder: 'codec', page: 'spec.md' }])(
    '$folder has a page that the map leads to',
    ({ folder, page }) => {
      expect(existsSync(join(ROOT, folder, page))).toBe(true)
      expect(table).toContain(`](${folder}/${page})`)
    },
  )

  test.each(formats)('$folder has vectors, valid and invalid', ({ folder }) => {
    const text = readFileSync(join(ROOT, folder, 'vectors.json'), 'utf8')
    expect(text).toMatch(/"valid": (?:\[|true)|"expect": "ok"|"verdict": "accept"/)
    expect(text).toMatch(/"invalid": (?:\[|\{)|"valid": false|"expect": "bad-|"verdict": "reject"/)
  })
})
