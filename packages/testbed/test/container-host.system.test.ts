import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  type ContainerHost,
  createContainerHost,
  createWorld,
  inside,
  output,
  ping,
  podmanExecutesCni,
  preparePodman,
  run,
  startContainerd,
  type World,
} from '../src/index.ts'
import { installNetwork } from './install-network.ts'

const timeout = 120_000

async function useWorld(): Promise<World> {
  const world = await createWorld()
  onTestFinished(() => world.destroy())
  return world
}

async function useContainerHost(): Promise<World & { readonly containerHost: ContainerHost }> {
  const world = await useWorld()
  const containerHost = await createContainerHost(world.host)
  onTestFinished(() => containerHost.stop())
  return { ...world, containerHost }
}

/** What is left of a container host: processes, by their namespace, and cgroups. */
async function left(processes: string, cgroup: string): Promise<string> {
  const { stdout } = await run(['sh', '-c', 'ls -l /proc/[0-9]*/ns/pid 2>/dev/null | grep -F "$1"', 'sh', processes])
  return stdout + (await output(['find', '/sys/fs/cgroup', '-ignore_readdir_race', '-name', cgroup]))
}

describe('a container host', () => {
  test('has the network of the namespace, and everything else to itself', async () => {
    const { host, containerHost } = await useContainerHost()
    const links = ['ip', '-brief', 'link', 'show']
    expect(await output(containerHost.inside(links))).toBe(await output(inside(host, links)))
    const processes = await output(containerHost.inside(['ps', '-A', '-o', 'comm=']))
    expect(processes.split('\n')).toEqual(['cat', 'ps'])
    for (const directory of ['/etc', '/opt', '/var', '/run']) {
      const file = `${directory}/${containerHost.cgroup}`
      await writeFile(containerHost.path(file), 'mine')
      expect(await output(containerHost.inside(['cat', file]))).toBe('mine')
      expect(existsSync(file)).toBe(false)
    }
    expect(await readFile(containerHost.path('/etc/os-release'), 'utf8')).toContain('ID=')
  })

  test('is gone when it is stopped, which may be repeated', async () => {
    const { host } = await useWorld()
    // Network namespaces come and go: those of other tests.
    const mounts = () => output(['grep', '--invert-match', '/run/netns/', '/proc/self/mountinfo'])
    const before = await mounts()
    const containerHost = await createContainerHost(host)
    const processes = await output(containerHost.inside(['readlink', '/proc/self/ns/pid']))
    await output(containerHost.inside(['sh', '-c', 'sleep 1000 >/dev/null 2>&1 &']))
    expect(await left(processes, containerHost.cgroup)).not.toBe('')
    await containerHost.stop()
    expect(await left(processes, containerHost.cgroup)).toBe('')
    expect(await mounts()).toBe(before)
    await containerHost.stop()
  })

  test('says so when it cannot be made', async () => {
    await expect(createContainerHost('/run/netns/no-such-namespace')).rejects.toThrow('no-such-namespace')
  })

  test.each(['killed', 'ended'])('is gone when its process is %s while a container runs', { timeout }, async (how) => {
    const { host } = await useWorld()
    const program = new URL('abandoned-container-host.ts', import.meta.url).pathname
    const { exitCode, stdout, stderr } = await run([process.execPath, program, host, how])
    expect(exitCode, stderr).toBe(how === 'killed' ? 137 : 0)
    const { cgroup, processes } = JSON.parse(stdout)
    await expect.poll(() => left(processes, cgroup), { timeout: 20_000 }).toBe('')
  })
})

const runtimes = [
  { runtime: 'containerd', prepare: startContainerd, skipped: false },
  {
    runtime: 'Podman',
    prepare: (host: ContainerHost) => preparePodman(host, 'net'),
    skipped: !(await podmanExecutesCni()),
  },
]

describe.each(runtimes)('$runtime', ({ prepare, skipped }) => {
  test.skipIf(skipped)('runs containers with the network that is configured', { timeout }, async () => {
    const { host, containerHost } = await useContainerHost()
    await installNetwork(containerHost)
    const { start } = await prepare(containerHost)
    const red = await start('red', ['sleep', '1000'])
    const blue = await start('blue', ['sleep', '1000'])
    expect(await ping(red.netns, '10.88.0.3')).toBe(true)
    expect(await ping(host, '10.88.0.2')).toBe(true)
    await red.stop()
    expect(await ping(host, '10.88.0.2')).toBe(false)
    expect(await ping(host, '10.88.0.3')).toBe(true)
    await blue.stop()
  })

  test.skipIf(skipped)('says why a container does not start', { timeout }, async () => {
    const { containerHost } = await useContainerHost()
    await installNetwork(containerHost)
    const { start } = await prepare(containerHost)
    await expect(start('red', ['no-such-program'])).rejects.toThrow('no-such-program')
    await output(containerHost.inside(['sed', '-i', 's/host-local/no-such-ipam/', '/etc/cni/net.d/10-net.conflist']))
    await expect(start('blue', ['sleep', '1000'])).rejects.toThrow('no-such-ipam')
  })
})
