/** The page's words in the language of whoever reads them. English is written in the code and is its own key. */

/** Languages that are written from right to left (Unicode CLDR). */
const RIGHT_TO_LEFT = ['ar', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi']
const KEY = 'bandstand-language'

export type Messages = Readonly<Record<string, string>>

let language = 'en'
let messages: Messages = {}

export const currentLanguage = (): string => language
/** Amounts and sizes read from left to right in every language; there they stand apart from the words around them. */
export const leftToRight = (text: string): string => (directionOf(language) === 'rtl' ? `\u2066${text}\u2069` : text)
export const directionOf = (code: string): 'rtl' | 'ltr' => (RIGHT_TO_LEFT.includes(code) ? 'rtl' : 'ltr')

/** What was chosen before, else what the stage speaks, else the first language of the browser that there are words for. */
export function preferredLanguage(available: readonly string[]): string {
  const stages = document.documentElement.dataset.language ?? ''
  const wanted = [localStorage.getItem(KEY) ?? '', stages, ...navigator.languages].map(tag => tag.split('-')[0] ?? '')
  return wanted.find(code => code === 'en' || available.includes(code)) ?? 'en'
}

/** Takes effect when the page is loaded again: every part then starts with the right words. */
export function chooseLanguage(code: string): void {
  localStorage.setItem(KEY, code)
  location.reload()
}

/** Finds the reader's words for what a stage says in English; by the code of a refusal where it has none for the sentence itself. */
export type Hearing = (text: string, code?: string) => string

let hearing: Hearing = text => text

/** What the stage said, in the language of whoever reads it. */
export const heard: Hearing = (text, code) => hearing(text, code)

/** Called once, before anything is shown. */
export function useLanguage(code: string, words: Messages, hear: (words: () => Messages) => Hearing): void {
  language = code
  messages = words
  hearing = hear(() => messages)
  document.documentElement.lang = code
  document.documentElement.dir = directionOf(code)
}

/** Words that come later than the first page. */
export function moreWords(words: Messages): void {
  messages = { ...messages, ...words }
}

/** Text with its values numbered: `{0} of {1}`. So it stands in the message files. */
const keyOf = (strings: readonly string[]): string =>
  strings.map((text, at) => (at === 0 ? text : `{${at - 1}}${text}`)).join('')

/** CLDR names its plural categories in this order. */
const ORDER: readonly Intl.LDMLPluralRule[] = ['zero', 'one', 'two', 'few', 'many', 'other']

const PLACE = /\{(\d)\}/g

/** One text. What has no translation stays English. */
export function t(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  const key = keyOf(strings)
  return (messages[key] ?? key).replace(PLACE, (_place, at: string) => String(values[Number(at)] ?? ''))
}

/** The same with parts of a template among the values: what it answers is rendered piece by piece. */
export function tx(strings: TemplateStringsArray, ...values: readonly unknown[]): unknown[] {
  const key = keyOf(strings)
  return (messages[key] ?? key).split(PLACE).map((piece, at) => (at % 2 === 0 ? piece : values[Number(piece)]))
}

/** Words that stand in a table: looked up as they are. The table marks them with `m`, so that they are found. */
export const m = (text: string): string => text
export const translated = (text: string): string => messages[text] ?? text

/** Forms of a counted word by the language's own rules (Unicode CLDR plural rules), `one|few|other` as far as it has them. */
export function counted(count: number, one: string, many: string): string {
  const forms = (messages[`${one}|${many}`] ?? `${one}|${many}`).split('|')
  const rules = new Intl.PluralRules(language)
  const { pluralCategories } = rules.resolvedOptions()
  const at = ORDER.filter(name => pluralCategories.includes(name)).indexOf(rules.select(count))
  return `${count.toLocaleString(language)} ${forms[Math.min(Math.max(0, at), forms.length - 1)] ?? many}`
}
