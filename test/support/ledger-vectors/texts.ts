import { checkpointText, formatNote } from '#protocols/ledger/v1/checkpoint.ts'
import { formatTlogProof } from '#protocols/ledger/v1/tlog-proof.ts'
import {
  cosigned,
  desk,
  fill,
  flip,
  type LedgerVector,
  note,
  origin,
  own,
  sha256,
  text,
  textVector,
  utf8,
} from './fixtures.ts'

export const noteVectors = (): LedgerVector[] => {
  const edited = (from: string, to: string): string => note.replace(from, to)
  const later = { ...cosigned, signature: flip(cosigned.signature, 7) }
  return [
    textVector('checkpoint', 'signed by the log alone', formatNote(text, [own])),
    textVector('checkpoint', 'cosigned by a seat', note),
    textVector(
      'checkpoint',
      'with a line by an unknown key, which is ignored',
      formatNote(text, [own, { ...own, name: 'witness.example/w1' }]),
    ),
    textVector(
      'checkpoint',
      'of the empty tree',
      formatNote(checkpointText(origin, 0, sha256(new Uint8Array())), [
        { ...own, signature: desk.sign(utf8(checkpointText(origin, 0, sha256(new Uint8Array())))) },
      ]),
    ),
    textVector('checkpoint', 'a size that was not signed', edited('\n8\n', '\n9\n'), 'bad-signature'),
    textVector(
      'checkpoint',
      'a cosignature with another time than was signed',
      formatNote(text, [own, later]),
      'bad-signature',
    ),
    textVector('checkpoint', 'a size with a leading zero', edited('\n8\n', '\n08\n'), 'malformed'),
    textVector('checkpoint', 'a root with stray bits', edited('cHA=', 'cHB='), 'malformed'),
    textVector('checkpoint', 'no signature line', `${text}\n`, 'malformed'),
    textVector('checkpoint', 'no final newline', note.slice(0, -1), 'malformed'),
    textVector('checkpoint', 'carriage returns', note.replaceAll('\n', '\r\n'), 'malformed'),
    textVector('checkpoint', 'a hyphen where a dash belongs', edited('— ', '- '), 'malformed'),
    textVector(
      'checkpoint',
      'seventeen signatures',
      formatNote(
        text,
        Array.from({ length: 17 }, () => own),
      ),
      'malformed',
    ),
  ]
}

export const proofVectors = (): LedgerVector[] => {
  const proof = { extra: null, index: 5, path: [fill(1), fill(2), fill(3)], checkpoint: note }
  const valid = formatTlogProof(proof)
  return [
    textVector('tlog-proof', 'three hashes', valid),
    textVector('tlog-proof', 'extra data', formatTlogProof({ ...proof, extra: fill(9, 5) })),
    textVector('tlog-proof', 'the only leaf', formatTlogProof({ ...proof, index: 0, path: [] })),
    textVector('tlog-proof', 'another version', valid.replace('@v1', '@v2'), 'malformed'),
    textVector('tlog-proof', 'an index with a leading zero', valid.replace('index 5', 'index 05'), 'malformed'),
    textVector('tlog-proof', 'no empty line before the checkpoint', valid.replace('\n\n', '\n'), 'malformed'),
    textVector('tlog-proof', 'a hash of 31 bytes', formatTlogProof({ ...proof, path: [fill(1, 31)] }), 'malformed'),
  ]
}
