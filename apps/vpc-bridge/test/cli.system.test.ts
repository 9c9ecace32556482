import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { captureState, inside, output, run } from '@vpc-bridge/testbed'
import { describe, expect, onTestFinished, test } from 'vitest'
import { builds, config } from './support/runtime.ts'
import { withoutIndexes } from './support/states.ts'
import { useWorld } from './support/use-world.ts'

/** The interfaces of the host in a result. */
const hostInterfaces = [/^veth/, /br\d+$/].map((name) => ({ name: expect.stringMatching(name) }))

const environment = { VPC_CNI_LOG_FILE: '/dev/null', HOME: '/nope' }

describe.each(builds)('$build', ({ program }) => {
  /** Types a command on a host, not at a terminal. */
  const type = (host: string, args: readonly string[], input = '') =>
    run(inside(host, [...program, ...args]), { environment, input })

  /** Types a command at a terminal; everything that appears there. */
  const atTerminal = async (host: string, args: readonly string[]) => {
    const line = [...inside(host, program), ...args].join(' ')
    const { exitCode, stdout } = await run(['script', '--quiet', '--return', '--command', line, '/dev/null'], {
      environment: { ...environment, TERM: 'xterm' },
    })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
    return { exitCode, shown: stdout.replaceAll(/\u001b\[\d*m/g, '').replaceAll('\r', '') }
  }

  test('add and delete print the result alone when nobody is watching', async () => {
    const { host, blue } = await useWorld()
    const before = [await captureState(host), await captureState(blue)]
    const added = await type(host, ['add', '--netns', blue])
    expect(added).toMatchObject({ exitCode: 0, stderr: '' })
    expect(JSON.parse(added.stdout)).toMatchObject({
      cniVersion: '1.0.0',
      interfaces: [{ name: 'blueveth', sandbox: blue }, ...hostInterfaces],
      ips: [{ address: '192.168.1.43/24', gateway: '192.168.1.1', interface: 0 }],
    })
    expect(await type(host, ['delete', '--netns', blue])).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    expect([await captureState(host), await captureState(blue)]).toEqual(before)
  })

  test('at a terminal each step appears, then the result', async () => {
    const { host, blue } = await useWorld()
    const { exitCode, shown } = await atTerminal(host, ['add', '--netns', blue])
    expect(exitCode).toBe(0)
    expect(shown).toMatch(/^add: blueveth in .*, network vpc on eth10, 192\.168\.1\.43\/24\n/)
    expect(shown).toMatch(/^✓ bridge vpcbr\d+ +\d+\.\d ms$/m)
    expect(shown).toMatch(/^✓ veth veth\w+ with blueveth in the container +\d+\.\d ms$/m)
    const ends = shown.split('\n').flatMap((line) => (/^[✓·]/.test(line) ? [line.indexOf(' ms')] : []))
    expect(new Set(ends).size).toBe(1)
    expect(shown).toMatch(/^· link eth10 up +\d+\.\d ms {2}was there already$/m)
    expect(shown).toContain(`blueveth in ${blue}: 192.168.1.43/24, MAC address`)
    const isIfb = (await output(inside(host, ['ip', 'link', 'show', 'type', 'ifb']))) !== ''
    expect(shown.includes('note: vpcbreth10dummy is an ifb link: the kernel has no driver')).toBe(isIfb)
    const deleted = await atTerminal(host, ['delete', '--netns', blue])
    expect(deleted.shown).toMatch(/^✓ bridge vpcbr\d+: removed +\d+\.\d ms$/m)
    expect(deleted.exitCode).toBe(0)
    expect(deleted.shown).toMatch(/\n\nblueveth is disconnected\.$/)
    expect((await atTerminal(host, ['add', '--json', '--netns', blue])).shown).toMatch(/^\{.*\}$/)
  })

  test('at a terminal a failure shows its cause and the rollback, step by step', async () => {
    const { host, blue } = await useWorld()
    await output(inside(blue, ['ip', 'route', 'add', 'unreachable', 'default']))
    const { exitCode, shown } = await atTerminal(host, ['add', '--netns', blue])
    expect(exitCode).toBe(2)
    const lines = shown.split('\n')
    const failed = lines.findIndex((line) => line.startsWith('✗ route 0.0.0.0/0'))
    expect(lines[failed + 1]).toContain('EEXIST')
    expect(lines.slice(failed + 2, -1).every((line) => line.startsWith('↩ rolled back: '))).toBe(true)
    expect(lines.slice(failed + 2, -1).at(-1)).toMatch(/delete link: link vpcbr\d+/)
    expect(lines.at(-1)).toMatch(/^error: route 0\.0\.0\.0\/0 .*; all changes were rolled back$/)
  })

  test('plan add shows the commands, which do the same, and changes nothing', async () => {
    const { host, blue } = await useWorld()
    const before = [await captureState(host), await captureState(blue)]
    const planned = await type(host, ['plan', 'add', '--netns', blue])
    expect(planned).toMatchObject({ exitCode: 0, stderr: '' })
    expect([await captureState(host), await captureState(blue)]).toEqual(before)
    expect(JSON.parse((await type(host, ['plan', 'delete', '--netns', blue])).stdout).steps).toSatisfy(
      (steps: readonly { readonly commands: readonly string[] }[]) =>
        steps.every(({ commands }) => commands.length === 0),
    )

    await type(host, ['add', '--netns', blue])
    const made = [await captureState(host), await captureState(blue)]
    const undo = JSON.parse((await type(host, ['plan', 'delete', '--netns', blue])).stdout)
    await perform(host, undo)
    expect([await captureState(host), await captureState(blue)]).toEqual(before)
    await perform(host, JSON.parse(planned.stdout))
    expect(withoutIndexes([await captureState(host), await captureState(blue)])).toEqual(withoutIndexes(made))
  })

  test('plan delete shows how the ENI comes home from another namespace', async () => {
    const world = await useWorld()
    const { host, blue } = world
    const before = await captureState(host)
    const site = await world.addContainer('site')
    const other = JSON.stringify({ ...config, bridgeNetNSPath: site })
    const options = ['--netns', blue, '--config', '-']
    expect((await type(host, ['add', ...options], other)).exitCode).toBe(0)
    const planned = await type(host, ['plan', 'delete', ...options], other)
    expect(planned).toMatchObject({ exitCode: 0, stderr: '' })
    expect(planned.stdout).toMatch(/link set dev eth10 netns /)
    expect((await type(host, ['delete', ...options], other)).exitCode).toBe(0)
    expect(withoutIndexes(await captureState(host))).toEqual(withoutIndexes(before))
  })

  test('plan tells what would fail', async () => {
    const { host, blue } = await useWorld()
    await output(inside(host, ['ip', 'link', 'add', 'vpcbreth10dummy', 'type', 'bridge']))
    const { exitCode, stderr } = await type(host, ['plan', 'add', '--netns', blue])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('vpcbreth10dummy exists and is a bridge link')
  })

  test('takes the configuration from a file or the standard input, and names for namespaces', async () => {
    const { host, blue } = await useWorld()
    const directory = await mkdtemp(join(tmpdir(), 'config-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const file = join(directory, 'net.json')
    const other = JSON.stringify({ ...config, name: 'net', ipAddresses: ['192.168.1.77/24'] })
    await writeFile(file, other)
    const name = blue.replace('/run/netns/', '')
    const options = ['--netns', name, '--ifname', 'eth0', '--container-id', 'c1']
    const added = await type(host, ['add', '--config', file, ...options])
    expect(JSON.parse(added.stdout)).toMatchObject({
      interfaces: [{ name: 'eth0', sandbox: `/var/run/netns/${name}` }, ...hostInterfaces],
      ips: [{ address: '192.168.1.77/24' }],
    })
    expect((await type(host, ['delete', '--config', '-', ...options], other)).exitCode).toBe(0)
    expect((await captureState(host)).links.map(({ ifname }) => ifname)).toEqual(['lo', 'eth10'])
  })

  test.each([
    ['nothing', [], 'Usage: vpc-bridge'],
    ['an unknown command', ['remove'], "unknown command 'remove'"],
    ['an unknown option', ['add', '--verbose'], "unknown option '--verbose'"],
    ['an option without its value', ['add', '--netns'], 'argument missing'],
    ['too much', ['add', 'blue'], 'too many arguments'],
    ['a file that is not there', ['add', '--config', '/nope.json'], '/nope.json'],
    ['a file that is no JSON', ['add', '--config', '/etc/passwd'], 'what /etc/passwd has is not JSON'],
  ])('%s is wrong usage: 1', async (_, args, words) => {
    const { host } = await useWorld()
    const { exitCode, stdout, stderr } = await type(host, args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toContain(words)
  })

  test.each([
    ['[]', 'expected'],
    ['null', 'expected'],
    ['{"type":"vpc-bridge"}', 'error: '],
    ['no JSON', 'not JSON'],
  ])('the configuration %s is wrong usage: 1', async (text, words) => {
    const { host, blue } = await useWorld()
    const { exitCode, stderr } = await type(host, ['add', '--netns', blue, '--config', '-'], text)
    expect(exitCode).toBe(1)
    expect(stderr).toContain(words)
  })

  test('output that is lost is a failure: 2', async () => {
    const { host } = await useWorld()
    const shell = (redirection: string) =>
      run(inside(host, ['sh', '-c', `"$@" ${redirection}`, 'sh', ...program, 'show']), { environment })
    expect(await shell('>/dev/full')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'error: the standard output could not be written',
    })
    expect((await shell('>/dev/null')).exitCode).toBe(0)
    expect(await shell('| true')).toMatchObject({ exitCode: 0, stderr: '' })
  })

  test('a delete of what is not there says so', async () => {
    const { host } = await useWorld()
    const { exitCode, stdout } = await type(host, ['delete', '--netns', 'no-such-netns', '--no-json'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/\n\nThere was nothing of it to remove\.$/)
  })

  test('a failure says what to type next: 2', async () => {
    const { host, blue } = await useWorld()
    const missingNetns = await type(host, ['add', '--netns', 'no-such-netns'])
    expect(missingNetns.exitCode).toBe(2)
    expect(missingNetns.stderr).toContain(
      'next: "ip netns list" lists the namespaces; to make this one: ip netns add no-such-netns',
    )
    expect(JSON.parse(missingNetns.stdout)).toMatchObject({ code: 3 })

    const wrong = JSON.stringify({ ...config, eniName: 'eth11' })
    const missingEni = await type(host, ['add', '--netns', blue, '--config', '-'], wrong)
    expect(missingEni.exitCode).toBe(2)
    expect(missingEni.stderr).toContain('to experiment: ip link add eth11 type dummy')

    const badName = await type(host, ['add', '--netns', blue, '--ifname', 'a/b'])
    expect(badName.exitCode).toBe(1)
    expect(badName.stderr).toContain('--ifname "a/b", expected the name of a network interface')
    const badId = await type(host, ['add', '--netns', blue, '--container-id', '../x'])
    expect(badId.exitCode).toBe(1)
    expect(badId.stderr).toContain('--container-id "../x"')

    const unprivileged = [
      'setpriv',
      '--bounding-set=-all',
      '--inh-caps=-all',
      '--no-new-privs',
      ...program,
      'add',
      '--netns',
      blue,
    ]
    const { exitCode, stderr } = await run(inside(host, unprivileged), { environment })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('next: run it as root')
  })

  test('--help and --version', async () => {
    const { host } = await useWorld()
    const help = await type(host, ['--help'])
    expect(help).toMatchObject({ exitCode: 0, stderr: '' })
    expect(help.stdout).toContain('vpc-bridge plan add')
    expect((await type(host, ['add', '--help'])).stdout).toMatch(/\(default:\s+"blue"\)/)
    expect((await type(host, ['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+ /)
  })
})

/** Types the commands of a plan into a shell on the host. */
async function perform(host: string, plan: { readonly steps: readonly { readonly commands: readonly string[] }[] }) {
  const lines = plan.steps.flatMap(({ commands }) => commands)
  expect(lines.length).toBeGreaterThan(4)
  // sysctl(8) may not be installed.
  const script = lines.map((line) => line.replace(/sysctl -w (\S+)=(\S+)/, 'sh -c "echo $2 >/proc/sys/$1"'))
  await output(inside(host, ['sh', '-e', '-c', script.join('\n')]))
}
