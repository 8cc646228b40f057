import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createProgress, progressText } from '#node/cli/progress.ts'

function capture(isTTY: boolean) {
  const written: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk))
      done()
    },
  })
  return { stream: Object.assign(stream, { isTTY, columns: 200 }), text: () => written.join('') }
}

describe('the progress bar', () => {
  it('shows bytes, speed and time left', () => {
    expect(progressText('Sending a.ogg', 1_200_000, 2_400_000, 800_000)).toBe(
      'Sending a.ogg  [############............]  1.20 MB of 2.40 MB  800 kB/s  2 s left',
    )
  })

  it('shows the step alone when no total is known', () =>
    expect(progressText('Reading tags', 0, 0, null)).toBe('Reading tags'))

  it('redraws one line at a terminal and clears it at the end', () => {
    const out = capture(true)
    let now = 0
    const progress = createProgress(out.stream, () => now)
    for (const done of [0, 250, 500, 1000]) {
      progress.update('Sending', done, 1000)
      now += 200
    }
    progress.end()
    const text = out.text()
    expect(text).not.toContain('\n')
    expect(text.match(/\r/g)).toHaveLength(5)
    expect(text).toContain('500 B of 1.00 kB  1.25 kB/s  0 s left')
    expect(text.endsWith('\r\u001b[2K')).toBe(true)
  })

  it('prints few plain lines without a terminal, and always the last one, once', () => {
    const out = capture(false)
    let now = 0
    const progress = createProgress(out.stream, () => now)
    for (let done = 0; done <= 100; done++) {
      progress.update('Sending', done, 100)
      now += 50
    }
    for (let poll = 0; poll < 100; poll++) {
      progress.update('Sending', 100, 100)
      now += 50
    }
    const lines = out.text().trim().split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[3]).toContain('100 B of 100 B')
  })
})
