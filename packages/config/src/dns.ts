import { type Document, list, optional, optionalObject } from './document.ts'
import type { Dns } from './network-config.ts'

/** Reads `dns`, of which only the types are checked: it is the runtime that uses it. */
export function dnsOf(top: Document): Dns {
  const document = optionalObject(top, 'dns', 'an object with nameservers, domain, search and options')
  if (document === undefined) return {}
  const domain = optional(document, 'domain', 'a text', anything)
  return {
    ...texts(document, 'nameservers'),
    ...(domain === undefined ? {} : { domain }),
    ...texts(document, 'search'),
    ...texts(document, 'options'),
  }
}

/** A list of texts under its own key, left out when it is empty. */
function texts(document: Document, key: 'nameservers' | 'search' | 'options'): Dns {
  const entries = list(document, key, 'a text', anything)
  return entries.length === 0 ? {} : { [key]: entries.map(({ value }) => value) }
}

function anything(text: string): string {
  return text
}
