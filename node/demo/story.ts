import type { Cast } from './cast.ts'
import { Fan } from './fan.ts'
import { LiveFeed } from './live.ts'
import { follow, publish, startBoth } from './story-media.ts'
import { catchUp, chat, tip, vote } from './story-people.ts'

/** The whole of it, once. Throws at the first step that does not hold. */
export async function tellStory(cast: Omit<Cast, 'community' | 'release' | 'ada' | 'ben' | 'feeds'>): Promise<void> {
  const { community } = await startBoth(cast)
  const feeds = {
    harbour: await LiveFeed.open(cast.harbour.url),
    northside: await LiveFeed.open(cast.northside.url),
  }
  const ada = new Fan('Ada', cast.harbour)
  const ben = new Fan('Ben', cast.northside)
  const full: Cast = { ...cast, community, release: '', ada, ben, feeds }
  try {
    await publish(full)
    await follow(full)
    await chat(full)
    await vote(full)
    await tip(full)
    await catchUp(full)
  } finally {
    full.feeds.harbour.close()
    full.feeds.northside.close()
  }
}
