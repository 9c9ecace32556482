import { afterDeath } from './watchdog.ts'

/** Deletes the namespaces whose names begin with `$1`. Twice: an `ip netns add` may outlive the process that started it. */
const deleteNamespaces = `for attempt in 1 2; do
  ip netns list | cut -d' ' -f1 | grep "^$1" | while read -r name; do ip netns delete "$name"; done
  sleep 1
done`

/** Has the namespaces whose names begin with a prefix deleted when this process dies; returns how to call it off. */
export function guardNamespaces(prefix: string): () => void {
  return afterDeath(deleteNamespaces, prefix)
}
