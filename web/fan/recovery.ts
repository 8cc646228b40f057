import { entropyToMnemonic, mnemonicToEntropy, validateMnemonic } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { restoredKey, seedOf } from './keys.ts'
import { readKey, replaceKey } from './vault.ts'

/** The seed of this device's key as 24 words (BIP-39); null for a key whose seed was never kept. */
export async function recoveryPhrase(): Promise<string | null> {
  const key = await readKey()
  const seed = key === undefined ? null : await seedOf(key)
  return seed === null ? null : entropyToMnemonic(seed, wordlist)
}

/** What a person typed or pasted: one space between words, lower case. */
const tidy = (phrase: string): string => phrase.trim().toLowerCase().split(/\s+/).join(' ')

export const isPhrase = (phrase: string): boolean =>
  tidy(phrase).split(' ').length === 24 && validateMnemonic(tidy(phrase), wordlist)

/** The key of the phrase takes the place of the one on this device. The phrase must be one (`isPhrase`). */
export async function restoreFromPhrase(phrase: string): Promise<void> {
  await replaceKey(await restoredKey(Uint8Array.from(mnemonicToEntropy(tidy(phrase), wordlist))))
}
