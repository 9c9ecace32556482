/** IP addresses as texts and as bytes, as messages to the kernel have them. */

export {
  addressToBytes,
  bytesToAddress,
  canonicalPrefix,
  firstOf,
  lastOf,
  type Prefix,
  prefixToBytes,
} from './ip-bytes.ts'
export {
  defaultDestination,
  familiesOf,
  familyOf,
  hostOf,
  hostPrefix,
  isDefaultDestination,
  isInet6,
  subnetOf,
} from './ip-text.ts'
