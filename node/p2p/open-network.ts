import { join } from 'node:path'
import type { PrivateKey } from '@libp2p/interface'
import type { Settings } from '../config/settings.ts'
import { openAddressBook } from './address-book/address-book.ts'
import { stageCapabilities } from './hello/capabilities.ts'
import type { Speaker } from './hello/conversation.ts'
import { createHandshake } from './hello/handshake.ts'
import { createNetwork, type StageNetwork } from './hello/network.ts'
import { createHost, type StageHost } from './host/host.ts'
import { rememberPorts, withStickyPorts } from './host/sticky-ports.ts'

export interface NetworkInit extends Omit<Speaker, 'capabilities'> {
  readonly settings: Settings
  readonly privateKey: PrivateKey
  /** e.g. `bandstand/0.1.0`. */
  readonly software: string
}

/** The libp2p host with handshake, address book and the ports of last time, ready to start. */
export async function openNetwork(init: NetworkInit): Promise<{ host: StageHost; network: StageNetwork }> {
  const { settings, privateKey, software, ...speaker } = init
  const portsFile = join(settings.dataDir, 'ports.json')
  const p2p = await withStickyPorts(portsFile, settings.p2p)
  const host = await createHost({ privateKey, settings: { ...settings, p2p }, clock: init.clock, userAgent: software })
  const handshake = createHandshake({ ...speaker, host, capabilities: stageCapabilities(software) })
  const book = await openAddressBook(join(settings.dataDir, 'address-book.json'))
  const network = createNetwork({ ...speaker, host, handshake, book })
  return {
    host,
    network: {
      ...network,
      start: async () => {
        await network.start()
        await rememberPorts(portsFile, host)
      },
    },
  }
}
