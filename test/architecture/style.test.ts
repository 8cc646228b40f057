import { beforeAll, describe, expect, it } from 'vitest'
import { floorOf, folderOf, readHouse, type SourceFile } from '#test/support/house.ts'

/** The sizes of the houses that read best in this field: middle, and nine in ten. */
const LINES_MEDIAN_MAX = 100
const LINES_NINE_IN_TEN_MAX = 250
/** Beyond this a reader loses the thread, whatever the file holds. */
const LINES_MAX = 400

let house: SourceFile[]
beforeAll(async () => {
  house = await readHouse()
})

const lines = ({ text }: SourceFile): number => text.split('\n').length - 1

describe('files', () => {
  it('have the sizes of a house that reads well', () => {
    const sizes = house.map(lines).sort((a, b) => a - b)
    const at = (share: number) => sizes[Math.floor(sizes.length * share)] ?? 0
    const long = house.filter(file => lines(file) > LINES_NINE_IN_TEN_MAX).map(file => `${file.path} (${lines(file)})`)
    console.log(
      `${sizes.length} files: median ${at(0.5)} lines, nine in ten at most ${at(0.9)}; over 250: ${long.join(', ') || 'none'}`,
    )
    expect(at(0.5)).toBeLessThanOrEqual(LINES_MEDIAN_MAX)
    expect(at(0.9)).toBeLessThanOrEqual(LINES_NINE_IN_TEN_MAX)
    expect(house.filter(file => lines(file) > LINES_MAX).map(({ path }) => path)).toEqual([])
  })

  it('have kebab-case names', () => {
    const odd = house
      .map(({ path }) => path)
      .filter(path => !/^(?:[a-z0-9]+(?:[-.][a-z0-9]+)*\/)*[a-z0-9]+(?:[-.][a-z0-9]+)*\.ts$/.test(path))
    expect(odd).toEqual([])
  })
})

describe('imports', () => {
  it('name the file with its extension, so that Node runs the sources as they are', () => {
    const bare = house.flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier, target }) => target !== null && !/\.(?:ts|js|json|css|svg)(?:\?[\w&]+)?$/.test(specifier))
        .map(({ specifier }) => `${path}: ${specifier}`),
    )
    expect(bare).toEqual([])
  })

  it('are relative inside a folder and use the alias to another floor', () => {
    const mixed = house.flatMap(({ path, floor, imports }) =>
      imports
        .filter(({ specifier, target }) => {
          if (target === null || floorOf(target) === undefined) return false
          const sameFolder = folderOf(target) === folderOf(path)
          return specifier.startsWith('.') ? floorOf(target) !== floor : sameFolder
        })
        .map(({ specifier }) => `${path}: ${specifier}`),
    )
    expect(mixed).toEqual([])
  })
})

describe('comments', () => {
  it('describe the present and promise nothing', () => {
    const pattern = /\/\/.*\b(?:TODO|FIXME|XXX|HACK)\b|\b(?:no longer|used to be|previously|formerly)\b/
    const found = house.filter(({ path, text }) => !path.startsWith('test/architecture/') && pattern.test(text))
    expect(found.map(({ path, text }) => `${path}: ${pattern.exec(text)?.[0]}`)).toEqual([])
  })
})
