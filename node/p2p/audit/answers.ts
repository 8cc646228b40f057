import type { Judged } from '#node/ports/ledger.ts'
import type { AuditAnswer, AuditRefusal } from '#protocols/audit/v1/codec.ts'
import { REFUSAL_CHARS_MAX } from '#protocols/audit/v1/constants.ts'
import { encodeCloseStatement } from '#protocols/ledger/v1/close.ts'

/** A refusal as a peer may read it: one line, and at most as long as the protocol allows. */
export const refused = (code: AuditRefusal, message: string): AuditAnswer => ({
  t: 'refused',
  code,
  message: message
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .slice(0, REFUSAL_CHARS_MAX),
})

/** What the auditor decided, on the wire. */
export function answerOf(judged: Judged): AuditAnswer {
  const { line, statement } = judged
  switch (judged.kind) {
    case 'behind':
      return { t: 'behind', size: judged.size }
    case 'refuse':
      return refused(judged.code, judged.message)
    case 'close':
      if (statement !== undefined) return { t: 'closed', statement: encodeCloseStatement(statement) }
      break
    default:
      if (line !== undefined) return { t: judged.kind === 'cosign' ? 'cosigned' : 'voted', line }
  }
  return refused('internal', 'the seat decided, and could not sign it')
}
