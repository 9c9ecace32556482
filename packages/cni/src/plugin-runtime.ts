import type { Files, Runtime } from '@vpc-bridge/runtime'

/** What a plugin needs of its process. A `Runtime` has all of it. */
export interface PluginRuntime extends Pick<Runtime, 'environment' | 'runChild'> {
  readonly files: Pick<Files, 'access' | 'readToEnd' | 'stat'>
}
