import { access } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { err, ok, type Result } from 'neverthrow'

/** Returns the path of what the package was built with: a host or a compiler. */
export async function inPackage(name: string): Promise<Result<string, string>> {
  const path = fileURLToPath(new URL(`../dist/${name}`, import.meta.url))
  return access(path).then(
    () => ok(path),
    () => err(`this package was built without ${name}, for which its build said a reason`),
  )
}
