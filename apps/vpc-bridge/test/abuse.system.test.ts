import { runPlugin } from '@vpc-bridge/cni'
import { createMemoryKernel } from '@vpc-bridge/kernel/memory'
import { hostPath } from '@vpc-bridge/plugin'
import { systemError } from '@vpc-bridge/runtime'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { captureState, inside, output } from '@vpc-bridge/testbed'
import fc from 'fast-check'
import { err, ok } from 'neverthrow'
import { expect, test } from 'vitest'
import { vpcBridge } from '../src/vpc-bridge.ts'
import { buildSanitizedExecutable } from './support/build-executable.ts'
import { clock } from './support/clock.ts'
import { builds, config, execute } from './support/runtime.ts'
import { withoutIndexes } from './support/states.ts'
import { useWorld } from './support/use-world.ts'

/** What nobody should send, and somebody will. */
const hostile = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '.',
    '..',
    '../../etc',
    '/',
    '\0',
    '\n',
    'a\nb',
    '$(reboot)',
    '`id`',
    "'; --",
    '-rf',
    '%s%n',
    '\u202e',
    '💥',
  ),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'x'.repeat(300), 'x'.repeat(100_000), '١٢٣', 'ﬀ'),
  fc.constantFrom(null, true, 0, -1, 1e308, -0, 2 ** 53, 0.1, [], {}, [[]], [null], { a: { b: [] } }),
  fc.string({ maxLength: 40 }),
  fc.json().map((text): unknown => JSON.parse(text)),
)

const address = fc.oneof(
  fc.constantFrom(
    '192.168.1.43/24',
    '10.0.0.1/8',
    'fd00:1::43/64',
    '0.0.0.0/0',
    '::/0',
    '255.255.255.255/32',
    'fe80::1/64',
  ),
  fc.constantFrom(
    '192.168.1.43',
    '192.168.1.43/33',
    '192.168.1.256/24',
    '1.2.3/24',
    '::1::/64',
    '::ffff:1.2.3.4/96',
    '010.0.0.1/8',
  ),
)

/** The experiment's configuration, of which some values are others. */
const document = fc
  .tuple(
    fc.record(
      {
        cniVersion: fc.oneof(fc.constantFrom('0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0', '0.1.0', '2.0.0'), hostile),
        name: fc.oneof(fc.constantFrom('vpc', 'a-b', 'x'.repeat(12), 'x'.repeat(13)), hostile),
        eniName: fc.oneof(fc.constantFrom('eth10', 'eth11', 'lo', ''), hostile),
        eniMACAddress: fc.oneof(fc.constantFrom('02:00:00:00:00:10', '', 'ff:ff:ff:ff:ff:ff'), hostile),
        bridgeType: fc.oneof(fc.constantFrom('L2', 'L3', 'l3', 'L4'), hostile),
        bridgeNetNSPath: fc.oneof(fc.constantFrom('', '/away', '/nowhere'), hostile),
        interfaceType: fc.oneof(fc.constantFrom('veth', 'tap', 'vlan'), hostile),
        tapUserID: fc.oneof(fc.constantFrom('0', '1000', '4294967295', '-1'), hostile),
        ipAddresses: fc.oneof(fc.array(fc.oneof(address, hostile), { maxLength: 4 }), hostile),
        gatewayIPAddress: fc.oneof(fc.constantFrom('192.168.1.1', 'fd00:1::1', ''), hostile),
        mtu: fc.oneof(fc.constantFrom(1280, 9001, 65535, 65536, 68), hostile),
        ipam: fc.oneof(fc.constantFrom({}, { type: 'nope' }, { type: '../x' }, { type: '' }), hostile),
        runtimeConfig: fc.oneof(fc.record({ ips: fc.array(fc.oneof(address, hostile)), mac: hostile }), hostile),
        dns: fc.oneof(fc.record({ nameservers: hostile, search: fc.array(hostile, { maxLength: 2 }) }), hostile),
        args: hostile,
        prevResult: hostile,
        'cni.dev/valid-attachments': fc.oneof(fc.array(hostile, { maxLength: 2 }), hostile),
      },
      { requiredKeys: [] },
    ),
    fc.nat(),
  )
  .map(([changes, choice]) => {
    // All of them, one of them or two on a good base, or none of them: else nothing would get far.
    const keys = Object.entries(changes)
    const few = keys.slice(choice % 17, (choice % 17) + (choice % 3))
    return JSON.stringify(choice % 5 === 0 ? changes : { ...config, ...Object.fromEntries(few) })
  })

