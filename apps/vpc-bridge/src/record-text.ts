import { recordFormat } from '@vpc-bridge/plugin'

/** The form of the records in the aliases of links: the engine's, which writes and reads those of the endpoints. */
export const format = recordFormat('vpc-bridge')

export const {
  write: writeRecord,
  read: readRecord,
  isNewer: isNewerRecord,
  isForeign: isForeignRecord,
  alias: recordAlias,
} = format
