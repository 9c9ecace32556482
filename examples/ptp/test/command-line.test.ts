import { start } from '@vpc-bridge/cli'
import { createMemoryKernel } from '@vpc-bridge/kernel/memory'
import { hostPath } from '@vpc-bridge/plugin'
import type { Runtime } from '@vpc-bridge/runtime'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { ipamType, memoryIpam } from '@vpc-bridge/testing'
import { ok } from 'neverthrow'
import { expect, test } from 'vitest'
import { ptp } from '../src/ptp.ts'

const network = { cniVersion: '1.0.0', name: 'net', type: 'ptp', ipam: { type: ipamType } }
const container = '/run/netns/blue'

/** A host in memory at which ptp is typed. */
function createConsole() {
  const kernel = createMemoryKernel()
  for (const path of [hostPath, container, '/run/netns/red']) kernel.addNetns(path)
  const ipam = memoryIpam()
  const node = nodeRuntime()
  const type = async (line: string, configuration: unknown = network) => {
    const written = ['', '', '']
    let exitCode: number | undefined
    const runtime: Runtime = {
      ...node,
      args: line.split(' '),
      environment: { VPC_CNI_LOG_FILE: '/dev/null', PATH: '' },
      runChild: ipam.runChild,
      files: {
        ...node.files,
        access: () => ok(),
        list: (path) => ok(path === '/run/netns' ? ['blue'] : []),
        stat: (path) => ok({ kind: 'file', inode: path === '/run/netns/blue' ? 2n : 1n, modifiedMs: 0 }),
        statDescriptor: () => ok({ kind: 'pipe', inode: 1n, modifiedMs: 0 }),
        readToEnd: () => ok(JSON.stringify(configuration)),
        isTerminal: () => false,
        write: (descriptor, text) => {
          written[descriptor] += text
          return true
        },
      },
      // The process of the tests goes on: nothing follows in the program.
      exit: (code) => {
        exitCode = code
        return undefined as never
      },
    }
    await start(ptp, { runtime, kernel, version: '0.1.0' })
    return { exitCode, stdout: written[1] ?? '', stderr: written[2] ?? '' }
  }
  return { kernel, ipam, type }
}

const endpoint = `--config - --netns ${container}`

test('An add connects, and asks the IPAM plugin; a delete leaves nothing, and the address is free.', async () => {
  const { kernel, ipam, type } = createConsole()
  expect(await type(`add ${endpoint}`)).toMatchObject({ exitCode: 0, stderr: '' })
  expect([...ipam.reserved]).toEqual([['test-container/eth0', '10.1.0.10/24']])
  const added = kernel.state()
  const again = await type(`add ${endpoint} --no-json`)
  expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('error: an interface named eth0 exists') })
  expect(again.stderr).toContain(
    'next: it is connected already; to take it away: ptp delete --config - --netns /run/netns/blue\n',
  )
  expect(kernel.state()).toEqual(added)

  const deleted = await type(`delete ${endpoint} --no-json`)
  expect(deleted).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/\n\neth0 is disconnected\.\n$/) })
  expect(ipam.reserved.size).toBe(0)
  expect((await type('show')).stdout).toBe('{"networks":[],"strays":[]}\n')
})

test('An add prints its result for programs, and each step for people.', async () => {
  const { type } = createConsole()
  const { stdout } = await type(`add ${endpoint}`)
  expect(JSON.parse(stdout)).toMatchObject({
    cniVersion: '1.0.0',
    interfaces: [{ name: 'eth0', sandbox: container }, { name: expect.stringMatching(/^veth/) }],
    ips: [{ address: '10.1.0.10/24', gateway: '10.1.0.1', interface: 0 }],
    routes: [{ dst: '0.0.0.0/0', gw: '10.1.0.1' }],
  })
  await type(`delete ${endpoint}`)
  const lines = (await type(`add ${endpoint} --no-json`)).stdout.split('\n')
  expect(lines[0]).toBe(`add: eth0 in ${container}, network net`)
  expect(lines).toContainEqual(expect.stringMatching(/^✓ veth veth\w+ with eth0 in the container +\d+\.\d ms$/))
  const summary = /^eth0 in \S+: 10\.1\.0\.10\/24, MAC address \S+, MTU 1500, router 10\.1\.0\.1$/
  expect(lines).toContainEqual(expect.stringMatching(summary))
})

test('A plan is told as commands; it changes nothing, and asks no IPAM plugin.', async () => {
  const { kernel, ipam, type } = createConsole()
  const before = kernel.state()
  const { stdout } = await type(`plan add ${endpoint}`)
  const commands = JSON.parse(stdout).steps.flatMap((step: { commands: string[] }) => step.commands)
  expect(commands).toContainEqual(expect.stringMatching(/^ip link add name veth\w+ .*type veth peer name eth0 /))
  const text = await type(`plan add ${endpoint} --no-json`)
  expect(text.stdout).toMatch(/\d changes would be made; nothing was changed\.\n$/)
  expect(text.stderr).toBe(
    `note: the IPAM plugin ${ipamType} is not asked; its addresses and routes are missing here\n`,
  )
  expect(kernel.state()).toEqual(before)
  expect(ipam.reserved.size).toBe(0)

  await type(`add ${endpoint}`)
  const added = kernel.state()
  const removal = await type(`plan delete ${endpoint} --no-json`)
  expect(removal.stdout).toMatch(/^ +ip link delete dev veth/m)
  expect(kernel.state()).toEqual(added)
  expect(ipam.reserved.size).toBe(1)
})

