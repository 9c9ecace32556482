import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { captureState, inside, output, run } from '@vpc-bridge/testbed'
import { describe, expect, onTestFinished, test } from 'vitest'
import { builds, config, executable } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

const environment = { VPC_CNI_LOG_FILE: '/dev/null', HOME: '/nope' }

/** May take the lock, and change nothing. */
const unprivileged = ['setpriv', '--bounding-set=-all,+net_bind_service', '--inh-caps=-all', '--no-new-privs']

describe.each(builds)('$build', ({ build, program }) => {
  /** Types a command on a host, for people to read what it says. */
  const type = (host: string, args: readonly string[], before: readonly string[] = []) =>
    run(inside(host, [...before, ...program, ...args, '--no-json']), { environment })

  /** Types what a hint says, where the program is on the PATH. */
  const typeHint = (host: string, hint: string) => {
    const path = [dirname(executable), process.env['PATH']].join(delimiter)
    return run(inside(host, ['sh', '-c', hint]), { environment: { ...environment, PATH: path } })
  }

  test('commands that are told can be typed, and are about the same endpoint', async () => {
    const world = await useWorld()
    const { host, blue } = world
    const before = await captureState(host)
    const directory = await mkdtemp(join(tmpdir(), 'a config '))
    onTestFinished(() => rm(directory, { recursive: true }))
    const file = join(directory, 'net.json')
    await writeFile(file, JSON.stringify({ ...config, name: 'net', ipAddresses: ['192.168.1.77/24'] }))
    const options = ['--config', file, '--netns', basename(blue), '--ifname', 'eth7', '--container-id', 'c7']
    const missing = await type(host, ['check', ...options])
    const toAdd = /^next: (.*) connects it$/m.exec(missing.stdout)?.[1] ?? ''
    expect(toAdd).toContain(`add --config '${file}' --netns ${basename(blue)} --ifname eth7 --container-id c7`)
    expect((await typeHint(host, toAdd)).exitCode).toBe(0)
    expect((await type(host, ['check', ...options])).exitCode).toBe(0)

    const again = await type(host, ['add', ...options])
    expect(again.exitCode).toBe(2)
    const toDelete = /^next: it is connected already; to take it away: (.*)$/m.exec(again.stderr)?.[1] ?? ''
    expect((await typeHint(host, toDelete)).exitCode).toBe(0)
    expect(await captureState(host)).toEqual(before)

    const added = await type(host, ['add', ...options])
    const asToldByAdd = /take it away with: (.*)$/m.exec(added.stdout)?.[1] ?? ''
    expect((await typeHint(host, asToldByAdd)).exitCode).toBe(0)
    expect(await captureState(host)).toEqual(before)
  })

  test('options that are the usual ones are not repeated', async () => {
    const { host, blue } = await useWorld()
    const { stdout } = await type(host, ['add', '--netns', blue])
    expect(stdout).toMatch(new RegExp(`take it away with: \\S*vpc-bridge delete --netns ${blue}$`, 'm'))
  })

  test('a container ID that another container has needs another one', async () => {
    const world = await useWorld()
    const { host, blue } = world
    const red = await world.addContainer('red')
    expect((await type(host, ['add', '--netns', blue])).exitCode).toBe(0)
    const { exitCode, stderr } = await type(host, ['add', '--netns', red])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(
      /^error: container test-container has an interface blueveth already, .*\nnext: choose another container ID, or remove/m,
    )
  })

  test("somebody else's interface of that name is not said to be one of ours", async () => {
    const { host, blue } = await useWorld()
    await output(inside(blue, ['ip', 'link', 'add', 'blueveth', 'type', 'bridge']))
    const { stderr } = await type(host, ['add', '--netns', blue])
    expect(stderr).toContain('next: choose another name, or remove that one')
  })

  test('a namespace that ip netns would make elsewhere is not to be made by it', async () => {
    const { host } = await useWorld()
    expect((await type(host, ['add', '--netns', '/nope/blue'])).stderr).toMatch(
      /^next: "ip netns list" lists the namespaces$/m,
    )
    expect((await type(host, ['add', '--netns', '/run/netns/no-such'])).stderr).toContain('ip netns add no-such')
  })

  test('what could not be removed is not said to be alone, and the reason has its hint', async () => {
    const { host, blue } = await useWorld()
    expect((await type(host, ['add', '--netns', blue])).exitCode).toBe(0)
    const before = await captureState(host)
    const { exitCode, stderr } = await type(host, ['gc', '--all'], unprivileged)
    expect(exitCode).toBe(2)
    expect(await captureState(host)).toEqual(before)
    expect(stderr).toContain('; what else could be removed is gone')
    const hints = stderr.split('\n').filter((line) => line.startsWith('next: '))
    const path = build === 'standalone executable' ? program[0] : 'vpc-bridge'
    // The program is not on the PATH here.
    expect(hints).toEqual([
      expect.stringMatching(`^next: run it as root: sudo ${path} …; in a container it needs CAP_`),
    ])
  })
})
