/** What can be chosen of every link when it is created. What is left out, the kernel chooses. */
interface NewLinkBase {
  readonly name: string
  readonly mac?: string
  /** In bytes. */
  readonly mtu?: number
  /** Name of the bridge whose port it becomes. */
  readonly master?: string
  /** Create it administratively up. */
  readonly up?: boolean
}

/**
 * The other end of a new veth pair. It is created in its namespace, under its name, in the same operation, but always
 * down: the kernel cannot bring it up before the pair is complete.
 */
export interface NewPeer {
  readonly name: string
  /** Path of its network namespace; absent: the one that the first end is in. */
  readonly netns?: string
  readonly mac?: string
  /** In bytes. */
  readonly mtu?: number
}

/** Who may open a device, by numbers. */
interface DeviceOwner {
  /** Number of the user who may open it. */
  readonly owner: number
  /** Number of the group whose members may open it. */
  readonly group?: number
}

/**
 * A new TAP interface, an Ethernet link whose other end is a program. It stays when no program has it open. Its frames come
 * with a header for offloads (IFF_VNET_HDR), as virtual machines want them. The kernel shows it as a link of kind `tun`.
 *
 * @see https://docs.kernel.org/networking/tuntap.html
 */
export interface NewTap extends DeviceOwner {
  readonly kind: 'tap'
  readonly name: string
}

/** A new link on top of another one, by which its packets leave. */
interface NewUpperLink extends Omit<NewLinkBase, 'master'> {
  /** Name of the link below. */
  readonly parent: string
  /** Path of the network namespace to create it in; absent: the one that its parent is in. */
  readonly netns?: string
}

/** By the names of ip-link(8). */
export type MacvlanMode = 'private' | 'vepa' | 'bridge' | 'passthru' | 'source'

/** By the names of ip-link(8). */
export type IpvlanMode = 'l2' | 'l3' | 'l3s'

/**
 * A new macvtap, a macvlan whose other end is a program, which opens the device `/dev/tapINDEX`. The index is made of its MAC address
 * if that is known: device files are of all namespaces. Where no devtmpfs makes them, it is ENOENT if it is to have an owner.
 */
export type NewMacvtap = NewUpperLink & Partial<DeviceOwner> & { readonly kind: 'macvtap'; readonly mode: MacvlanMode }

/** A new link on top of another one. */
export type NewUpper =
  /** The frames with a tag (IEEE 802.1Q); `id` is from 0 to 4094. */
  | (NewUpperLink & { readonly kind: 'vlan'; readonly id: number })
  | (NewUpperLink & { readonly kind: 'macvlan'; readonly mode: MacvlanMode })
  | NewMacvtap
  /** It has its parent's MAC address. */
  | (Omit<NewUpperLink, 'mac'> & { readonly kind: 'ipvlan'; readonly mode: IpvlanMode })

/** A link to create. */
export type NewLink =
  | (NewLinkBase & { readonly kind: 'bridge' | 'dummy' | 'ifb' })
  | (NewLinkBase & { readonly kind: 'veth'; readonly peer: NewPeer })
  | NewUpper
  | NewTap

/** Returns true for a link that is on top of another one. */
export function isUpper(link: NewLink): link is NewUpper {
  return 'parent' in link
}
