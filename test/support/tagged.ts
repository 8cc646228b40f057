/** The sound alone, without the tags it came with. */
function bare(sound: Uint8Array): Uint8Array {
  const text = (at: number, length: number) => Buffer.from(sound.subarray(at, at + length)).toString('latin1')
  const from = text(0, 3) === 'ID3' ? 10 + [6, 7, 8, 9].reduce((size, at) => size * 128 + (sound[at] ?? 0), 0) : 0
  return sound.subarray(from, text(sound.length - 128, 3) === 'TAG' ? sound.length - 128 : sound.length)
}

/** Tags in front of an MP3 (ID3v2.3): four-letter frame names to texts, and a picture of any type. */
export function tagged(
  sound: Uint8Array,
  texts: Readonly<Record<string, string>>,
  picture: readonly [type: string, bytes: string],
): Uint8Array {
  const frame = (name: string, data: Buffer): Buffer => {
    const head = Buffer.alloc(10)
    head.write(name, 'latin1')
    head.writeUInt32BE(data.length, 4)
    return Buffer.concat([head, data])
  }
  const inUtf16 = (text: string) => Buffer.concat([Buffer.of(1, 0xff, 0xfe), Buffer.from(text, 'utf16le')])
  const [type, bytes] = picture
  const frames = Buffer.concat([
    ...Object.entries(texts).map(([name, text]) => frame(name, inUtf16(text))),
    frame(
      'APIC',
      Buffer.concat([Buffer.of(0), Buffer.from(`${type}\0`, 'latin1'), Buffer.of(3, 0), Buffer.from(bytes)]),
    ),
  ])
  const size = [21, 14, 7, 0].map(shift => (frames.length >> shift) & 0x7f)
  return Buffer.concat([Buffer.from('ID3'), Buffer.of(3, 0, 0), Buffer.from(size), frames, bare(sound)])
}
