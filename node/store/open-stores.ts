import { join } from 'node:path'
import type { Clock } from '#src/kernel/ports.ts'
import { isLiveMissing } from './ballots.ts'
import { areCaptionsMissing, createCaptions } from './captions.ts'
import { areCreditsMissing, createCredits } from './credits.ts'
import { openDatabase } from './database.ts'
import { createEarnings } from './earnings.ts'
import { createEventStore } from './event-store.ts'
import { createFollows } from './follows.ts'
import { areHandlesMissing, createHandles } from './handles.ts'
import { createInvites, createKeptSettings, createMembers } from './joining.ts'
import { isModerationMissing } from './moderation.ts'
import { areCallsMissing, createNoticeViews } from './notices.ts'
import { createOffers } from './offers.ts'
import { createPartyAccounts } from './party-accounts.ts'
import { createPasskeyStore } from './passkeys.ts'
import { rebuild } from './rebuild.ts'
import { createReceiptTexts } from './receipt-texts.ts'
import { isRoomLogMissing } from './room-log.ts'
import { MIGRATIONS } from './schema.ts'
import { createSealed } from './sealed.ts'
import { isIndexMissing } from './search.ts'
import { createSignOffStore } from './sign-offs.ts'
import { createStandings } from './standings.ts'
import { openStreamBox } from './stream-box.ts'
import { createSurvey } from './survey.ts'
import { createUnlocks } from './unlocks.ts'
import { createUsageHistory } from './usage-history.ts'
import { createViews } from './views.ts'

/** Opens `stage.db`: events, read models, and what this stage keeps for itself. Closed by `cleanup`. Throws `StageError`. */
export function openStores(dataDir: string, clock: Clock, cleanup: Pick<AsyncDisposableStack, 'defer'>) {
  const file = join(dataDir, 'stage.db')
  const db = openDatabase(file, MIGRATIONS, 'NORMAL')
  cleanup.defer(() => db.close())
  const behind = [
    isIndexMissing,
    isModerationMissing,
    isLiveMissing,
    areHandlesMissing,
    isRoomLogMissing,
    areCreditsMissing,
    areCallsMissing,
    areCaptionsMissing,
  ]
  if (behind.some(isMissing => isMissing(db))) rebuild(db)
  const box = openStreamBox(dataDir)
  cleanup.defer(() => box.close())
  return {
    store: createEventStore(db, file),
    views: createViews(db),
    standings: createStandings(db),
    follows: createFollows(db, clock),
    handles: createHandles(db),
    passkeys: createPasskeyStore(db),
    notices: createNoticeViews(db),
    history: createUsageHistory(db),
    survey: createSurvey(db, clock),
    texts: createReceiptTexts(db),
    earnings: createEarnings(db),
    accounts: createPartyAccounts(db),
    offers: createOffers(db),
    credits: createCredits(db),
    signOffs: createSignOffStore(db),
    captions: createCaptions(db),
    unlocks: createUnlocks(db),
    sealed: createSealed(db, dataDir),
    kept: createKeptSettings(db),
    invites: createInvites(db),
    members: createMembers(db),
    box,
  }
}
