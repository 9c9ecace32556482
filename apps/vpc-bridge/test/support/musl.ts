import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { output, run } from '@vpc-bridge/testbed'
import { temporaryDirectory } from './build-executable.ts'

/** What the GNU C++ library, as Debian has it, wants of glibc and musl does not have. */
const glibcOnly = `
  char __libc_single_threaded;
  unsigned arc4random(void) { return 4; }
  int _dl_find_object(void *address, void *result) { return -1; }
`

/**
 * The command that runs an executable that is built for musl. It needs musl, which Debian has, and a C++ library for musl,
 * which Debian does not have: of Debian's own, which is for glibc, the parts that the executable needs are linked anew. That
 * does for code that throws no exceptions, such as Bun's.
 */
export async function onMusl(executable: string): Promise<readonly string[]> {
  const directory = await temporaryDirectory()
  const { stderr } = await run([executable], { environment: { LD_LIBRARY_PATH: directory } })
  const missing = [...stderr.matchAll(/: (\S+): symbol not found$/gm)].map(([, symbol]) => `-Wl,-u,${symbol}`)
  await writeFile(join(directory, 'glibc-only.c'), glibcOnly)
  const part = (name: string) => output(['gcc', `-print-file-name=${name}`])
  await output(
    [
      ...['gcc', '-shared', '-fPIC', '-nostdlib', '-o', 'libstdc++.so.6', '-Wl,-soname,libstdc++.so.6'],
      ...[...missing, await part('crtbeginS.o'), 'glibc-only.c'],
      ...(await Promise.all(['libstdc++.a', 'libgcc_eh.a', 'libgcc.a', 'crtendS.o'].map(part))),
    ],
    { cwd: directory },
  )
  return ['env', `LD_LIBRARY_PATH=${directory}`, executable]
}
