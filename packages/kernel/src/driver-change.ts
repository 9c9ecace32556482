import type { Syscalls, SystemError } from '@vpc-bridge/runtime'
import { errAsync, type ResultAsync } from 'neverthrow'
import { type KernelError, operationError } from './error.ts'
import { giveDevice, hasDeviceOwner } from './macvtap.ts'
import { moveAs } from './move-as.ts'
import type { Netns } from './netns.ts'
import {
  isMacTranslation,
  isMasquerade,
  type MacTranslationOperation,
  type MasqueradeOperation,
  type Operation,
} from './operation.ts'
import type { PacketFilterNetns, PacketFilters } from './packet-filter.ts'
import { unknownProperty } from './unknown-properties.ts'

/** The operations that a driver performs itself. */
export type DriverOperation = Exclude<Operation, MacTranslationOperation | MasqueradeOperation>

/** A driver, in one network namespace. */
export interface Driver {
  readonly filters: PacketFilters
  /** Tells packet filters of the namespace. */
  readonly forChildren: () => PacketFilterNetns
  /** Those of the runtime, for device files. */
  readonly syscalls: () => Syscalls
  /** Has the kernel perform an operation. */
  readonly perform: (operation: DriverOperation) => ResultAsync<void, SystemError>
}

/** Performs an operation as the port promises it, for drivers: all of it or nothing. */
export function changeByDriver(
  netns: Netns,
  operation: Operation,
  { filters, forChildren, syscalls, perform }: Driver,
): ResultAsync<void, KernelError> {
  const toError = ({ errno, message }: SystemError) => operationError(operation, netns.path, errno, message)
  const unknown = unknownProperty(operation)
  if (unknown !== undefined) return errAsync(toError({ errno: 'EINVAL', message: unknown }))
  if (isMacTranslation(operation)) return filters.macTranslator.change(forChildren(), operation).mapErr(toError)
  if (isMasquerade(operation)) return filters.masquerader.change(forChildren(), operation).mapErr(toError)
  const performed = () => perform(operation).mapErr(toError)
  if (operation.do === 'move link' && operation.as !== undefined)
    return moveAs(netns, { ...operation, as: operation.as }, performed)
  if (operation.do !== 'add link' || !hasDeviceOwner(operation.link)) return performed()
  const { link } = operation
  return performed().andThen(() => giveDevice(netns, link, syscalls()))
}
