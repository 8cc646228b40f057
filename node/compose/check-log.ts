import { StageError } from '#node/errors.ts'
import { createRules } from '#src/royalties/rules.ts'
import { hasher, verifier } from '../identity/crypto-ports.ts'
import { loadIdentity } from '../identity/key-file.ts'
import { createSignaturePool } from '../identity/threads/signature-pool.ts'
import type { LogReport } from '../ports/ledger.ts'
import { fsckLog } from '../store/ledger/own/fsck/fsck.ts'
import { refuseTrialLedger } from '../store/ledger/trial-ledger.ts'

/** Reads the ledger of a data folder again from its first byte, with nothing of the stage around it. Throws `StageError`. */
export async function checkLog(dataDir: string): Promise<LogReport> {
  const identity = await loadIdentity(dataDir)
  if (identity === null)
    throw new StageError('not-found', `There is no stage in ${dataDir}. Choose its folder with --data DIR.`)
  refuseTrialLedger(dataDir)
  const signatures = createSignaturePool({ verifier, threads: 1 })
  try {
    const rules = createRules({ hasher })
    return await fsckLog({ dataDir, community: identity.publicKey, hasher, verifier, signatures, rules })
  } finally {
    await signatures.close()
  }
}
