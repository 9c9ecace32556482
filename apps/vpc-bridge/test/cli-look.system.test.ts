import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { captureState, inside, output, run } from '@vpc-bridge/testbed'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readXml } from './support/read-xml.ts'
import { config, program } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

const environment = { VPC_CNI_LOG_FILE: '/dev/null', HOME: '/nope' }

/** Types a command on a host. */
const type = (host: string, args: readonly string[], input = '') =>
  run(inside(host, [...program, ...args]), { environment, input })

/** A world in which blue is connected, by a container ID that no other test has. */
const useConnected = async () => {
  const world = await useWorld()
  const containerId = basename(world.blue)
  const options = ['--netns', world.blue, '--container-id', containerId]
  const connect = async (netns: string, address: string) => {
    const other = JSON.stringify({ ...config, ipAddresses: [address] })
    const endpoint = ['--netns', netns, '--container-id', basename(netns)]
    const added = await type(world.host, ['add', '--config', '-', ...endpoint], other)
    expect(added.exitCode).toBe(0)
    const [, veth, bridge] = JSON.parse(added.stdout).interfaces
    return { veth: String(veth.name), bridge: String(bridge.name) }
  }
  return { ...world, containerId, options, connect, ...(await connect(world.blue, '192.168.1.43/24')) }
}

