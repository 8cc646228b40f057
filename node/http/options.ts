import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { CID } from 'multiformats/cid'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { PublishedResults } from '#node/ports/conformance.ts'
import type { OwnLog } from '#node/ports/ledger.ts'
import type { Blocks } from '#node/ports/network.ts'
import type { Parts } from '#node/ports/parts.ts'
import type { StageApi } from '#node/ports/stage-api.ts'
import type { Survey } from '#node/ports/survey.ts'
import type { Access } from './access.ts'
import type { HttpLimits } from './limits.ts'
import type { UploadStore } from './uploads.ts'

export interface HttpServerOptions {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Whether strangers may reach this stage: then operator routes want the token or a session. */
  readonly public: boolean
  /** Behind a reverse proxy on the same machine: believe its `X-Forwarded-*`. */
  readonly trustProxy?: boolean | undefined
  readonly operatorToken: string
  readonly stage: StageApi
  /** The own log, for `/log`; without it there is no such address. */
  readonly log?: Pick<OwnLog, 'checkpoint' | 'tile' | 'bundle'> | undefined
  /** Only reading is needed: the gateway verifies nothing itself, blocks come verified. */
  readonly blocks: Pick<Blocks, 'get' | 'has'>
  /**
   * Whether what lies under this root is fetched from other stages for whoever asks; everything, unless said otherwise.
   * What is here already is served in any case.
   */
  readonly fetches?: ((root: CID) => boolean) | undefined
  readonly uploads: UploadStore
  readonly metrics: Registry
  readonly logger: Logger
  /** What the page is made of; without it there are no guest parts. */
  readonly parts?: Parts | undefined
  /** Counts of what devices say by chance; without it nothing is asked. */
  readonly survey?: Survey | undefined
  /** What checkers found at this stage; without it nothing is shown. */
  readonly conformance?: PublishedResults | undefined
  /** Folder of the built page (`web/dist`). */
  readonly pageDir: string
  readonly limits?: Partial<HttpLimits> | undefined
}

export interface HttpServer {
  readonly address: { readonly host: string; readonly port: number; readonly url: string }
  /** Ends every connection, live streams included. Safe to call twice. */
  close(): Promise<void>
}

export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

/** What route files are given. */
export interface Context {
  readonly options: HttpServerOptions
  readonly stage: StageApi
  readonly access: Access
  readonly limits: HttpLimits
}
