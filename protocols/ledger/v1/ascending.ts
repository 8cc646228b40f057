import { compare } from 'uint8arrays/compare'
import { type Shape, wrongShape } from '../../codec/shape.ts'

/** A list whose items are distinct and ascend by the bytes of a key: one set has one encoding. */
export const ascendingBy =
  <T>(items: Shape<T[]>, keyOf: (item: T) => Uint8Array): Shape<T[]> =>
  (value, path) => {
    const read = items(value, path)
    for (const [index, item] of read.entries()) {
      const before = read[index - 1]
      if (before !== undefined && compare(keyOf(before), keyOf(item)) >= 0)
        return wrongShape(`${path}[${index}]`, 'must be distinct and ascend by the bytes of the key')
    }
    return read
  }
