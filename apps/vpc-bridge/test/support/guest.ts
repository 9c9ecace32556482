import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const program = fileURLToPath(new URL('virtual-machine.ts', import.meta.url))

/** What stands for a virtual machine behind a TAP interface. */
export interface Guest {
  /** Path of the network namespace of the TAP interface, and its name. */
  readonly container: string
  readonly ifName: string
  /** Path of the machine's own network namespace; its interface there is `eth0`. */
  readonly netns: string
  readonly mac: string
  /** With prefix length. */
  readonly address: string
  readonly gateway: string
  /** The user who runs it. */
  readonly user: number
}

/** Starts a machine, with an interface that is configured as an ADD has answered. It runs until it is stopped. */
export async function startGuest({ container, ifName, netns, mac, address, gateway, user }: Guest) {
  const machine = execa(process.execPath, [program, container, ifName, netns, mac, address, gateway, String(user)], {
    reject: false,
  })
  const said = await Promise.race([
    new Promise<string>((resolve) => machine.stdout.once('data', (text) => resolve(String(text)))),
    machine.then(({ stderr }) => `ended: ${stderr}`),
  ])
  if (said.trim() !== 'running') throw new Error(said)
  return {
    stop: async () => {
      machine.kill('SIGKILL')
      await machine
    },
  }
}
