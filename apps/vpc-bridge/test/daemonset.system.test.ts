import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  addresses,
  type ContainerHost,
  createContainerHost,
  createWorld,
  type Ended,
  output,
  ping,
  run,
  startContainerd,
} from '@vpc-bridge/testbed'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { app } from './support/build-executable.ts'

/*
 * The image of a release, in containerd, as the manifest says. There is no Kubernetes here: the parts of the manifest that say how
 * containerd is to run the container are translated into options of ctr.
 */

const manifest = await readFile(join(app, 'deploy/daemonset.yaml'), 'utf8')
const [configMap, daemonSet] = parseAllDocuments(manifest).map((document) => document.toJS())
const pod = daemonSet.spec.template.spec
const [container] = pod.containers
const configurations: Readonly<Record<string, string>> = configMap.data

/** The capabilities that a container has by default. */
const defaults =
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'
const snapshotter = '--snapshotter=native'
const image = `vpc-bridge-${container.image.split(':').at(-1)}-image.tar`

let release: string
beforeAll(async () => {
  release = await mkdtemp(join(tmpdir(), 'vpc-bridge-release-'))
  await output([process.execPath, 'release.ts', '--outdir', release], { cwd: app })
})
afterAll(() => rm(release, { recursive: true, force: true }))

/** A host with containerd, which has the image. */
async function useHost() {
  const world = await createWorld()
  onTestFinished(() => world.destroy())
  for (const address of ['192.168.1.60', '192.168.1.61']) await world.assignToEni(address)
  const host = await createContainerHost(world.host)
  onTestFinished(() => host.stop())
  const containerd = await startContainerd(host)
  await output(host.inside(['ctr', 'images', 'import', snapshotter, join(release, image)]))
  return { ...world, host, containerd }
}

/** The options of ctr for what the manifest says. */
async function options(host: ContainerHost): Promise<readonly string[]> {
  const { capabilities, readOnlyRootFilesystem, runAsUser, seccompProfile, allowPrivilegeEscalation } =
    container.securityContext
  expect({ readOnlyRootFilesystem, runAsUser, seccompProfile, allowPrivilegeEscalation }).toEqual({
    readOnlyRootFilesystem: true,
    runAsUser: 0,
    seccompProfile: { type: 'RuntimeDefault' },
    allowPrivilegeEscalation: false,
  })
  expect([capabilities.drop, pod.hostNetwork]).toEqual([['ALL'], true])
  const dropped = defaults.split(' ').filter((name) => !capabilities.add.includes(name))
  const mounts = container.volumeMounts.map(async ({ name, mountPath, readOnly }: Mount) => {
    const volume = pod.volumes.find((each: Volume) => each.name === name)
    const source = volume.hostPath?.path ?? `/run/config/${volume.configMap.name}`
    await mkdir(host.path(source), { recursive: true })
    return `--mount=type=bind,src=${source},dst=${mountPath},options=rbind:${readOnly === true ? 'ro' : 'rw'}`
  })
  const memory = /^(\d+)Mi$/.exec(container.resources.limits.memory)?.[1]
  return [
    ...['--net-host', '--read-only', '--seccomp', `--cgroup=${host.cgroup}/installer`],
    `--memory-limit=${Number(memory) * 1024 ** 2}`,
    ...dropped.map((name) => `--cap-drop=CAP_${name}`),
    ...(await Promise.all(mounts)),
  ]
}

interface Mount {
  readonly name: string
  readonly mountPath: string
  readonly readOnly?: boolean
}

interface Volume {
  readonly name: string
}

/** Starts a pod's container; `stop` sends it SIGTERM, as the end of a pod does. */
async function startPod(host: ContainerHost, args: readonly string[], files = configurations) {
  const given = await options(host)
  const directory = host.path(`/run/config/${configMap.metadata.name}`)
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  const command = ['/vpc-bridge', ...args]
  const ended = run(
    host.inside(['ctr', 'run', '--rm', snapshotter, ...given, container.image, 'installer', ...command]),
  )
  const stop = async (): Promise<Ended> => {
    await output(host.inside(['ctr', 'task', 'kill', '--signal=SIGTERM', 'installer']))
    return ended
  }
  return { ended, stop }
}

