import type { Readable } from 'node:stream'
import type * as api from '#protocols/api/v1/schemas.ts'

/** Turns uploads into releases, one job after another. */
export interface Publishing {
  /** Checks the request at once (throws `StageError`), then works in the background. */
  publish(request: api.PublishRequest): api.JobInfo
  jobs(): api.JobInfo[]
  /** Throws `StageError` 'not-found'. */
  job(id: string): api.JobInfo
}

/** Releases as one CAR file, and back. */
export interface Archive {
  exportCar(releases: readonly string[]): AsyncIterable<Uint8Array>
  importCar(car: Readable): Promise<api.ImportResult>
}
