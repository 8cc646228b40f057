import fc from 'fast-check'

/** Ids with shares that total 10,000. */
export const columns = fc
  .uniqueArray(fc.stringMatching(/^[a-z0-9]{1,6}$/), { minLength: 1, maxLength: 12 })
  .chain(ids =>
    fc
      .uniqueArray(fc.integer({ min: 1, max: 9_999 }), { minLength: ids.length - 1, maxLength: ids.length - 1 })
      .map(cuts => {
        const marks = [0, ...cuts.sort((a, b) => a - b), 10_000]
        return ids.map((id, at): [string, number] => [id, (marks[at + 1] ?? 0) - (marks[at] ?? 0)])
      }),
  )
