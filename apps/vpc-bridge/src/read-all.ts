import { err, ok, type Result } from 'neverthrow'
import { pause } from './pause.ts'

const EINTR = 4
const EAGAIN = 11
const pieceLength = 65_536

/**
 * Reads text to its end, from what may give it in parts, or not at once: a pipe that does not block.
 *
 * @param read reads into a buffer; returns how many bytes it read, or the negative error number
 * @returns the text; the error is one line
 */
export function readAll(read: (piece: Uint8Array) => number): Result<string, string> {
  const decoder = new TextDecoder()
  const piece = new Uint8Array(pieceLength)
  let text = ''
  for (;;) {
    const length = read(piece)
    if (length === 0) return ok(text + decoder.decode())
    if (length === -EAGAIN) pause()
    else if (length > 0) text += decoder.decode(piece.subarray(0, length), { stream: true })
    else if (length !== -EINTR) return err(`error ${-length}`)
  }
}