/** A configuration as it comes over the wire: sometimes cut off, or bent. */
const input = fc.oneof(
  { weight: 8, arbitrary: document },
  { weight: 1, arbitrary: fc.tuple(document, fc.nat(2000)).map(([text, length]) => text.slice(0, length)) },
  {
    weight: 1,
    arbitrary: fc.tuple(document, fc.nat(500)).map(([text, n]) => `${text.slice(0, n)}{"name":[${text.slice(n)}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      'null',
      '[]',
      '"x"',
      '{}',
      '['.repeat(50_000),
      '\uFEFF{}',
      '{"name":"a","name":"b"}',
    ),
  },
)

const variable = (...values: readonly string[]) =>
  fc.option(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...values) }, fc.string({ maxLength: 20 })), {
    nil: undefined,
  })

const usual = {
  CNI_COMMAND: 'ADD',
  CNI_CONTAINERID: 'c1',
  CNI_IFNAME: 'eth0',
  CNI_NETNS: '/blue',
  CNI_PATH: '/opt/cni/bin',
}

const odd = fc.record({
  CNI_COMMAND: variable('ADD', 'ADD', 'ADD', 'DEL', 'CHECK', 'GC', 'STATUS', 'VERSION', 'add', ''),
  CNI_CONTAINERID: variable('c1', 'c1', 'x'.repeat(64), 'x'.repeat(400), '-a', 'a b', '../x'),
  CNI_IFNAME: variable('eth0', 'eth0', 'x'.repeat(16), 'a/b', '..', 'lo', 'all'),
  CNI_NETNS: variable('/blue', '/blue', '/blue', '/away', hostPath, '/file', '/nowhere', ''),
  CNI_ARGS: variable('', 'IgnoreUnknown=1;K8S_POD_NAME=p;K8S_POD_NAMESPACE=n', ';;=', 'A=B=C', 'K8S_POD_NAME'),
  CNI_PATH: variable('/opt/cni/bin', '', ':::', '/dev/null'),
})

const environment = fc
  .tuple(odd, fc.constantFrom('ADD', 'ADD', 'DEL', 'CHECK', 'GC', 'STATUS'), fc.boolean())
  .map(([variables, command, isUsual]) =>
    isUsual ? { ...usual, CNI_COMMAND: command, CNI_ARGS: variables.CNI_ARGS } : variables,
  )

type Variables = Readonly<Record<string, string>>

function defined(variables: Readonly<Record<string, string | undefined>>): Variables {
  const given = Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined)
  // No process can have these.
  return Object.fromEntries(given.map(([name, value]) => [name, value.replaceAll('\0', '')]))
}

/** What must hold of every answer. */
function requireAnswer(stdout: string, exitCode: number | undefined): void {
  expect([0, 1]).toContain(exitCode)
  expect(stdout).not.toMatch(/^\s+at /m)
  if (exitCode === 0) {
    if (stdout !== '') JSON.parse(stdout)
    return
  }
  const answer = JSON.parse(stdout)
  expect(answer).toMatchObject({ code: expect.any(Number), msg: expect.any(String) })
  // A bug of the plugin is none of the answers.
  expect(answer.code, stdout).not.toBe(999)
}

async function newMachine() {
  const kernel = createMemoryKernel()
  for (const path of [hostPath, '/blue', '/away']) kernel.addNetns(path)
  kernel.addFile('/file')
  kernel.addPhysicalLink(hostPath, { name: 'eth10', mac: '02:00:00:00:00:10' })
  const plugin = vpcBridge.using({ kernel, log: () => {}, clock, interruption: () => async () => undefined })
  const { files, runChild } = nodeRuntime()
  const run = (variables: Variables, text: string) => {
    const readToEnd = () => (text === '\0' ? err(systemError(9)) : ok(text))
    return runPlugin(plugin, { environment: variables, runChild, files: { ...files, readToEnd } })
  }
  return { kernel, run }
}

test('9,000 configurations and environments, on the in-memory kernel', { timeout: 600_000 }, async () => {
  let added = 0
  await fc.assert(
    fc.asyncProperty(environment, input, async (variables, text) => {
      const { kernel, run } = await newMachine()
      const before = kernel.state()
      const given = defined(variables)
      const { stdout, exitCode } = await run(given, text)
      requireAnswer(stdout, exitCode)
      if (exitCode !== 0 || given['CNI_COMMAND'] !== 'ADD') {
        expect(kernel.state()).toEqual(before)
        return
      }
      added += 1
      expect(await run({ ...given, CNI_COMMAND: 'DEL' }, text)).toMatchObject({ exitCode: 0, stdout: '' })
      const switched = { do: 'write sysctl', path: 'net/ipv6/conf/all/forwarding', value: '0' } as const
      for (const path of [hostPath, '/away'])
        (await kernel.open(path).andThen((netns) => netns.change(switched)))._unsafeUnwrap()
      expect(kernel.state()).toEqual(before)
    }),
    { numRuns: 9000 },
  )
  // Else it would be a test of refusals only.
  expect(added).toBeGreaterThan(20)
})

test('600 through the builds', { timeout: 900_000 }, async () => {
  const commanded = environment.filter(({ CNI_COMMAND: command }) => command !== undefined && command !== '')
  const cases = fc.sample(fc.tuple(commanded, input), 600)
  const [executable, node] = builds.map(({ program }) => program)
  const sanitized = [await buildSanitizedExecutable()]
  // Sanitizers and Node.js take their time.
  const share = [executable, sanitized, node].map((program = [], n) => ({ program, n }))
  let added = 0
  const work = async ({ program, n }: (typeof share)[number]) => {
    const world = await useWorld()
    const before = [await captureState(world.host), await captureState(world.blue)]
    const own = cases.filter((_, index) => [2, 1, 0, 1, 0, 1, 0, 0, 0, 0][index % 10] === n)
    let left = await brief(world.host)
    for (const each of own) {
      const isAdded = await attempt(program, world, each)
      const now = await brief(world.host)
      if (isAdded) added += 1
      else expect(now, each[1]).toBe(left)
      left = now
    }
    // What an IPv6 network leaves on.
    await output(inside(world.host, ['sysctl', '-qw', 'net.ipv6.conf.all.forwarding=0']))
    const after = [await captureState(world.host), await captureState(world.blue)]
    expect(after.map(withoutIndexes)).toEqual(before.map(withoutIndexes))
  }
  await Promise.all(share.map(work))
  // Else it would be a test of refusals only.
  expect(added).toBeGreaterThan(3)
})

/** Executes a case, and removes again what an ADD made; returns whether it made anything. */
async function attempt(
  program: readonly string[],
  { host, blue }: { readonly host: string; readonly blue: string },
  [variables, text]: readonly [Readonly<Record<string, string | undefined>>, string],
): Promise<boolean> {
  const { CNI_NETNS: netns, ...others } = defined(variables)
  const given: Variables = {
    ...others,
    // Strange files, in the place of paths of the in-memory kernel.
    ...(netns === undefined ? {} : { CNI_NETNS: placesIn(blue).get(netns) ?? netns }),
  }
  const { stdout, exitCode } = await executeWith(program, host, given, text)
  requireAnswer(stdout, exitCode)
  if (exitCode !== 0 || given['CNI_COMMAND'] !== 'ADD') return false
  const removed = await executeWith(program, host, { ...given, CNI_COMMAND: 'DEL' }, text)
  expect(removed, text).toMatchObject({ exitCode: 0, stdout: '' })
  return true
}

/** What is in a namespace, without what a moment changes. */
function brief(netns: string): Promise<string> {
  const script = 'ip -4 -oneline -details -batch -; ip -6 route show proto boot'
  return output(inside(netns, ['sh', '-ec', script]), { input: 'link show\naddress show\nroute show' })
}

function placesIn(blue: string): ReadonlyMap<string, string> {
  return new Map(
    Object.entries({ '/blue': blue, '/away': '/proc/self/ns/mnt', '/file': '/dev/null', '/nowhere': '/tmp' }),
  )
}

async function executeWith(program: readonly string[], host: string, variables: Variables, text: string) {
  const { CNI_COMMAND: _, ...environment } = variables
  // Values that are missing stay missing.
  const unset = { CNI_CONTAINERID: '', CNI_IFNAME: '', CNI_PATH: '' }
  const command = variables['CNI_COMMAND'] as 'ADD' // it may be anything: that is the point
  return execute(program, host, { command, config: text, environment: { ...unset, ...environment } })
}
