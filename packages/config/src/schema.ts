/** A JSON schema, or a part of one (draft 7, which editors know). */
export type Schema = Readonly<Record<string, unknown>>

/** What counts as left out, beside a key that is absent. */
const leftOut: Schema = { enum: ['', null] }

/** Returns the schema of a value that may be left out. */
export function orLeftOut(schema: Schema): Schema {
  return { anyOf: [schema, leftOut] }
}

/** Returns the schema of an object that has a key, with more in it than nothing. */
export function present(name: string): Schema {
  return { required: [name], properties: { [name]: { not: { enum: ['', null, [], {}] } } } }
}
