import { createDecipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** Of a name that exists nowhere, until 2120. Its key guards nothing. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBQDCB6KADAgECAgEBMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMTCXB1c2gudGVz
dDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFDESMBAGA1UEAxMJ
cHVzaC50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEXhGjn65KW+9/x9Lm
6Z/pE+RAYPnY5tf1YWWlvtlDa+/6RcX+T1GW+pXQi2XtrjxR5YoEN+5rQcV0cA0S
esZc16MpMCcwDwYDVR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglwdXNoLnRlc3Qw
CgYIKoZIzj0EAwIDRwAwRAIgVPKV8Iry1dBSP/b1wwtxZR9x+uHZV/deScTmyMtZ
XI4CIFE8HZFQNc+YaK9CvdNtFxClMG3GqogfF2fMa5MDBl3B
-----END CERTIFICATE-----`
const CERTIFICATE_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTpw+Bfj/k9KTiNXx
wSgC2zz/oAKY7cqqjaLtpmFKGsihRANCAAReEaOfrkpb73/H0ubpn+kT5EBg+djm
1/VhZaW+2UNr7/pFxf5PUZb6ldCLZe2uPFHligQ37mtBxXRwDRJ6xlzX
-----END PRIVATE KEY-----`
const HOST = 'push.test'

const hkdf = (secret: Uint8Array, salt: Uint8Array, info: string | Uint8Array, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, bytes))

/** Reads a message as the browser does (RFC 8291, RFC 8188). Throws when it is for somebody else. */
export function openPush(browser: ECDH, auth: Uint8Array, body: Uint8Array): Buffer {
  const bytes = Buffer.from(body)
  const salt = bytes.subarray(0, 16)
  const sender = bytes.subarray(21, 21 + bytes.readUInt8(20))
  const sealed = bytes.subarray(21 + sender.length)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), browser.getPublicKey(), sender])
  const secret = hkdf(browser.computeSecret(sender), auth, info, 32)
  const key = hkdf(secret, salt, 'Content-Encoding: aes128gcm\0', 16)
  const nonce = hkdf(secret, salt, 'Content-Encoding: nonce\0', 12)
  const opening = createDecipheriv('aes-128-gcm', key, nonce)
  opening.setAuthTag(sealed.subarray(-16))
  const text = Buffer.concat([opening.update(sealed.subarray(0, -16)), opening.final()])
  return text.subarray(0, text.lastIndexOf(2))
}

export interface Received {
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** A push service of its own on this machine, over TLS, and the browsers that subscribed with it. */
export class PushReceiver {
  readonly received: Received[] = []
  /** Status of the next answers; 201 when there is none. */
  readonly answers: number[] = []
  readonly #server: Server
  #next = 1

  private constructor(server: Server) {
    this.#server = server
    server.on('request', async (request, response) => {
      const body = await buffer(request)
      this.received.push({ path: request.url ?? '', headers: request.headers, body })
      response.writeHead(this.answers.shift() ?? 201).end()
    })
  }

  static async start(): Promise<PushReceiver> {
    const server = createServer({ cert: CERTIFICATE, key: CERTIFICATE_KEY })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new PushReceiver(server)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** What a browser gives to the page, and its secrets. */
  subscribe() {
    const browser = createECDH('prime256v1')
    const auth = randomBytes(16)
    const path = `/send/${this.#next++}`
    return { browser, auth, path, endpoint: `https://${HOST}${path}`, p256dh: browser.generateKeys() }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
