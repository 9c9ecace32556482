import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { captureState, inside, output, run, type State, type World, writeSysctl } from '@vpc-bridge/testbed'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { config, fail, program, succeed } from './support/runtime.ts'
import { scratchDirectory } from './support/scratch-directory.ts'
import { withoutIndexes } from './support/states.ts'
import { useWorld } from './support/use-world.ts'

/** Of two ENIs one is routed, with endpoints of several kinds, the other one switched. */
const modes: readonly ((number: number) => object)[] = [
  (n) => ({ ...config, ipAddresses: [`192.168.1.${n}/24`] }),
  (n) => ({ ...config, ipAddresses: [`192.168.1.${n}/24`, `fd00:1::${n}/64`] }),
  (n) => ({ ...config, ipAddresses: [`192.168.1.${n}/24`], interfaceType: 'tap' }),
  (n) => ({ ...config, name: 'switched', eniName: 'eth11', bridgeType: 'L2', ipAddresses: [`192.168.1.${n}/24`] }),
]

interface Endpoint {
  readonly netns: string
  readonly containerId: string
  readonly config: object
  state: 'new' | 'there' | 'busy' | 'gone'
}

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

async function addSecondEni({ host, router }: World): Promise<void> {
  const lines = ['link add eth11 mtu 1500 up type veth peer name vpc2 netns', router].join(' ')
  await output(inside(host, ['ip', '-batch', '-']), { input: `${lines}\naddress add 192.168.2.42/24 dev eth11` })
}

async function states(world: World, endpoints: readonly Endpoint[]) {
  // This a DEL leaves on purpose.
  await writeSysctl(world.host, 'net/ipv6/conf/all/forwarding', '0')
  const host = await captureState(world.host)
  const containers: State[] = []
  // One after the other: a hundred readings at once are a thousand processes.
  for (const { netns } of endpoints) containers.push(await captureState(netns))
  return { host, containers }
}

/** Starts a command and kills it soon. */
async function killed(host: string, command: 'ADD' | 'DEL', { netns, containerId, config }: Endpoint, delay: number) {
  const [file = '', ...args] = inside(host, program)
  const child = execa(file, args, {
    input: JSON.stringify(config),
    reject: false,
    env: {
      CNI_COMMAND: command,
      CNI_CONTAINERID: containerId,
      CNI_NETNS: netns,
      CNI_IFNAME: 'blueveth',
      VPC_CNI_LOG_FILE: '/dev/null',
    },
  })
  await setTimeout(delay)
  child.kill('SIGKILL')
  await child
}

test('100 endpoints of several modes, by 16 processes at a time, some of them killed', {
  timeout: 600_000,
}, async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1e9)
  const random = randomFrom(seed)
  const world = await useWorld()
  await addSecondEni(world)
  const endpoints: Endpoint[] = []
  for (let n = 0; n < 100; n += 1) {
    const modeConfig = modes[n % modes.length]?.(50 + n) ?? config
    endpoints.push({ netns: await world.addContainer(`c${n}`), containerId: `c${n}`, config: modeConfig, state: 'new' })
  }
  const before = await states(world, endpoints)

  const step = async (endpoint: Endpoint) => {
    const { netns, containerId, config } = endpoint
    const command = endpoint.state === 'new' ? 'ADD' : 'DEL'
    const next = command === 'ADD' ? 'there' : 'gone'
    endpoint.state = 'busy'
    if (random() < 0.15) {
      await killed(world.host, command, endpoint, random() * 40)
      // What has become of it nobody knows: it is to be removed.
      endpoint.state = 'there'
      return
    }
    await succeed(program, world.host, { command, netns, containerId, config })
    endpoint.state = next
  }
  const work = async () => {
    for (;;) {
      const open = endpoints.filter(({ state }) => state === 'new' || state === 'there')
      const chosen = open[Math.floor(random() * open.length)]
      if (chosen === undefined) return
      await step(chosen)
    }
  }
  await Promise.all(Array.from({ length: 16 }, work))
  for (const { netns, containerId, config } of endpoints.slice(0, 8)) {
    await succeed(program, world.host, { command: 'DEL', netns, containerId, config })
  }
  expect(await states(world, endpoints), `SEED=${seed}`).toEqual(before)
})

/** Adds and deletes an endpoint 250 times. A shell does it: this process would take longer than the program. */
const again = `n=0
while [ $n -lt 250 ]; do
  for CNI_COMMAND in ADD DEL; do
    printf %s "$CONFIG" | CNI_COMMAND=$CNI_COMMAND "$0" >"$ANSWER" || { cat "$ANSWER"; exit 1; }
  done
  n=$((n + 1))
done`

test('1,000 times ADD and DEL leave nothing', { timeout: 600_000 }, async () => {
  const worlds = await Promise.all(Array.from({ length: 4 }, () => useWorld()))
  const directory = await scratchDirectory()
  await Promise.all(
    worlds.map(async ({ host, blue }, index) => {
      const before = [await captureState(host), await captureState(blue)]
      const environment = {
        CONFIG: JSON.stringify(config),
        ANSWER: join(directory, String(index)),
        CNI_CONTAINERID: 'test-container',
        CNI_NETNS: blue,
        CNI_IFNAME: 'blueveth',
        VPC_CNI_LOG_FILE: '/dev/null',
      }
      const ended = await run(inside(host, ['sh', '-c', again, ...program]), { environment, timeLimit: 600_000 })
      expect(ended).toEqual({ exitCode: 0, stdout: '', stderr: '' })
      const after = [await captureState(host), await captureState(blue)]
      expect(withoutIndexes(after)).toEqual(withoutIndexes(before))
    }),
  )
})

test('a port too many is an error that says so, and leaves nothing', { timeout: 120_000 }, async () => {
  const { host, blue, addContainer } = await useWorld()
  const other = await addContainer('other')
  const request = { netns: other, containerId: 'other', config: { ...config, ipAddresses: ['192.168.1.44/24'] } }
  await succeed(program, host, { command: 'ADD', netns: blue })
  const { links } = await captureState(host)
  const bridge = links.find(({ kind }) => kind === 'bridge')?.['ifname']
  // Two of the 1,023 are the dummy and the first container.
  const fill = Array.from({ length: 1021 }, (_, n) => `link add name fill${n} master ${bridge} type ifb`)
  await output(inside(host, ['ip', '-batch', '-']), { input: fill.join('\n') })
  const before = [await captureState(host), await captureState(other)]
  const error = await fail(program, host, { command: 'ADD', ...request })
  expect(error).toMatchObject({ code: 108, details: expect.stringContaining('1,023') })
  expect(
    await fail(program, host, { command: 'STATUS', config: { ...request.config, cniVersion: '1.1.0' } }),
  ).toMatchObject({
    code: 50,
  })
  await succeed(program, host, { command: 'DEL', ...request })
  expect([await captureState(host), await captureState(other)]).toEqual(before)
})
