import type { KernelError, Netns } from '@vpc-bridge/kernel'
import type { Step } from '@vpc-bridge/step'

/** Steps, to be walked in the host's namespace; those in others are `within` them. */
export type Steps = readonly Step<Netns, KernelError>[]

/**
 * A part of an endpoint.
 *
 * - `network`: of all endpoints of the network; made under the exclusive lock, and removed with the last endpoint: part by part, the
 *   last one first, each once the ones behind it are gone, since it may carry what their removal needs to know
 * - `record`: of this endpoint alone, before all others; makes the host link with the record where that is a marker, and is removed once
 *   all others are gone: they are found by it
 * - `endpoint`: of this endpoint alone; the first step of the first such part makes the host link with the record
 * - `reach`: of this endpoint alone, and what packets find its addresses by: something there already is another endpoint's if that has
 *   one of the addresses
 * - `host link`: of this endpoint alone, and gone with its host link: a removal has nothing to do
 */
export interface Phase {
  readonly of: 'network' | 'record' | 'endpoint' | 'reach' | 'host link'
  readonly steps: Steps
}

/** Returns a phase of what all endpoints of a network share. */
export function shared(...steps: Steps): Phase {
  return { of: 'network', steps }
}

/** Returns a phase of the marker that carries an endpoint's record. */
export function recordedBy(...steps: Steps): Phase {
  return { of: 'record', steps }
}

/** Returns a phase of what is an endpoint's own. */
export function own(...steps: Steps): Phase {
  return { of: 'endpoint', steps }
}

/** Returns a phase of what packets find an endpoint's addresses by. */
export function reach(...steps: Steps): Phase {
  return { of: 'reach', steps }
}

/** Returns a phase of what is an endpoint's own, and vanishes with its host link. */
export function withHostLink(...steps: Steps): Phase {
  return { of: 'host link', steps }
}
