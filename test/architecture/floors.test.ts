import { beforeAll, describe, expect, it } from 'vitest'
import { FLOORS, type Floor, floorOf, readHouse, readImports, roomOf, type SourceFile } from '#test/support/house.ts'

/** What each floor may import. Down only. */
const BELOW: Readonly<Record<Floor, readonly Floor[]>> = {
  protocols: ['protocols'],
  src: ['protocols', 'src'],
  node: ['protocols', 'src', 'node'],
  web: ['protocols', 'src', 'web'],
  test: FLOORS.filter(floor => floor !== 'bench'),
  bench: FLOORS,
}

/** Rooms of `src`, in the order in which they may know of each other. */
const RULE_ROOMS = [
  'kernel',
  'identity',
  'catalog',
  'engagement',
  'ledger',
  'ballots',
  'royalties',
  'value',
  'delivery',
  'personal',
]

/** Rooms of `node` that every adapter may use: contracts and settings, no adapters themselves. */
const SHARED_ROOMS = ['ports', 'config', 'telemetry']
/** What joins adapters into a program: the composition, and the programs themselves. */
const JOINERS = /^node\/(?:compose\.ts|compose\/.*|main\.ts|process\.ts|demo\/main\.ts)$/

/** What the two pure floors must be given instead of taking it. */
const IMPURE =
  /\b(?:Date\.now|Math\.random|performance\.now|crypto\.getRandomValues|setTimeout|setInterval|setImmediate|queueMicrotask)\b|\bfetch\(|\bnew Date\(\s*\)|\bprocess\.|\bglobalThis\b/

let house: SourceFile[]
beforeAll(async () => {
  house = await readHouse()
})

const offences = (check: (file: SourceFile) => string[]): string[] =>
  house.flatMap(file => check(file).map(what => `${file.path}: ${what}`))

describe('the house', () => {
  it('is read: every floor but an empty one has files, and imports are seen', () => {
    expect(new Set(house.map(file => file.floor)).size).toBeGreaterThanOrEqual(5)
    expect(
      readImports('node/a/b.ts', "import x, {\n  type y,\n} from '../c.ts'\nconst d = await import('#src/e.ts')"),
    ).toEqual([
      { specifier: '../c.ts', target: 'node/c.ts' },
      { specifier: '#src/e.ts', target: 'src/e.ts' },
    ])
  })

  it('imports downward only', () => {
    const upward = offences(({ floor, imports }) =>
      imports
        .filter(({ target }) => target !== null && floorOf(target) !== undefined)
        .filter(({ target }) => !BELOW[floor].includes(floorOf(target ?? '') as Floor))
        .map(({ specifier }) => `${floor} must not import ${specifier}`),
    )
    expect(upward).toEqual([])
  })

  it('lets nothing but tests import tests, and nothing but benches import benches', () => {
    expect(
      offences(({ floor, imports }) =>
        imports
          .filter(
            ({ target }) => /^(?:test|bench)\//.test(target ?? '') && floor !== 'bench' && !target?.startsWith(floor),
          )
          .map(({ specifier }) => `imports ${specifier}`),
      ),
    ).toEqual([])
  })

  it('keeps rooms of rules in order: a room knows only those to its left', () => {
    expect(
      offences(({ floor, room, imports }) =>
        floor !== 'src'
          ? []
          : imports
              .filter(({ target }) => target?.startsWith('src/'))
              .map(({ target }) => roomOf(target ?? ''))
              .filter(other => other !== room && RULE_ROOMS.indexOf(other) > RULE_ROOMS.indexOf(room))
              .map(other => `src/${room} must not know of src/${other}`),
      ),
    ).toEqual([])
    const strangers = house.filter(({ floor, room }) => floor === 'src' && !RULE_ROOMS.includes(room))
    expect(strangers.map(({ path }) => path)).toEqual([])
  })

  it('keeps adapters apart: only the joining files know more than one', () => {
    expect(
      offences(({ path, floor, room, imports }) =>
        floor !== 'node' || JOINERS.test(path)
          ? []
          : imports
              .filter(({ target }) => target?.startsWith('node/'))
              .map(({ target }) => roomOf(target ?? ''))
              .filter(other => other !== '' && other !== room && !SHARED_ROOMS.includes(other))
              .map(other => `node/${room} must not import node/${other}`),
      ),
    ).toEqual([])
  })
})

describe('the pure floors', () => {
  it('take no clock, no randomness, no timers and no globals of a runtime', () => {
    const found = offences(({ floor, code }) => {
      const match = floor === 'protocols' || floor === 'src' ? IMPURE.exec(code) : null
      return match === null ? [] : [`uses ${match[0]}`]
    })
    expect(found).toEqual([])
  })

  it('import nothing of Node', () => {
    const found = offences(({ floor, imports }) =>
      floor === 'protocols' || floor === 'src'
        ? imports
            .filter(({ specifier }) => specifier.startsWith('node:'))
            .map(({ specifier }) => `imports ${specifier}`)
        : [],
    )
    expect(found).toEqual([])
  })
})
