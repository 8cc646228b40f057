import { type Messages, m, translated } from '#web/kit/words.ts'

/** One sentence for each way in which a stage says no, for what has no words of its own in the reader's language. */
export const REFUSALS: Readonly<Record<string, string>> = {
  unreachable: m('The stage does not answer. Check that it is running and try again.'),
  'bad-request': m('The stage could not read this. Check what you entered and try again.'),
  'bad-arguments': m('Something that was entered does not fit. Check it and try again.'),
  'not-found': m('That is not here: it was taken down, or never arrived.'),
  'not-operator': m('Only the operator may do this. Sign in with the operator token of this stage.'),
  'forbidden-origin': m('Another website sent this request. Do this on the page of the stage itself.'),
  'too-large': m('That is larger than this stage takes.'),
  'too-many-requests': m('That was too many requests. Wait a minute and try again.'),
  'already-running': m('This runs already.'),
  'not-running': m('This is not running now. Try again later.'),
  'port-in-use': m('Another program uses that port.'),
  'data-folder-unusable': m('The stage cannot write to its data folder. Its operator has to look.'),
  'disk-full': m('The disk of this stage is full. Free some space and try again.'),
  'media-unreadable': m('This file could not be read as music, video or a picture.'),
  'media-empty': m('This file is empty: choose it again.'),
  'bad-name': m('That name does not fit. Choose another one.'),
  'bad-splits': m('These shares do not fit. Check the parties and that they add up to 100 %.'),
  'bad-captions': m('These words could not be read. Use a file of captions or timed lyrics (.vtt, .srt, .lrc).'),
  'bad-identifier': m('That identifier is mistyped. Compare it with your papers.'),
  'bad-address': m('That address cannot be used. Check it and try again.'),
  'peer-unreachable': m('The other stage does not answer. Try again later.'),
  'peer-refused': m('The other stage refused this.'),
  'no-holder': m('No connected stage holds this now. Try again when its community is online.'),
  'bad-envelope': m('The stage could not read what this page signed. Reload the page and try again.'),
  'bad-signature': m('The signature does not match the author and the content.'),
  'not-a-member': m('This is for members of the community.'),
  'invite-needed': m('This community takes nobody new without an invite. You can listen and read.'),
  'unknown-community': m('This stage does not know that community.'),
  'clock-off': m('The clock of this device is off. Set it and try again.'),
  'rate-limited': m('That is faster than this community allows. Wait a few seconds and try again.'),
  muted: m('You may not speak here for now. You may appeal.'),
  'slow-mode': m('This room is slow: wait a little before you say the next thing.'),
  'room-closed': m('This room is closed for now. You can go on reading.'),
  'work-needed': m('The room is flooded. A key that is new here has to compute for a moment before it speaks.'),
  'not-for-you': m('This is not open to you.'),
  'insufficient-balance': m('There is not enough on this account. Nothing was charged.'),
  'code-mistyped': m('Please look at the card again: the code is mistyped. Nothing was redeemed.'),
  'code-unknown': m('This community issued no such card. If somebody sold it to you, it is not genuine.'),
  'code-used': m('This card was redeemed before; a card works once.'),
  'code-revoked': m('The community took this card back; ask at its desk.'),
  'code-expired': m('This card ran out; ask at the desk of the community.'),
  'not-confirmed': m('This is not confirmed yet. Try again later.'),
  frozen: m('This is frozen: nothing moves until that is lifted.'),
  'rail-failed': m('The payment could not be made. Nothing was paid.'),
  'no-line': m('The two communities have not agreed on credit, so nothing can be paid between them.'),
  'over-limit': m('That is over the limit that was agreed.'),
  'no-route': m('There is no way to pay there now.'),
  'quote-expired': m('That offer has run out. Ask anew.'),
  'seats-too-old': m('The communities that check the log have to update first.'),
  busy: m('The stage has more to do than it can write at once. Nothing was charged; try again in a moment.'),
  'log-halted': m('The ledger of this community is halted. Nothing was charged.'),
  'bad-archive': m('The archive cannot be read. Nothing was kept; export it again.'),
  'bad-passphrase': m('That passphrase does not open it.'),
  taken: m('Somebody here bears that handle already. Choose another one.'),
  conflict: m('Something changed meanwhile. Look again, then try once more.'),
  stopping: m('This stage is stopping. Try again in a moment.'),
  internal: m('Something went wrong on this stage. Try again.'),
}

/** Longer than anything a stage says. */
const SENTENCE_MAX = 1_000
/** A sentence may quote another, which may quote a third. */
const QUOTES_MAX = 3
/** What is fixed in a template: fewer letters would fit too much. */
const FIXED_MIN = 5

interface Template {
  readonly key: string
  /** What is fixed, before, between and after the values. */
  readonly fixed: readonly string[]
  /** Which value stands in each gap. */
  readonly places: readonly number[]
}

const PLACE = /\{(\d)\}/

function templateOf(key: string): Template {
  const pieces = key.split(PLACE)
  return {
    key,
    fixed: pieces.filter((_, at) => at % 2 === 0),
    places: pieces.filter((_, at) => at % 2 === 1).map(Number),
  }
}

const fixedLength = ({ fixed }: Template): number => fixed.reduce((sum, piece) => sum + piece.trim().length, 0)

/** What fixes most is tried first. Made when it is first needed. */
const templatesOf = (words: Messages): Template[] =>
  Object.keys(words)
    .filter(key => PLACE.test(key) && !key.includes('|'))
    .map(templateOf)
    .filter(template => fixedLength(template) >= FIXED_MIN)
    .sort((a, b) => fixedLength(b) - fixedLength(a))

/** The values of a text that was made from a template, or null. One pass: whatever a stage says, it costs little. */
function valuesIn(text: string, { fixed, places }: Template): string[] | null {
  const [head = '', ...rest] = fixed
  if (!text.startsWith(head) || !text.endsWith(rest.at(-1) ?? '')) return null
  const values: string[] = []
  let at = head.length
  for (const [gap, piece] of rest.entries()) {
    const last = gap === rest.length - 1
    const end = last ? text.length - piece.length : text.indexOf(piece, at)
    if (end < at) return null
    values[places[gap] ?? gap] = text.slice(at, end)
    at = end + piece.length
  }
  return values
}

/**
 * Understands what a stage says in English and says it in the reader's language: word by word where it is known, by its template
 * where values stand in it, sentence by sentence where it is several; else by the code of the refusal. What remains is English.
 */
export function createHearing(known: () => Messages): (text: string, code?: string) => string {
  let templates: readonly Template[] = []
  let words: Messages = {}
  const find = (text: string, quotes: number): string | null => {
    const whole = words[text]
    if (whole !== undefined) return whole
    if (text.length > SENTENCE_MAX) return null
    if (templates.length === 0) templates = templatesOf(words)
    for (const template of templates) {
      const values = valuesIn(text, template)
      if (values === null) continue
      const said = values.map(value => (quotes > 0 ? (find(value, quotes - 1) ?? value) : value))
      return (words[template.key] ?? text).replace(/\{(\d)\}/g, (_, at: string) => said[Number(at)] ?? '')
    }
    const sentences = text.split(/(?<=[.!?]) (?=[A-Z“"])/)
    if (sentences.length < 2) return null
    const said = sentences.map(sentence => find(sentence, quotes))
    return said.every(sentence => sentence !== null) ? said.join(' ') : null
  }
  return (text, code) => {
    if (words !== known()) [words, templates] = [known(), []]
    const refusal = REFUSALS[code ?? '']
    return find(text, QUOTES_MAX) ?? (refusal === undefined ? text : translated(refusal))
  }
}
