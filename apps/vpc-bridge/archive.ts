import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'

/** A file of a tar archive. */
export interface ArchiveFile {
  /** Its path, without a `/` in front. */
  readonly name: string
  readonly bytes: Uint8Array
  /** Its mode, such as 0o755. */
  readonly mode: number
}

/** Returns a tar archive in which all files are root's and of 1970: the same files give the same bytes. */
export function archive(files: readonly ArchiveFile[]): Promise<Buffer> {
  const stream = pack()
  for (const { name, bytes, mode } of files) {
    stream.entry({ name, mode, uid: 0, gid: 0, mtime: new Date(0) }, Buffer.from(bytes))
  }
  stream.finalize()
  return buffer(stream)
}
