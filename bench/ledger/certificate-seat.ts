import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { createOneThreadChecker } from '#node/identity/threads/one-thread.ts'
import { createAuditService } from '#node/p2p/audit/audit-service.ts'
import { openCopies } from '#node/store/ledger/copies/open.ts'
import { given } from './child.ts'
import { rules } from './community.ts'
import { clock, federation, hostOf, seatName, seatSigner } from './federation.ts'

const { number, count } = given<{ number: number; count: number }>()
const folder = await mkdtemp(join(tmpdir(), 'bandstand-bench-seat-'))
const host = await hostOf(seatName(number))
const copies = openCopies({
  file: join(folder, 'followed-logs.db'),
  hasher,
  verifier,
  clock,
  rules,
  checker: createOneThreadChecker(verifier),
  registry: await federation(count),
  signer: seatSigner(number),
  keepsLines: () => false,
})
const evidence = async () => ({ known: true })
await createAuditService({ libp2p: host, auditor: copies.auditor, clock, evidence }).start()
const address = host.getMultiaddrs().find(each => each.toString().includes('/tcp/') && !each.toString().includes('/ws'))
process.send?.({ address: address?.toString() })

process.on('SIGTERM', async () => {
  await host.stop()
  await copies.close()
  await rm(folder, { recursive: true })
  process.exit(0)
})
