import { afterAll, beforeAll, expect, test } from 'vitest'
import { captureState, createWorld, inside, output, type World, writeSysctl } from '../src/index.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.destroy())

const ip = (...args: string[]) => output(inside(world.host, ['ip', ...args]))

test.each([
  ['a link', () => ip('link', 'add', 'x', 'type', 'ifb'), () => ip('link', 'delete', 'x')],
  ['an MTU', () => ip('link', 'set', 'lo', 'mtu', '1400'), () => ip('link', 'set', 'lo', 'mtu', '65536')],
  ['an alias', () => ip('link', 'set', 'lo', 'alias', 'x'), () => ip('link', 'set', 'lo', 'alias', '')],
  [
    'an address',
    () => ip('addr', 'add', '10.9.9.9/32', 'dev', 'lo'),
    () => ip('addr', 'del', '10.9.9.9/32', 'dev', 'lo'),
  ],
  ['a route', () => ip('route', 'add', '10.9.9.9/32', 'dev', 'eth10'), () => ip('route', 'del', '10.9.9.9/32')],
  [
    'a neighbour',
    () => ip('neigh', 'add', '10.9.9.9', 'lladdr', '02:00:00:00:00:99', 'dev', 'eth10', 'nud', 'permanent'),
    () => ip('neigh', 'del', '10.9.9.9', 'dev', 'eth10'),
  ],
  [
    'a setting',
    () => writeSysctl(world.host, 'net/ipv4/conf/eth10/forwarding', '1'),
    () => writeSysctl(world.host, 'net/ipv4/conf/eth10/forwarding', '0'),
  ],
])('captureState sees %s come and go', async (_, change, undo) => {
  const before = await captureState(world.host)
  await change()
  expect(await captureState(world.host)).not.toEqual(before)
  await undo()
  expect(await captureState(world.host)).toEqual(before)
})
