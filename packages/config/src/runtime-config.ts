import { type Document, documentOf } from './document.ts'

/**
 * Reads `runtimeConfig`: what the runtime adds to a configuration that announces the capabilities for it.
 *
 * @returns `undefined` when it is left out, or wrong and noted so
 * @see https://www.cni.dev/docs/conventions/#dynamic-plugin-specific-fields-capabilities--runtime-configuration
 */
export function runtimeConfigOf(top: Document): Document | undefined {
  const found = top.at('runtimeConfig')
  if (found === undefined || found === null) return undefined
  const document = documentOf(found, 'runtimeConfig.', top.problems)
  if (document === undefined) top.problems.push({ path: 'runtimeConfig', found, expected: 'an object' })
  return document
}