/** What has been installed on a host; Debian's own plugins and networks are elsewhere, or come after it by name. */
async function installed(host: ContainerHost): Promise<readonly string[]> {
  const [bin, conf] = await Promise.all(
    ['/opt/cni/bin', '/etc/cni/net.d'].map((path) => readdir(host.path(path)).catch(() => [])),
  )
  return [...(bin ?? []), ...(conf ?? []).filter((name) => name !== '87-podman-bridge.conflist')]
}

/** Waits until a pod runs, and what it has to do is done. */
async function settled(host: ContainerHost, files: readonly string[]): Promise<void> {
  const tasks = () => output(host.inside(['ctr', 'task', 'list']))
  await expect.poll(tasks, { timeout: 30_000 }).toMatch(/^installer +\d+ +RUNNING$/m)
  await expect.poll(() => installed(host), { timeout: 30_000 }).toEqual(files)
}

const both = ['vpc-bridge', '10-vpc.conflist']

test('the manifest connects containers, a new pod interrupts nothing, and it is uninstalled', {
  timeout: 300_000,
}, async () => {
  const { host, beyond, containerd } = await useHost()
  // As on nodes that kubespray has made.
  await output(host.inside(['sh', '-c', 'mkdir -p /opt/cni/bin && chown --recursive 997 /opt/cni']))
  const pod = await startPod(host, container.args)
  await settled(host, both)
  const plugin = await readFile(host.path('/opt/cni/bin/vpc-bridge'))
  const executable = (await readdir(release)).find((name) => name.endsWith(`linux-${process.arch}`)) ?? ''
  expect(plugin.equals(await readFile(join(release, executable)))).toBe(true)
  expect((await stat(host.path('/opt/cni/bin/vpc-bridge'))).mode & 0o7777).toBe(0o755)
  expect(await readFile(host.path('/etc/cni/net.d/10-vpc.conflist'), 'utf8')).toBe(configurations['10-vpc.conflist'])

  const red = await containerd.start('red', ['sleep', '1000'])
  expect(await ping(red.netns, addresses.router)).toBe(true)
  const told = performance.now()
  const { exitCode, stdout, stderr } = await pod.stop()
  expect(performance.now() - told).toBeLessThan(1000 * daemonSet.spec.template.spec.terminationGracePeriodSeconds)
  expect([exitCode, stderr, stdout.split('\n').at(-1)]).toEqual([0, '', 'ended by SIGTERM'])

  // Between two pods.
  expect(await installed(host)).toEqual(both)
  const blue = await containerd.start('blue', ['sleep', '1000'])
  expect(await ping(beyond, '192.168.1.61')).toBe(true)
  const next = await startPod(host, container.args)
  await settled(host, both)
  expect(await ping(red.netns, '192.168.1.61')).toBe(true)
  for (const each of [red, blue]) await each.stop()
  expect((await next.stop()).exitCode).toBe(0)

  const [, patch = ''] = /-p '(\[.*\])'/.exec(manifest) ?? []
  const [{ op, path, value }] = JSON.parse(patch)
  expect([op, path]).toEqual(['replace', '/spec/template/spec/containers/0/args/0'])
  const last = await startPod(host, [value, ...container.args.slice(1)])
  await settled(host, [])
  expect((await last.stop()).exitCode).toBe(0)
})

test('a wrong configuration ends the container, and changes nothing', { timeout: 300_000 }, async () => {
  const { host } = await useHost()
  const text = configurations['10-vpc.conflist']?.replace('eniName', 'eniNmae') ?? ''
  const { ended } = await startPod(host, container.args, { '10-vpc.conflist': text })
  expect(await ended).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^error: \/etc\/vpc-bridge\/10-vpc\.conflist: plugins\[0\]\.eniName is missing, expected /,
    ),
  })
  expect(await installed(host)).toEqual([])
})

test('containerd takes the image for both kinds of machines, and Podman takes it', { timeout: 300_000 }, async () => {
  const { host } = await useHost()
  const file = join(release, image)
  await output(host.inside(['ctr', 'images', 'import', snapshotter, '--all-platforms', file]))
  const listed = await output(host.inside(['ctr', 'images', 'list', `name==${container.image}`]))
  expect(listed).toMatch(/ linux\/amd64,linux\/arm64 /)
  const podman = ['podman', '--storage-driver=vfs']
  const pulled = await output(host.inside([...podman, 'pull', '--quiet', `oci-archive:${file}`]))
  const inspected = JSON.parse(await output(host.inside([...podman, 'image', 'inspect', pulled])))
  expect(inspected[0].Config.Entrypoint).toEqual(['/vpc-bridge'])
})