describe('show', () => {
  test('says that there is nothing, and what to type next', async () => {
    const { host } = await useWorld()
    expect(await type(host, ['show'])).toEqual({ exitCode: 0, stdout: '{"networks":[],"strays":[]}', stderr: '' })
    const { exitCode, stdout } = await type(host, ['show', '--no-json'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^vpc-bridge has made nothing.*\nnext: \S*vpc-bridge add/)
    const picture = await type(host, ['show', '--svg', '/nope/picture.svg'])
    expect(picture).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/^next: \S*vpc-bridge add/m) })
  })

  test('tells what is there, up to the container, and changes nothing', async () => {
    const { host, blue, containerId, veth, bridge } = await useConnected()
    const before = [await captureState(host), await captureState(blue)]
    const shown = await type(host, ['show'])
    expect(shown).toMatchObject({ exitCode: 0, stderr: '' })
    expect([await captureState(host), await captureState(blue)]).toEqual(before)
    const { networks } = JSON.parse(shown.stdout)
    expect(networks).toMatchObject([
      {
        name: 'vpc',
        eni: { name: 'eth10', up: true, addresses: ['192.168.1.42/24'] },
        bridge: { name: bridge, ports: 2 },
        endpoints: [
          {
            containerId,
            hostEnd: { name: veth },
            containerEnd: {
              name: 'blueveth',
              netns: { path: blue, name: basename(blue) },
              addresses: ['192.168.1.43/24'],
              defaultVia: ['192.168.1.1'],
            },
            drift: [],
          },
        ],
        drift: [],
      },
    ])
    const { stdout } = await type(host, ['show', '--no-json'])
    expect(stdout).toContain(`blueveth in ${basename(blue)}`)
    expect(stdout.split('\n').at(-1)).toBe('✓ all is as vpc-bridge made it')
  })

  test('marks drift with a command that puts it right', async () => {
    const { host, blue, veth, bridge } = await useConnected()
    await output(inside(host, ['ip', 'link', 'set', bridge, 'down']))
    await output(inside(host, ['ip', 'link', 'set', veth, 'nomaster']))
    await output(inside(blue, ['ip', 'link', 'set', 'blueveth', 'mtu', '1400']))
    const drift = async () => {
      const [{ drift: shared, endpoints }] = JSON.parse((await type(host, ['show'])).stdout).networks
      return [...shared, ...endpoints[0].drift]
    }
    const found = await drift()
    expect(found.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        `${bridge} is down`,
        `${veth} is not a port of ${bridge}`,
        'in the container blueveth has the MTU 1400, not 9001',
        `the route to 192.168.1.43/32 by ${bridge} is missing`,
      ]),
    )
    for (const { repair } of found) await output(inside(host, ['sh', '-c', repair]))
    expect(await drift()).toEqual([])
  })

  test('marks drift in the namespace of the bridge, with a command that puts it right there, as check does', async () => {
    const world = await useWorld()
    const { host, blue } = world
    const site = await world.addContainer('site')
    const other = JSON.stringify({ ...config, bridgeNetNSPath: site })
    const options = ['--netns', blue, '--container-id', basename(blue), '--config', '-']
    const added = await type(host, ['add', ...options], other)
    const { name: bridge } = JSON.parse(added.stdout).interfaces[2]
    await output(inside(site, ['ip', 'link', 'set', bridge, 'mtu', '1500']))
    await output(inside(site, ['sh', '-c', `echo 0 >/proc/sys/net/ipv4/conf/${bridge}/proxy_arp`]))
    const network = async () => {
      const { networks } = JSON.parse((await type(host, ['show'])).stdout)
      // Other tests have bridges in other namespaces, too.
      return networks.find(({ netns }: { netns?: { path: string } }) => netns?.path === site)
    }
    const { drift } = await network()
    const what = `in the namespace ${basename(site)} ${bridge} has the MTU 1500, not 9001`
    expect(drift).toContainEqual({
      what,
      link: bridge,
      repair: `ip -n ${basename(site)} link set dev ${bridge} mtu 9001`,
    })
    expect(drift).toHaveLength(2)
    const checked = await type(host, ['check', ...options], other)
    expect(JSON.parse(checked.stdout).drift).toContainEqual(expect.objectContaining({ what }))
    for (const { repair } of drift) await output(inside(host, ['sh', '-c', typeable(repair)]))
    expect((await network()).drift).toEqual([])
  })

  test('puts a missing dummy right by what the kernel has a driver for', async () => {
    const { host } = await useConnected()
    await output(inside(host, ['ip', 'link', 'delete', 'vpcbreth10dummy']))
    const drift = async () => JSON.parse((await type(host, ['show'])).stdout).networks[0].drift
    const [missing, ...more] = await drift()
    expect([missing.what, more]).toEqual([expect.stringMatching(/^(dummy|ifb) vpcbreth10dummy is missing$/), []])
    await output(inside(host, ['sh', '-c', missing.repair]))
    expect((await drift()).map(({ what }: { what: string }) => what)).toEqual([
      expect.stringMatching(/^vpcbreth10dummy lacks its second name/),
    ])
  })

  test('says what it may not look into, and does not take it for gone', async () => {
    const { host } = await useConnected()
    const unprivileged = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--no-new-privs', ...program]
    const { exitCode, stdout } = await run(inside(host, [...unprivileged, 'show']), { environment })
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout).networks[0].endpoints[0].drift).toContainEqual({
      what: 'its namespace cannot be looked into: run this as root',
    })
  })

  test('without nft, says that of the translation of MAC addresses nothing is known; so does check', async () => {
    const { host, blue } = await useWorld()
    const other = JSON.stringify({ ...config, bridgeType: 'L2' })
    const options = ['--netns', blue, '--container-id', basename(blue), '--config', '-']
    expect((await type(host, ['add', ...options], other)).exitCode).toBe(0)
    const directory = await mkdtemp(join(tmpdir(), 'programs-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    await output(['sh', '-c', `cp -L "$(command -v ip)" ${directory}`])
    const withoutNft = ['unshare', '--mount', 'sh', '-c', `mount --bind ${directory} /usr/sbin && exec "$@"`, 'sh']
    const what = expect.stringMatching(/cannot be looked at: the program nft is not installed .*apt-get install nft/)
    const shown = await run(inside(host, [...withoutNft, ...program, 'show']), { environment })
    const [network] = JSON.parse(shown.stdout).networks
    expect([...network.drift, ...network.endpoints[0].drift]).toEqual([{ what }])
    const checked = await run(inside(host, [...withoutNft, ...program, 'check', ...options]), {
      environment,
      input: other,
    })
    expect(JSON.parse(checked.stdout).drift).toMatchObject([{ what }])
  })

  test('finds a namespace that only a process is in, and tells when it finds none', async () => {
    const { host, blue, containerId } = await useConnected()
    const end = async () => JSON.parse((await type(host, ['show'])).stdout).networks[0].endpoints[0]
    const sleep = ['sh', '-c', 'sleep 30 >/dev/null 2>&1 & echo $!']
    const pid = await output(inside(blue, sleep))
    onTestFinished(() => void process.kill(Number(pid)))
    await output(['ip', 'netns', 'delete', basename(blue)])
    expect(await end()).toMatchObject({
      containerId,
      containerEnd: { netns: { path: `/proc/${pid}/ns/net`, name: `process ${pid} (sleep)` } },
      drift: [],
    })
  })

  test('draws a picture', async () => {
    const { host, containerId, bridge, veth } = await useConnected()
    const directory = await mkdtemp(join(tmpdir(), 'show-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const file = join(directory, 'network.svg')
    const drawn = await type(host, ['show', '--svg', file])
    expect(drawn).toEqual({ exitCode: 0, stdout: `${file} is drawn`, stderr: '' })
    const texts = readXml(await readFile(file, 'utf8')).map(({ text }) => text)
    expect(texts).toEqual(expect.arrayContaining(['eth10', bridge, veth, '192.168.1.43/24', containerId]))
    const printed = await type(host, ['show', '--svg', '-'])
    expect(printed).toEqual({ exitCode: 0, stdout: (await readFile(file, 'utf8')).trimEnd(), stderr: '' })
    const both = await type(host, ['show', '--svg', file, '--json'])
    expect(both).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('give one of them') })
    const refused = await type(host, ['show', '--svg', join(directory, 'no', 'such.svg')])
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('ENOENT') })
  })
})

