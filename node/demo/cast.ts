import type { Fan } from './fan.ts'
import type { LiveFeed } from './live.ts'
import type { Music } from './music.ts'
import type { Report } from './report.ts'
import type { DemoStage } from './stage.ts'
import type { CryptoPorts } from './verify-receipt.ts'

/** Everything that the steps of the story share. */
export interface Cast {
  readonly report: Report
  readonly harbour: DemoStage
  readonly northside: DemoStage
  readonly music: Music
  readonly crypto: CryptoPorts
  /** Key of the community that publishes, hex. */
  community: string
  release: string
  /** A fan at each page. */
  readonly ada: Fan
  readonly ben: Fan
  /** What each page hears. */
  feeds: { harbour: LiveFeed; northside: LiveFeed }
}
