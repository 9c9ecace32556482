import { noMacTranslator } from '@vpc-bridge/kernel'
import { err, errAsync, ok } from 'neverthrow'
import { afterEach, expect, test, vi } from 'vitest'
import { encodeAttributes, text } from '../src/attributes.ts'
import type { NetlinkSocket } from '../src/netlink-socket.ts'
import { openNetns } from '../src/rtnetlink-netns.ts'

afterEach(() => vi.restoreAllMocks())

const ifname = 3

/** A namespace of a kernel that is made up: how many links it has been asked for, and a clock to set. */
function world() {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1000)
  const links = new Map([['x', 7]])
  const state = { asked: 0, present: 7 }
  const noDevice = { errno: 'ENODEV', message: 'No such device' } as const
  const socket: NetlinkSocket = {
    ask: () => {
      state.asked += 1
      const index = links.get('x')
      if (index === undefined) return err(noDevice)
      const header = new Uint8Array(16)
      header[4] = index
      return ok({ type: 16, flags: 0, sequence: 1, body: encodeAttributes([text(ifname, 'x')], header) })
    },
    // A request by index: an address has it behind family, length, flags and scope.
    request: ({ type, body }) => (type === 20 && body[4] !== state.present ? err(noDevice) : ok()),
    dump: () => ok([]),
    close: () => {},
  }
  const unused = () => {
    throw new Error('not expected here')
  }
  const netns = openNetns({
    path: '/run/netns/x',
    id: 'net:[1]',
    syscalls: new Proxy(Object.create(null), { get: unused }),
    socket,
    openSocket: unused,
    inside: unused,
    open: () => errAsync({ kind: 'kernel', operation: 'open', object: '', netns: '', ...noDevice }),
    macTranslator: noMacTranslator,
    forChildren: unused,
    openDescriptor: unused,
    openFile: unused,
  })
  const add = () => netns.change({ do: 'add address', address: { dev: 'x', address: '10.0.0.1/24' } })
  return { netns, add, links, state, clock }
}

test('between a look and the change that follows from it a link is not asked for twice', async () => {
  const { netns, add, state } = world()
  await netns.addresses('x')
  expect((await add()).isOk()).toBe(true)
  expect(state.asked).toBe(1)
})

test('later it is asked for again', async () => {
  const { netns, add, state, clock } = world()
  await netns.addresses('x')
  clock.mockReturnValue(1002)
  await add()
  expect(state.asked).toBe(2)
})

test.each([
  { do: 'set link', name: 'x', set: { up: true } },
  { do: 'delete altname', name: 'x', altName: 'y' },
  { do: 'delete link', name: 'x' },
] as const)("after $do a name may be another link's", async (operation) => {
  const { netns, add, state } = world()
  await netns.addresses('x')
  await netns.change(operation)
  await add()
  expect(state.asked).toBe(2)
})

test('what was made anew under the name is found', async () => {
  const { netns, add, links, state } = world()
  await netns.addresses('x')
  links.set('x', 8)
  state.present = 8
  expect((await add()).isOk()).toBe(true)
  expect(state.asked).toBe(2)
})

test('what is known to be gone is not remembered', async () => {
  const { netns, links } = world()
  await netns.addresses('x')
  links.delete('x')
  expect((await netns.link('x'))._unsafeUnwrap()).toBeUndefined()
  expect((await netns.neighbours('x'))._unsafeUnwrapErr().errno).toBe('ENODEV')
})
