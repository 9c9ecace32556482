/*
 * Run as a process: what a virtual machine monitor is to a TAP interface. As a user without privileges it opens the interface
 * in the container, and passes frames, with their headers for offloads, between it and a namespace that is the machine.
 */
import { execFileSync } from 'node:child_process'
import { openSync, read, writeSync } from 'node:fs'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'

const [container = '', ifName = '', machine = '', mac = '', address = '', gateway = '', user = ''] =
  process.argv.slice(2)
const TUNSETIFF = 0x400454ca
const CLONE_NEWNET = 0x40000000
const IFF_TAP_NO_PI_VNET_HDR = 0x0002 | 0x1000 | 0x4000
const { ioctl, setns } = nodeSyscalls()

function enter(netns: string): void {
  if (setns(openSync(netns, 'r'), CLONE_NEWNET) < 0) throw new Error(`${netns} cannot be entered`)
}

/** The interface of that name in the namespace that the process is in; made if it is not there. */
function openTap(name: string, file = openSync('/dev/net/tun', 'r+')): number {
  const request = new Uint8Array(40)
  request.set(new TextEncoder().encode(name))
  new DataView(request.buffer).setUint16(16, IFF_TAP_NO_PI_VNET_HDR, true)
  const result = ioctl(file, TUNSETIFF, request)
  if (result < 0) throw new Error(`${name} cannot be opened: errno ${-result}`)
  return file
}

const ip = (...args: readonly string[]) => execFileSync('ip', args)

enter(machine)
const card = openTap('eth0')
ip('link', 'set', 'dev', 'eth0', 'address', mac, 'mtu', '9001', 'up')
ip('address', 'add', address, 'dev', 'eth0')
ip('route', 'add', 'default', 'via', gateway, 'dev', 'eth0')

enter(container)
// Who may open the device itself differs between machines.
const device = openSync('/dev/net/tun', 'r+')
process.setgroups?.([])
process.setgid?.(Number(user))
process.setuid?.(Number(user))
const wire = openTap(ifName, device)

const frame = 65536
function pass(from: number, to: number): void {
  const buffer = Buffer.alloc(frame)
  read(from, buffer, 0, frame, null, (error, length) => {
    if (error !== null) throw error
    // An interface that is down takes nothing.
    try {
      writeSync(to, buffer, 0, length)
    } catch {
      // As a cable does.
    }
    pass(from, to)
  })
}
pass(wire, card)
pass(card, wire)
process.stdout.write('running\n')