describe('check', () => {
  test('finds nothing after an add, and says when there is nothing to check', async () => {
    const { host, blue, options } = await useConnected()
    expect(await type(host, ['check', ...options])).toEqual({
      exitCode: 0,
      stdout: '{"connected":true,"drift":[]}',
      stderr: '',
    })
    const text = await type(host, ['check', '--no-json', ...options])
    expect(text.stdout).toMatch(/^check: blueveth in .*\n✓ bridge vpcbr\d+\n[^✗]*\nAll is as add made it\.$/)
    const other = await type(host, ['check', '--no-json', '--netns', blue, '--ifname', 'eth9'])
    expect(other).toMatchObject({ exitCode: 2, stdout: expect.stringContaining('eth9 in ') })
    expect(other.stdout).toContain('is not connected\nnext: ')
  })

  test('lists each difference in plain words, and tells how to make the endpoint anew: 2', async () => {
    const { host, blue, bridge, options } = await useConnected()
    await output(inside(blue, ['ip', 'route', 'delete', 'default']))
    await output(inside(host, ['sh', '-c', `echo 0 >/proc/sys/net/ipv4/conf/${bridge}/proxy_arp`]))
    const before = [await captureState(host), await captureState(blue)]
    const checked = await type(host, ['check', ...options])
    expect(checked).toMatchObject({ exitCode: 2, stderr: '' })
    expect(JSON.parse(checked.stdout).drift).toMatchObject([
      { step: `proxy ARP on ${bridge}`, what: `net.ipv4.conf.${bridge}.proxy_arp is 0, not 1` },
      { what: 'in the container the default route via 192.168.1.1 by blueveth is missing' },
    ])
    const { stdout, exitCode } = await type(host, ['check', '--no-json', ...options])
    expect(exitCode).toBe(2)
    expect(stdout).toContain(`✗ proxy ARP on ${bridge}\n    net.ipv4.conf.${bridge}.proxy_arp is 0, not 1`)
    const anew =
      /2 differences; nothing was changed\.\nnext: \S*vpc-bridge delete --netns .+ && \S*vpc-bridge add --netns/
    expect(stdout).toMatch(anew)
    expect([await captureState(host), await captureState(blue)]).toEqual(before)
    for (const command of ['delete', 'add']) expect((await type(host, [command, ...options])).exitCode).toBe(0)
    expect((await type(host, ['check', ...options])).exitCode).toBe(0)
  })
})

