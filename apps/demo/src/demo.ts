import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual, styleText } from 'node:util'
import { addresses, captureState, createWorld, inside, ping, type World } from '@vpc-bridge/testbed'
import { execa } from 'execa'

/** The command, as `./initial-setup.sh` leaves it. */
const vpcBridge = fileURLToPath(new URL('../../vpc-bridge/dist/vpc-bridge', import.meta.url))

const container = '192.168.1.43'
/** The size of an IP packet that fills a jumbo frame of AWS, in bytes. */
const packetSize = 9001

const say = (text: string) => process.stdout.write(`${text}\n`)
const title = (text: string) => say(`\n${styleText(['bold', 'cyan'], `── ${text} `.padEnd(100, '─'))}`)

/** Shows a command, and what it prints, as if it were typed on the machine whose namespace it is. */
async function show(machine: string, netns: string, ...command: string[]): Promise<void> {
  say(styleText('dim', `${machine}$ ${command.join(' ').replace(vpcBridge, 'vpc-bridge')}`))
  const [program = '', ...args] = inside(netns, command)
  await execa(program, args, {
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    env: { VPC_CNI_LOG_FILE: '/dev/null' },
  })
}

async function showPing(from: string, netns: string, to: string, address: string): Promise<void> {
  const reached = await ping(netns, address, { packetSize })
  say(
    `${reached ? styleText('green', '✓') : styleText('red', '✗')} ${from} → ${to} (${address}) and back, ${packetSize} bytes, not fragmented`,
  )
  if (!reached) throw new Error(`no packet came back from ${address}`)
}

async function experiment({ host, router, beyond, addContainer, assignToEni }: World): Promise<void> {
  title('a host, a VPC router, a machine beyond it, and a container named blue: all of them network namespaces')
  const blue = await addContainer('blue')
  await assignToEni(container)
  const state = async () => [await captureState(host), await captureState(blue)]
  const before = await state()
  await show('host', host, 'ip', '-brief', 'address')
  await show('blue', blue, 'ip', '-brief', 'address')

  title('vpc-bridge add')
  await show('host', host, vpcBridge, 'add', '--no-json', '--netns', blue)

  title('what was built')
  await show('host', host, 'ip', '-brief', 'link')
  await show('host', host, 'ip', 'route')
  await show('blue', blue, 'ip', '-brief', 'address')
  await show('blue', blue, 'ip', 'route')
  await show('blue', blue, 'ip', 'neighbour')

  title('packets, as large as they get in AWS')
  await showPing('blue', blue, 'router', addresses.router)
  await showPing('blue', blue, 'the machine beyond', addresses.beyond)
  await showPing('router', router, 'blue', container)
  await showPing('the machine beyond', beyond, 'blue', container)

  title('vpc-bridge delete')
  await show('host', host, vpcBridge, 'delete', '--no-json', '--netns', blue)

  title('what is left')
  await show('host', host, 'ip', '-brief', 'link')
  await show('blue', blue, 'ip', '-brief', 'address')
  if (!isDeepStrictEqual(await state(), before)) throw new Error('host and container are not as they were before')
  say(
    `${styleText('green', '✓')} links, addresses, routes, neighbours and settings of host and blue are as they were before`,
  )
}

const world = await createWorld()
try {
  await experiment(world)
} finally {
  await world.destroy()
}
