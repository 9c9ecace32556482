import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { captureReservations, output, restoreReservations } from '../src/index.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'reservations-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

function hostLocal(command: string, containerId: string): Promise<string> {
  const ipam = { type: 'host-local', dataDir, ranges: [[{ subnet: '10.88.0.0/24' }]] }
  return output(['/usr/lib/cni/host-local'], {
    input: JSON.stringify({ cniVersion: '1.0.0', name: 'net', ipam }),
    environment: {
      CNI_COMMAND: command,
      CNI_CONTAINERID: containerId,
      CNI_NETNS: '/run/netns/none',
      CNI_IFNAME: 'eth0',
      CNI_PATH: '/usr/lib/cni',
    },
  })
}

test('captureReservations sees what host-local holds, and nothing when all is given back', async () => {
  expect(await captureReservations(join(dataDir, 'missing'))).toEqual({})
  await hostLocal('ADD', 'blue')
  await hostLocal('ADD', 'red')
  expect(await captureReservations(dataDir)).toEqual({ 'net/10.88.0.2': 'blue eth0', 'net/10.88.0.3': 'red eth0' })
  await hostLocal('DEL', 'blue')
  expect(await captureReservations(dataDir)).toEqual({ 'net/10.88.0.3': 'red eth0' })
  await hostLocal('DEL', 'red')
  expect(await captureReservations(dataDir)).toEqual({})
})

test('restoreReservations makes it hold them: they are not given to others, and can be given back', async () => {
  const held = { 'net/10.88.0.2': 'blue eth0', 'net/10.88.0.3': 'red eth0' }
  await restoreReservations(dataDir, held)
  await hostLocal('ADD', 'green')
  await hostLocal('DEL', 'red')
  expect(await captureReservations(dataDir)).toEqual({ 'net/10.88.0.2': 'blue eth0', 'net/10.88.0.4': 'green eth0' })
})
