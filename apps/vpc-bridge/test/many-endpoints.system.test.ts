import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hostVethName } from '@vpc-bridge/plugin'
import { inside, output } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'
import { endpointAlias } from '../src/endpoint/endpoint-record.ts'
import { temporaryDirectory } from './support/build-executable.ts'
import { config, execute, program, succeed } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

const count = 1000
const limitKiB = 64 * 1024

/** What ADDs leave on the host, as commands of `ip -batch`: an ADD each, and a namespace, would take a minute. */
function endpointCommands(bridge: string): string {
  return Array.from({ length: count }, (_, n) => {
    const endpoint = { containerId: `${'0'.repeat(60)}${n}`, ifName: 'eth0' }
    const name = hostVethName(endpoint)
    const address = `10.0.${n >> 8}.${n & 255}`
    const record = {
      ...endpoint,
      network: config.name,
      interfaceType: { type: 'veth' },
      addresses: [`${address}/16`],
    } as const
    return [
      `link add ${name} up master ${bridge} type veth peer name end${n}`,
      `link set dev ${name} alias "${endpointAlias(record)}"`,
      `route add ${address}/32 dev ${bridge}`,
    ].join('\n')
  }).join('\n')
}

test('show and gc of 1,000 endpoints take less than 64 MiB of memory', { timeout: 300_000 }, async () => {
  const { host, blue } = await useWorld()
  await succeed(program, host, { command: 'ADD', netns: blue })
  const [bridge = ''] = /vpcbr\d+/.exec(await output(inside(host, ['ip', 'link']))) ?? []
  await output(inside(host, ['ip', '-batch', '-']), { input: endpointCommands(bridge) })

  const report = join(await temporaryDirectory(), 'report')
  const measured = ['/usr/bin/time', '--format=%M', '--output', report, ...program]
  const peakKiB = async () => Number(await readFile(report, 'utf8'))
  const shown = await output(inside(host, [...measured, 'show']))
  expect(shown.match(/0{60}\d+/g)).toHaveLength(count)
  expect(await peakKiB()).toBeLessThan(limitKiB)

  const valid = [{ containerID: 'test-container', ifname: 'blueveth' }]
  const document = { ...config, cniVersion: '1.1.0', 'cni.dev/valid-attachments': valid }
  expect(await execute(measured, host, { command: 'GC', config: document })).toMatchObject({ exitCode: 0 })
  expect(await peakKiB()).toBeLessThan(limitKiB)
  const left = await output(inside(host, ['ip', '-brief', 'link', 'show', 'type', 'veth']))
  expect(left.match(/^veth/gm), left).toHaveLength(1)
})
