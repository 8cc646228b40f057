import type { Messages } from '#web/kit/words.ts'

const files: Readonly<Record<string, Messages>> = import.meta.glob('./ur/*.json', { eager: true, import: 'default' })

/** اردو: one file for each room of the page. */
const words: Messages = Object.assign({}, ...Object.values(files))
export default words
