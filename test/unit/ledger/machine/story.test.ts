import { toString as toText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { createMachine } from '#src/ledger/machine/create.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { ledgerStory, STORY_ROOT } from '#test/support/ledger-story.ts'
import { must } from '#test/support/ledger-writer.ts'

describe('a fixed month in the life of a log', () => {
  it('ends in the state that every machine must end in, whoever hashes', () => {
    const log = ledgerStory()
    expect(toText(log.machine.stateRoot(), 'base16')).toBe(STORY_ROOT)
    const copy = createMachine({ ...log.init, hasher })
    for (const bytes of log.entries) must(copy.apply(must(readEntry(hasher, log.community, bytes))))
    expect(toText(copy.stateRoot(), 'base16')).toBe(STORY_ROOT)
  })
})