describe('gc', () => {
  test('removes all but what is to be kept, and tells of each', async () => {
    const world = await useConnected()
    const { host, containerId } = world
    const kept = await captureState(host)
    const red = await world.addContainer('red')
    await world.connect(red, '192.168.1.44/24')
    const collected = await type(host, ['gc', '--keep', `${containerId}/blueveth`])
    expect(collected).toMatchObject({ exitCode: 0, stderr: '' })
    expect(JSON.parse(collected.stdout)).toEqual({
      network: 'vpc',
      endpoints: [
        { containerId, ifName: 'blueveth', outcome: 'kept' },
        { containerId: basename(red), ifName: 'blueveth', outcome: 'removed' },
      ],
    })
    expect(await captureState(host)).toEqual(kept)
    const { stdout } = await type(host, ['gc', '--all', '--no-json'])
    expect(stdout).toBe(`✓ ${containerId}/blueveth: removed`)
    expect((await captureState(host)).links.map(({ ifname }) => ifname)).toEqual(['lo', 'eth10'])
    expect((await type(host, ['gc', '--all', '--no-json'])).stdout).toBe('network vpc has no endpoints')
  })

  test.each([
    ['neither what to keep nor --all', [], '--all'],
    ['both', ['--all', '--keep', 'a/b'], 'give one of them'],
    ['something that is no endpoint', ['--keep', 'a'], '--keep "a", expected CONTAINER/IFNAME'],
    ['an endpoint that is not there', ['--keep', 'a/b'], 'has no endpoint a/b to keep; there are '],
  ])('%s is wrong usage, and removes nothing: 1', async (_, args, words) => {
    const { host } = await useConnected()
    const before = await captureState(host)
    const { exitCode, stdout, stderr } = await type(host, ['gc', ...args])
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toContain(words)
    expect(await captureState(host)).toEqual(before)
  })
})

describe('doctor', () => {
  test('tells that L3 works here, and changes nothing', async () => {
    const { host } = await useWorld()
    const before = await captureState(host)
    const { exitCode, stdout, stderr } = await type(host, ['doctor'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(JSON.parse(stdout).modes).toContainEqual({ mode: 'L3', state: 'there', lacks: [], unclear: [] })
    expect(await captureState(host)).toEqual(before)
  })

  test('without privileges says what to type: 2', async () => {
    const { host } = await useWorld()
    const unprivileged = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--no-new-privs', ...program]
    const { exitCode, stdout } = await run(inside(host, [...unprivileged, 'doctor', '--no-json']), { environment })
    expect(exitCode).toBe(2)
    expect(stdout).toMatch(
      /^✗ privileges of root +no CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_SYS_ADMIN\n {4}next: sudo \S*vpc-bridge/,
    )
    expect(stdout).toMatch(/^✗ L3 +lacks privileges of root/m)
  })
})

test.each(['show', 'check', 'gc', 'doctor'])('%s --help tells how it is used, and its exit status', async (command) => {
  const { host } = await useWorld()
  const { exitCode, stdout } = await type(host, [command, '--help'])
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/Exit status: 0 /)
})

/** sysctl(8) may not be installed. */
function typeable(command: string): string {
  return command.replace(/sysctl -w (\S+)=(\S+)/, 'sh -c "echo $2 >/proc/sys/$1"')
}