test('A check finds what differs, with the command that puts it right.', async () => {
  const { kernel, type } = createConsole()
  expect((await type(`check ${endpoint} --no-json`)).stdout).toContain(
    'is not connected\nnext: ptp add --config - --netns /run/netns/blue connects it\n',
  )
  await type(`add ${endpoint}`)
  expect(await type(`check ${endpoint}`)).toMatchObject({ exitCode: 0, stdout: '{"connected":true,"drift":[]}\n' })
  const netns = (await kernel.open(container))._unsafeUnwrap()
  await netns.change({ do: 'delete address', address: { dev: 'eth0', address: '10.1.0.10/24' } })
  const { exitCode, stdout } = await type(`check ${endpoint}`)
  expect(exitCode).toBe(2)
  expect(JSON.parse(stdout).drift).toContainEqual({
    step: expect.stringMatching(/^address 10\.1\.0\.10\/24/),
    what: 'in the container the address 10.1.0.10/24 is missing on eth0',
    link: 'eth0',
    repair: expect.stringMatching(/^ip -n blue address add 10\.1\.0\.10\/24 .*dev eth0/),
  })
})

test('A show draws the network from the records, and marks what is not as they say.', async () => {
  const { kernel, type } = createConsole()
  await type(`add ${endpoint}`)
  const { networks } = JSON.parse((await type('show')).stdout)
  expect(networks).toMatchObject([
    {
      name: 'net',
      endpoints: [
        {
          containerId: 'test-container',
          addresses: ['10.1.0.10/24'],
          hostRoutes: [{ destination: '10.1.0.10/32' }],
          containerEnd: { name: 'eth0', netns: { name: 'blue' }, defaultVia: ['10.1.0.1'] },
          drift: [],
        },
      ],
    },
  ])
  const tree = (await type('show --no-json')).stdout
  expect(tree).toMatch(/^network net: 1 endpoint\n└─ veth +veth\w+ +up .*\n/)
  expect(tree).toMatch(
    /└─ eth0 in blue .*\n +10\.1\.0\.10\/24\n +default route via 10\.1\.0\.1\n\n✓ all is as ptp made it\n$/,
  )
  expect((await type('show --svg -')).stdout).toMatch(/^<\?xml .*>test-container<.*>routing<.*<\/svg>\n$/s)

  const netns = (await kernel.open(container))._unsafeUnwrap()
  await netns.change({ do: 'set link', name: 'eth0', set: { up: false } })
  await netns.change({ do: 'delete address', address: { dev: 'eth0', address: '10.1.0.10/24' } })
  const [{ endpoints }] = JSON.parse((await type('show')).stdout).networks
  expect(endpoints[0].drift).toMatchObject([
    { what: 'in the container eth0 is down', repair: 'ip -n blue link set dev eth0 up' },
    { what: 'in the container the address 10.1.0.10/24 is missing on eth0' },
  ])
})

test('A gc removes what is not to be kept, and the addresses are free.', async () => {
  const { kernel, ipam, type } = createConsole()
  await type(`add ${endpoint}`)
  const kept = kernel.state()
  await type('add --config - --netns /run/netns/red --container-id other')
  expect(JSON.parse((await type('gc --config - --keep test-container/eth0')).stdout)).toEqual({
    network: 'net',
    endpoints: [
      { containerId: 'test-container', ifName: 'eth0', outcome: 'kept' },
      { containerId: 'other', ifName: 'eth0', outcome: 'removed' },
    ],
  })
  expect(kernel.state()).toEqual(kept)
  expect([...ipam.reserved.keys()]).toEqual(['test-container/eth0'])
  expect((await type('gc --config - --all --no-json')).stdout).toBe('✓ test-container/eth0: removed\n')
  expect(ipam.reserved.size).toBe(0)
})

test('A configuration that is missing, or wrong, is wrong usage, and every problem is told.', async () => {
  const { type } = createConsole()
  expect(await type('add')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'error: give --config: the network configuration\n',
  })
  const wrong = await type(`add ${endpoint}`, { ...network, name: 'a b', ipam: undefined })
  expect(wrong.exitCode).toBe(1)
  expect(wrong.stderr.match(/^error: (name|ipam)/gm)).toEqual(['error: name', 'error: ipam'])
})

test('Help and version are those of ptp.', async () => {
  const { type } = createConsole()
  expect((await type('--version')).stdout).toBe('0.1.0\n')
  const { stdout } = await type('--help')
  expect(stdout).toContain('Usage: ptp <command> [options]')
  for (const command of ['add', 'delete', 'plan add', 'plan delete', 'check', 'show', 'gc', 'doctor', 'install'])
    expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'))
  expect(stdout).toContain('Log: /var/log/ptp.log')
  expect(stdout).not.toMatch(/vpc|ENI/)
})
