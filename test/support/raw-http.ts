import { connect, type Socket } from 'node:net'

/** Sends bytes as they are, and resolves with all that comes back until the server hangs up. */
export function sendRaw(port: number, ...pieces: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => pieces.forEach(piece => void socket.write(piece)))
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
    })
    socket.on('close', () => resolve(text))
    // What was refused while it was still being written.
    socket.on('error', error => {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ECONNRESET' && code !== 'EPIPE') reject(error)
    })
  })
}

/** A reader that asks, takes what fits into its buffers and then nothing. */
export function stuckReader(port: number, request: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request))
    socket.once('error', reject)
    socket.once('data', () => {
      socket.pause()
      socket.on('error', () => {})
      resolve(socket)
    })
  })
}
