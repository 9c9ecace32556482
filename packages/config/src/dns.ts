import { type Field, fields, key, mapField, orElse, section } from './field.ts'
import { list, text } from './kind.ts'

/** Settings of the name resolver, passed on to the runtime. */
export interface Dns {
  readonly nameservers?: readonly string[]
  readonly domain?: string
  readonly search?: readonly string[]
  readonly options?: readonly string[]
}

/** Declares `dns`, of which only the types are checked: it is the runtime that uses it. */
export const dns: Field<Dns> = orElse(
  {},
  section(
    'dns',
    'an object with nameservers, domain, search and options',
    'name servers, domain, search list and options, passed on to the runtime',
    fields({
      nameservers: texts('nameservers', 'addresses of name servers'),
      domain: key('domain', text, 'the local domain'),
      search: texts('search', 'domains to search'),
      options: texts('options', 'options of the resolver'),
    }),
  ),
)

/** Declares a list of texts, left out when it is empty. */
function texts(name: string, about: string): Field<readonly string[] | undefined> {
  return mapField(key(name, list(text), about), (entries) => (entries?.length === 0 ? undefined : entries))
}
