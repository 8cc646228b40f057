import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { createOneThreadChecker } from '#node/identity/threads/one-thread.ts'
import { createMemoryRegistry } from '#node/registry/memory-registry.ts'
import { openCopies } from '#node/store/ledger/copies/open.ts'
import { encodeCharter } from '#protocols/ledger/v1/charter.ts'
import type { Submission } from '#src/ledger/committee/types.ts'
import { charterOf } from '#test/support/copies-world.ts'
import { community, must, NOW, rules, signerOf } from '#test/support/own-log-world.ts'

/** A seat in a process of its own, to be killed: judges what it is sent, and says what it signed. */
const [, , file = ''] = process.argv
const clock = { nowMs: () => NOW }
const registry = createMemoryRegistry({ clock, hasher })
must(await registry.adopt(encodeCharter(charterOf())))
const { auditor } = openCopies({
  file,
  hasher,
  verifier,
  clock,
  rules,
  registry,
  checker: createOneThreadChecker(verifier),
  signer: signerOf('north'),
})
process.on('message', async (submission: Submission) => {
  const answer = await auditor.judge(community, submission)
  process.send?.({ note: submission.note, line: answer.line ?? null, kind: answer.kind })
})
process.send?.('ready')
