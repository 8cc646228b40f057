import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, findings, launchChromium, shoot, visit } from '#test/support/browser.ts'
import { StageProcess } from '#test/support/stage-process.ts'

const WAIT_MS = 20_000
const PHONE = { viewport: { width: 390, height: 844 } }

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('passkeys of fans', () => {
  let folder: string
  let stage: StageProcess
  let browser: Browser
  /** The same stage under a name: passkeys have no use for addresses. */
  let named: string

  const by = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`)
  const keyOf = (page: Page) => by(page, 'you-id').getAttribute('data-key')

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-passkeys-'))
    ;[stage, browser] = await Promise.all([
      StageProcess.start(join(folder, 'home'), ['--name', 'Park Stage']),
      launchChromium(),
    ])
    named = stage.client.url.replace('127.0.0.1', 'localhost')
  })
  afterAll(async () => {
    await browser?.close()
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** A device with its own storage and an authenticator that confirms by itself. */
  async function device(hasPrf: boolean, options = {}) {
    const seen = await visit(browser, `${named}/you`, options)
    seen.page.setDefaultTimeout(WAIT_MS)
    const cdp = await seen.context.newCDPSession(seen.page)
    await cdp.send('WebAuthn.enable')
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        ctap2Version: 'ctap2_1',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
        hasPrf,
      },
    })
    return { ...seen, cdp, authenticatorId }
  }

  /** Lets the authenticator of one page answer what another asks, as a phone does for a computer beside it. */
  async function answerFor(asking: Page, holding: Page): Promise<void> {
    await asking.exposeFunction('askPhone', (options: string) => holding.evaluate(ASSERT, options))
    await asking.evaluate(BORROW)
  }

  it('bring the key to another device, and open nothing once they are removed', async () => {
    const first = await device(true)
    const { page, context } = first
    const key = await keyOf(page)
    await by(page, 'passkey-label').fill('My phone')
    await by(page, 'passkey-add').click()
    await by(page, 'passkey').filter({ hasText: 'My phone' }).waitFor()
    await shoot(page, 'you-passkey')
    expect(await findings(page)).toEqual([])

    const second = await visit(browser, `${named}/you`, PHONE)
    second.page.setDefaultTimeout(WAIT_MS)
    expect(await keyOf(second.page)).not.toBe(key)
    await answerFor(second.page, page)
    const reloaded = second.page.waitForEvent('load')
    await by(second.page, 'passkey-sign-in').click()
    await reloaded
    await expect.poll(() => keyOf(second.page), { timeout: WAIT_MS }).toBe(key)
    await by(second.page, 'passkey').filter({ hasText: 'last used' }).waitFor()
    await shoot(second.page, 'you-passkey-phone')
    // The key that came along signs like the one it was made on.
    await second.page.goto(`${named}/chat`)
    await by(second.page, 'chat-input').fill('from my other device')
    await by(second.page, 'chat-send').click()
    await by(second.page, 'chat-message').filter({ hasText: 'from my other device' }).waitFor()
    const { community } = await stage.client.stage()
    expect((await stage.client.messages(community, 'main')).map(({ author }) => author)).toEqual([key])

    await second.page.goto(`${named}/you`)
    await by(second.page, 'passkey-remove').click()
    await by(second.page, 'passkey').waitFor({ state: 'detached' })
    await by(page, 'passkey-sign-in').click()
    await by(page, 'toast').filter({ hasText: 'does not know that passkey' }).waitFor()
    expect(await keyOf(page)).toBe(key)
    expect([...first.complaints, ...second.complaints].filter(line => !line.includes('404'))).toEqual([])
    await context.close()
    await second.context.close()
  })

  it('are not made where the authenticator cannot hold a key, which is said', async () => {
    const { page, context, cdp, authenticatorId } = await device(false)
    await by(page, 'passkey-add').click()
    await by(page, 'passkey-problem').filter({ hasText: 'cannot hold your key' }).waitFor()
    expect(await by(page, 'passkey').count()).toBe(0)
    // Somebody who changes their mind is told that nothing happened.
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    await by(page, 'passkey-sign-in').click()
    await by(page, 'passkey-problem').filter({ hasText: 'Nothing was changed' }).waitFor()
    await context.close()
  })

  it('need a name: under a bare address the page says so, and where to go', async () => {
    const { page, context } = await visit(browser, `${stage.client.url}/you`)
    await by(page, 'passkey-obstacle').waitFor()
    expect(await by(page, 'passkey-add').count()).toBe(0)
    await by(page, 'passkey-named').click()
    await by(page, 'passkey-add').waitFor()
    expect(new URL(page.url()).hostname).toBe('localhost')
    await context.close()
  })
})

/** Runs in the page that has the authenticator: what `navigator.credentials.get` answers, as text. */
async function ASSERT(asked: string): Promise<string> {
  const read = (text: string) => Uint8Array.from(atob(text), char => char.charCodeAt(0))
  const write = (bytes: ArrayBuffer | null) =>
    bytes === null ? null : btoa(String.fromCharCode(...new Uint8Array(bytes)))
  const { challenge, rpId, input } = JSON.parse(asked)
  const found = (await navigator.credentials.get({
    publicKey: {
      challenge: read(challenge),
      rpId,
      userVerification: 'required',
      extensions: { prf: { eval: { first: read(input) } } } as object,
    },
  })) as PublicKeyCredential
  const response = found.response as AuthenticatorAssertionResponse
  const outputs = found.getClientExtensionResults() as { prf: { results: { first: ArrayBuffer } } }
  return JSON.stringify({
    id: found.id,
    rawId: write(found.rawId),
    clientDataJSON: write(response.clientDataJSON),
    authenticatorData: write(response.authenticatorData),
    signature: write(response.signature),
    userHandle: write(response.userHandle),
    output: write(outputs.prf.results.first),
  })
}

/** Runs in the page that asks. */
function BORROW(): void {
  const read = (text: string) => Uint8Array.from(atob(text), char => char.charCodeAt(0)).buffer
  const write = (bytes: BufferSource) =>
    btoa(String.fromCharCode(...(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes as ArrayBuffer))))
  navigator.credentials.get = async options => {
    const { challenge, rpId, extensions } = (options as CredentialRequestOptions)
      .publicKey as PublicKeyCredentialRequestOptions & { extensions: { prf: { eval: { first: BufferSource } } } }
    const asked = JSON.stringify({ challenge: write(challenge), rpId, input: write(extensions.prf.eval.first) })
    const askPhone = (window as unknown as { askPhone: (asked: string) => Promise<string> }).askPhone
    const { output, id, rawId, ...response } = JSON.parse(await askPhone(asked)) as Record<string, string>
    const fields = Object.fromEntries(Object.entries(response).map(([name, text]) => [name, read(text)]))
    return {
      id,
      rawId: read(rawId ?? ''),
      type: 'public-key',
      response: fields,
      getClientExtensionResults: () => ({ prf: { results: { first: read(output ?? '') } } }),
    } as unknown as Credential
  }
}
