import type { Messages } from '#web/kit/words.ts'

const files: Readonly<Record<string, Messages>> = import.meta.glob(
  './ur/{shell,format,counted,player,notices,outbox,rooms,taste,you,event}.json',
  { eager: true, import: 'default' },
)

/** اردو: what the first page says, which waits for it. */
const words: Messages = Object.assign({}, ...Object.values(files))
export default words

/** All the rest: it comes beside the first page, and the other parts wait for it. */
export const rest = async (): Promise<Messages> => (await import('./ur/rest.ts')).default
