import type {
  AddRequest,
  CheckRequest,
  CniError,
  CniResult,
  DelRequest,
  GcRequest,
  IpamResult,
  Parameters,
  Request,
} from '@vpc-bridge/cni'
import type { Command, Field, Warn } from '@vpc-bridge/config'
import type { Netns } from '@vpc-bridge/kernel'
import type { Result, ResultAsync } from 'neverthrow'
import type { LockFailure } from '../commands/lock.ts'
import type { WalkOptions } from '../commands/walk-options.ts'

/**
 * The walks of a plugin over its steps, one a command.
 *
 * @typeParam C a configuration as the plugin reads it
 * @typeParam F its failures
 */
export interface Walks<C extends { readonly ipam?: { readonly type: string } }, F extends object> {
  /** Name of the executable. */
  readonly type: string
  /** All keys of its configuration. */
  readonly configuration: Field<unknown>
  /**
   * Reads the configuration of a command.
   *
   * @param request has the endpoint, if the command is about one
   * @param warn is told of what is odd
   */
  readonly configure: (request: Request & Partial<Parameters>, command: Command, warn: Warn) => Result<C, F>
  /** Refuses an ADD for what is known before its addresses are. Changes nothing. */
  readonly refuse: (host: Netns, config: C, request: AddRequest) => ResultAsync<void, F>
  /** Returns the configuration with the addresses that the IPAM plugin gives. */
  readonly withAddresses: (config: C, given: IpamResult, request: AddRequest) => Result<C, CniError>
  /** Set where the IPAM plugin needs the interface: then `add` is called before it, and after it again, with the addresses. */
  readonly interfaceFirst?: true | undefined
  /** Makes the endpoint. When it fails, everything is as it was before. */
  readonly add: (host: Netns, config: C, request: AddRequest, options: WalkOptions) => ResultAsync<CniResult, F>
  readonly del: (host: Netns, config: C, request: DelRequest, options: WalkOptions) => ResultAsync<void, F>
  readonly check: (host: Netns, config: C, request: CheckRequest) => ResultAsync<void, F>
  readonly gc: (host: Netns, config: C, request: GcRequest, options: WalkOptions) => ResultAsync<void, F>
  readonly status: (host: Netns, config: C) => ResultAsync<void, CniError>
  /** @param program how a person calls the program, for hints */
  readonly toError: (failure: F | LockFailure, program?: string) => CniError
}
