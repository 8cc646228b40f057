import type { Messages } from '#web/kit/words.ts'

const files: Readonly<Record<string, Messages>> = import.meta.glob(
  ['./*.json', '!./{shell,format,counted,player,notices,outbox,rooms,taste,you,event}.json'],
  { eager: true, import: 'default' },
)

/** What every room but the first page needs. */
const words: Messages = Object.assign({}, ...Object.values(files))
export default words
