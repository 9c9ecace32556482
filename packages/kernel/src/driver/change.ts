import type { Syscalls, SystemError, SystemResult } from '@vpc-bridge/runtime'
import { errAsync, type ResultAsync } from 'neverthrow'
import { type KernelError, operationError } from '../error.ts'
import { giveDevice, hasDeviceOwner } from '../macvtap.ts'
import { moveAs } from '../move-as.ts'
import type { Netns } from '../netns.ts'
import {
  isMacTranslation,
  isMasquerade,
  type MacTranslationOperation,
  type MasqueradeOperation,
  type Operation,
} from '../operation.ts'
import type { PacketFilters } from '../packet-filter.ts'
import { unknownProperty } from '../unknown-properties.ts'
import type { NamespaceFile } from './namespace-file.ts'
import { settled } from './settled.ts'
import { writeSysctl } from './sysctl.ts'

/** The operations that a driver performs itself. */
export type DriverOperation = Exclude<Operation, MacTranslationOperation | MasqueradeOperation>

/** Those that are not the same in all drivers. */
export type NetworkOperation = Exclude<DriverOperation, { readonly do: 'write sysctl' }>

/** A driver, in one network namespace. */
export interface Driver {
  readonly filters: PacketFilters
  readonly syscalls: Syscalls
  /** Has the kernel perform an operation. */
  readonly perform: (operation: NetworkOperation) => SystemResult<unknown> | ResultAsync<unknown, SystemError>
}

/** Performs an operation as the port promises it, for drivers: all of it or nothing. */
export function changeByDriver(
  netns: Netns,
  file: NamespaceFile,
  operation: Operation,
  { filters, syscalls, perform }: Driver,
): ResultAsync<void, KernelError> {
  const toError = ({ errno, message }: SystemError) => operationError(operation, netns.path, errno, message)
  const unknown = unknownProperty(operation)
  if (unknown !== undefined) return errAsync(toError({ errno: 'EINVAL', message: unknown }))
  if (isMacTranslation(operation)) return filters.macTranslator.change(file.forChildren(), operation).mapErr(toError)
  if (isMasquerade(operation)) return filters.masquerader.change(file.forChildren(), operation).mapErr(toError)
  const performed = () =>
    settled(
      operation.do === 'write sysctl'
        ? writeSysctl(syscalls, file, operation.path, operation.value)
        : perform(operation),
    )
      .map(() => undefined)
      .mapErr(toError)
  if (operation.do === 'move link' && operation.as !== undefined)
    return moveAs(netns, { ...operation, as: operation.as }, performed)
  if (operation.do !== 'add link' || !hasDeviceOwner(operation.link)) return performed()
  const { link } = operation
  return performed().andThen(() => giveDevice(netns, link, syscalls))
}
