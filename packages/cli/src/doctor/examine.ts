import type { Netns } from '@vpc-bridge/kernel'
import type { Diagnosis, Finding, Mode, State } from './model.ts'
import type { System } from './system.ts'

/** A host to be examined. */
export interface Patient {
  /** Absent: the host's network namespace cannot be opened. */
  readonly host?: Netns
  readonly system: System
  readonly logFile: string
  /** How this program is called. */
  readonly program: string
}

/** What a plugin needs on a host beside what every plugin needs. */
export interface Needs {
  readonly findings: readonly Finding[]
  /** The kinds of networks that it makes, each with the IDs of its needs. Without the first one a host is not usable. */
  readonly modes: readonly { readonly mode: string; readonly needs: readonly string[] }[]
  /** A finding for each network that exists; without any one of them a host is not usable. */
  readonly networks?: readonly Finding[]
}

/** Finds out what a host has of what every plugin needs, and of a plugin's own needs. Changes nothing. */
export function examine({ host, system, logFile, program }: Patient, needs: Needs): Diagnosis {
  const basic: readonly Finding[] = [
    privileges(system, program),
    host === undefined
      ? { id: 'namespaces', what: 'network namespaces', state: 'missing', found: 'the own one cannot be opened' }
      : { id: 'namespaces', what: 'network namespaces', state: 'there', found: host.id },
  ]
  const findings = [...basic, ...needs.findings, log(system, logFile), ...(needs.networks ?? [])]
  const always = basic.map(({ id }) => id)
  const modes = needs.modes.map(({ mode, needs: own }) => modeOf({ mode, needs: [...always, ...own] }, findings))
  return { findings, modes }
}

function modeOf({ mode, needs }: Needs['modes'][number], findings: readonly Finding[]): Mode {
  const having = (state: State) => findings.filter((each) => needs.includes(each.id) && each.state === state)
  const lacks = having('missing').map(({ id }) => id)
  const unclear = having('unknown').map(({ id }) => id)
  const state = lacks.length > 0 ? 'missing' : unclear.length > 0 ? 'unknown' : 'there'
  return { mode, state, lacks, unclear }
}

/** Numbers of capabilities (linux/capability.h). */
const capabilities = { CAP_NET_BIND_SERVICE: 10n, CAP_NET_ADMIN: 12n, CAP_SYS_ADMIN: 21n } as const

function privileges(system: System, own: string): Finding {
  const what = 'privileges of root'
  const held = system.capabilities
  if (held === undefined) return { id: 'privileges', what, state: 'unknown', found: '/proc does not tell' }
  const lacking = Object.entries(capabilities).filter(([, bit]) => ((held >> bit) & 1n) === 0n)
  if (lacking.length === 0)
    return { id: 'privileges', what, state: 'there', found: Object.keys(capabilities).join(', ') }
  const found = `no ${lacking.map(([name]) => name).join(', ')}`
  return { id: 'privileges', what, state: 'missing', found, remedy: `sudo ${own} …` }
}

function log({ canWrite }: System, file: string): Finding {
  const shared = { id: 'log', what: 'the log file' } as const
  return canWrite(file)
    ? { ...shared, state: 'there', found: file }
    : {
        ...shared,
        state: 'missing',
        found: `${file} cannot be written (no command fails because of it)`,
        remedy: 'set VPC_CNI_LOG_FILE to another path',
      }
}
