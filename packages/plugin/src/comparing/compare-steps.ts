import {
  intercept,
  isMacTranslation,
  type KernelError,
  type Netns,
  type Operation,
  operationError,
} from '@vpc-bridge/kernel'
import { netnsName } from '@vpc-bridge/netns'
import { type DryRun, dryRun } from '@vpc-bridge/step'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import type { Steps } from '../definition/phase.ts'
import { describeDrift, linkOf } from './describe-drift.ts'
import { copyOfHost } from './dry-run.ts'

/** Something that is not as an ADD makes it. */
export interface Drift {
  /** In plain words: `br0 is down`. */
  readonly what: string
  /** Name of the interface that it is about, where there is one. */
  readonly link?: string
  /** The command that would put it right, as one would type it on the host; absent where there is none. */
  readonly repair?: string
}

/** The difference between what there is and what a step brings about; no drift: none. */
export interface ComparedStep {
  readonly step: string
  readonly drift: readonly Drift[]
}

/** Compares steps with what there is. A step that could not be applied is a drift, and the next one follows. */
export type Compare = (steps: Steps) => Promise<readonly ComparedStep[]>

/** How a comparison is made, as whoever asks for it knows. */
export interface Comparing {
  /** Tells whether a program is installed. Absent: all are. */
  readonly isInstalled?: (program: string) => boolean
  /**
   * Returns the command that equals an operation, as one would type it.
   *
   * @param netns path of the network namespace; absent: the host's
   */
  readonly toCommand?: (operation: Operation, netns: string | undefined) => string
}

/** How steps are compared, as their plugin knows. */
interface ComparingSteps extends Comparing {
  /** Returns as much of an operation as is a drift if it is needed in the namespace of that path. Absent: all of it. */
  readonly driftIn?: (operation: Operation, netns: string) => Operation | undefined
  /** The namespace that the network lies in, if it is not the host's: its name is told. */
  readonly site?: Netns
}

/** An operation that a dry run needed, and the drift that it shows, if any. */
interface Needed {
  readonly operation: Operation
  readonly drift: Drift | undefined
}

/**
 * Makes a comparison by dry runs: what steps would still do is a drift. All calls share one copy of the host, so that a drift of
 * what several endpoints share is told once. Changes nothing. The errors are those of copying the host.
 */
export function comparisonWith(
  host: Netns,
  { isInstalled = () => true, toCommand, driftIn = (operation) => operation, site }: ComparingSteps = {},
): ResultAsync<Compare, KernelError> {
  return copyOfHost(host).map((copy) => {
    const operations: Needed[] = []
    let isUnreadable = false
    const context = intercept(copy, (operation, netns, proceed) => {
      if (isMacTranslation(operation) && (isUnreadable || !isInstalled('nft'))) {
        // Said once: for all that depends on it.
        const isSaid = isUnreadable
        isUnreadable = true
        return isSaid ? okAsync() : errAsync(operationError(operation, netns.path, 'ENOPKG', withoutNft))
      }
      const rest = driftIn(operation, netns.path)
      if (rest === undefined) return proceed().map(() => void operations.push({ operation, drift: undefined }))
      return describeDrift(rest, netns).andThen((words) =>
        proceed().map(() => {
          const isHost = netns.id === copy.id
          const place = netns.id === site?.id ? `the namespace ${netnsName(netns.path) ?? netns.path}` : 'the container'
          const link = linkOf(rest)
          const drift = {
            what: isHost ? words : `in ${place} ${words}`,
            ...(link === undefined ? {} : { link }),
            ...(toCommand === undefined ? {} : { repair: toCommand(rest, isHost ? undefined : netns.path) }),
          }
          operations.push({ operation, drift })
        }),
      )
    })
    return (steps) => compareEach(steps, { context, operations })
  })
}

const withoutNft =
  'the translation of MAC addresses cannot be looked at: the program nft is not installed (Debian: apt-get install nftables)'

async function compareEach(steps: Steps, copy: DryRun<Netns, Needed>): Promise<readonly ComparedStep[]> {
  const compared: ComparedStep[] = []
  for (const step of steps) {
    const tried = await dryRun([step], copy)
    const drift = tried.match(
      (done): readonly Drift[] => withoutSequels(done.flatMap(({ operations }) => operations)),
      ({ cause }): readonly Drift[] => [{ what: cause.message }],
    )
    compared.push({ step: step.name, drift })
  }
  return compared
}

/** A missing link says all: what would be set on it once it exists is no drift of its own. */
function withoutSequels(needed: readonly Needed[]): readonly Drift[] {
  const telling = needed[0]?.operation.do === 'add link' ? needed.slice(0, 1) : needed
  return telling.flatMap(({ drift }) => drift ?? [])
}
