import type { CniError } from '@vpc-bridge/cni'
import type { ConfigProblem } from '@vpc-bridge/config'
import type { KernelError } from '@vpc-bridge/kernel'
import type { ApplyError, DryRunError, RevertError } from '@vpc-bridge/step'
import type { LockFailure } from '../commands/lock.ts'

/** Why a command did not do what it was asked to. An ADD has left nothing behind, unless its rollback says so. */
export type Failure =
  /** By rules of the plugin; at least one. */
  | { readonly kind: 'refused'; readonly reasons: readonly CniError[] }
  | { readonly kind: 'wrong configuration'; readonly problems: readonly ConfigProblem[] }
  | { readonly kind: 'namespace missing'; readonly netns: string }
  | { readonly kind: 'not a namespace'; readonly netns: string }
  | { readonly kind: "host's namespace"; readonly netns: string }
  | { readonly kind: 'interface exists'; readonly ifName: string; readonly netns: string }
  /** The container has such an interface in another namespace than the ADD is for. */
  | {
      readonly kind: 'endpoint elsewhere'
      readonly ifName: string
      readonly containerId: string
      readonly netns: string
    }
  /** What a network lies in, by the path that a key of the configuration names. */
  | { readonly kind: "network's namespace missing"; readonly netns: string; readonly key: string }
  | { readonly kind: "network's namespace"; readonly netns: string; readonly key: string }
  | { readonly kind: 'address in use'; readonly address: string; readonly by: string }
  | { readonly kind: 'no IPv6'; readonly where: 'host' | 'container'; readonly netns: string }
  | {
      readonly kind: 'IPv6 disabled'
      readonly where: 'host' | 'container'
      readonly netns: string
      readonly setting: string
    }
  | { readonly kind: 'driver missing'; readonly driver: string }
  | { readonly kind: 'bridge full'; readonly bridge: string; readonly ports: number }
  /** Made by a newer version of the plugin. */
  | { readonly kind: 'newer record'; readonly link: string }
  | { readonly kind: 'container ID too long'; readonly found: string; readonly most: number }
  /** Each in words. */
  | { readonly kind: 'drift'; readonly found: readonly string[] }
  | { readonly kind: 'not collected'; readonly problems: readonly string[] }
  | LockFailure
  | DryRunError<KernelError>
  | ApplyError<KernelError>
  | RevertError<KernelError>
