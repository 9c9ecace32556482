import { recordFormat } from '@vpc-bridge/plugin'

/** The version of the format that is written, and the newest that can be read. */
const formatVersion = 1

/** The form of the records in the aliases of links. */
export const format = recordFormat('vpc-bridge', formatVersion)

export const {
  write: writeRecord,
  read: readRecord,
  isNewer: isNewerRecord,
  isForeign: isForeignRecord,
  alias: recordAlias,
} = format
