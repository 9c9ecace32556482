import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { inside, ping, run } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'
import { useWorld } from './support/use-world.ts'

const app = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')

/** The first program of a README. */
function programOf(markdown: string): string {
  const [, program = ''] = /```ts\n(.*?)```/s.exec(markdown) ?? []
  return program
}

test("the README's program connects host and container, in ten lines", async () => {
  const { host } = await useWorld()
  const program = programOf(readme)
  expect(program.slice(program.lastIndexOf('import ')).trim().split('\n').length - 2).toBe(10)

  // The program takes a namespace named blue; a file system of its own for the names keeps tests apart.
  const script = [
    'mount -t tmpfs tmpfs /run/netns',
    'ip netns add blue',
    `${process.execPath} --input-type=module-typescript -`,
    'ip netns exec blue ip -json address show dev eth0',
  ].join(' && ')
  const { exitCode, stdout, stderr } = await run(inside(host, ['unshare', '--mount', 'sh', '-c', script]), {
    input: program,
    cwd: app,
  })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const [said = '', shown = ''] = stdout.split('\n')
  expect(said).toBe('connected')
  expect(JSON.parse(shown)[0].addr_info[0]).toMatchObject({ local: '10.0.0.2', prefixlen: 24 })
})

test("the network of the README's program carries packets", async () => {
  const { host, blue } = await useWorld()
  const program = programOf(readme).replace('/var/run/netns/blue', blue)
  const { stdout } = await run(inside(host, [process.execPath, '--input-type=module-typescript', '-']), {
    input: program,
    cwd: app,
  })
  expect(stdout).toBe('connected')
  expect(await ping(host, '10.0.0.2')).toBe(true)
  expect(await ping(blue, '10.0.0.1')).toBe(true)
})

test("the README's commands to explore can be typed as they stand", async () => {
  const { addContainer } = await useWorld()
  const host = await addContainer('explorer')
  const [, block = ''] = /## Explore\n+```console\n(.*?)```/s.exec(readme) ?? []
  const commands = [...block.matchAll(/^# (.*?)(?: {2,}.*)?$/gm)].map(([, command = '']) => command)
  expect(commands[0]).toBe('./initial-setup.sh')
  expect(commands.length).toBeGreaterThan(7)
  // The kernel here may have no dummy driver: an ifb link takes its place. Names of namespaces are kept apart from others.
  const script = [
    'mount -t tmpfs tmpfs /run/netns',
    'ip() { command ip "$@" || { [ "$5" = dummy ] && command ip link add "$3" type ifb; }; }',
    ...commands.slice(1),
  ].join('\n')
  const { exitCode, stdout } = await run(inside(host, ['unshare', '--mount', 'sh', '-e', '-c', script]), {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    environment: { VPC_CNI_LOG_FILE: '/dev/null' },
  })
  expect(exitCode).toBe(0)
  const added = stdout.split('\n').find((line) => line.startsWith('{"cniVersion"') || line === '{') ?? ''
  expect(added).not.toBe('')
  expect(stdout).toContain('"name":"vpc"')
  expect(await run(inside(host, ['ip', '-brief', 'link', 'show', 'type', 'bridge']))).toMatchObject({ stdout: '' })
})

test("the README's sample is what an add prints, but for numbers", async () => {
  const { addContainer } = await useWorld()
  const host = await addContainer('explorer')
  const script = [
    'mount -t tmpfs tmpfs /run/netns',
    'ip netns add blue',
    'ip link add eth10 address 12:34:56:78:9a:bc mtu 9001 type bridge && ip link set eth10 up',
    'apps/vpc-bridge/dist/vpc-bridge add --netns /run/netns/blue --no-json',
  ].join(' && ')
  const { stdout } = await run(inside(host, ['unshare', '--mount', 'sh', '-c', script]), {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    environment: { VPC_CNI_LOG_FILE: '/dev/null' },
  })
  const [, sample = ''] = /```text\n(add: .*?)\n```/s.exec(readme) ?? []
  // Durations have room for 9 characters; the bridge is named, and its MAC address made, after the ENI's index.
  const comparable = (text: string) =>
    text
      .split('\n\n')[0]
      ?.replaceAll(/[ \d]{6}\.\d ms/g, 'some ms')
      .replaceAll(/vpcbr\d+|ba(:[\da-f]{2}){5}/g, (found) => found.replaceAll(/[\da-f]/g, 'x'))
      .replaceAll(/ +/g, ' ')
  expect(comparable(sample)).toContain('✓ bridge')
  expect(comparable(stdout)).toBe(comparable(sample))
})

const packages = [
  'step',
  'config',
  'cni',
  'link',
  'address',
  'route',
  'netns',
  'kernel',
  'iproute2',
  'rtnetlink',
  'mac-nat',
  'masquerade',
]

test.each(packages)('the example in the README of %s runs and prints what it says', async (name) => {
  const { host } = await useWorld()
  const folder = fileURLToPath(new URL(`../../../packages/${name}/`, import.meta.url))
  const program = programOf(readFileSync(`${folder}README.md`, 'utf8'))
  expect(program).not.toBe('')
  const { exitCode, stdout, stderr } = await run(
    inside(host, [process.execPath, '--input-type=module-typescript', '-']),
    {
      input: program,
      // Each finds what it imports in its own package; that of netns has a step of another one.
      cwd: name === 'netns' ? app : folder,
    },
  )
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const promised = [...program.matchAll(/^(?:console.log.*\) )?\/\/ (.*)$/gm)].map(([, line]) => line)
  expect(promised.length).toBeGreaterThan(0)
  expect(stdout.split('\n')).toEqual(promised)
})
