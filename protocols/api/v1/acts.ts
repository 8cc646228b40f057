import { z } from 'zod'
import { Hex32 } from './schemas.ts'

/** Shapes of what a community signs with its own key, at its operator's word. */
export const AgreementHash = z.object({ hash: Hex32 })
export const Dispute = z.object({ party: z.string().min(1).max(80).describe('whose part waits from now on') })
export const CharterFile = z.object({ charter: z.string().max(200_000).describe('signed charter, base64') })

export type Dispute = z.infer<typeof Dispute>
export type CharterFile = z.infer<typeof CharterFile>
