/** Bytes that come in parts. */
export interface GrowingBuffer {
  /** Returns room for the next ones, at least one byte. */
  readonly room: () => Uint8Array
  /** Counts bytes that have been put into the room. */
  readonly add: (length: number) => void
  /** Returns what has come so far. */
  readonly bytes: () => Uint8Array
}

const firstLength = 4096

export function createGrowingBuffer(): GrowingBuffer {
  let buffer = new Uint8Array(firstLength)
  let end = 0
  return {
    room: () => {
      if (end === buffer.length) {
        const longer = new Uint8Array(2 * end)
        longer.set(buffer)
        buffer = longer
      }
      return buffer.subarray(end)
    },
    add: (length) => {
      end += length
    },
    bytes: () => buffer.subarray(0, end),
  }
}
