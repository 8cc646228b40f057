/** Pulls the first chunk now, so that an early failure surfaces before headers are sent; then yields everything. */
export async function firstThenRest<T>(source: AsyncIterable<T>): Promise<AsyncGenerator<T, void, void>> {
  const iterator = source[Symbol.asyncIterator]()
  const first = await iterator.next()
  return (async function* () {
    try {
      let step = first
      while (step.done !== true) {
        yield step.value
        step = await iterator.next()
      }
    } finally {
      await iterator.return?.()
    }
  })()
}
