import { type Document, isLeftOut, optionalObject } from './document.ts'
import type { Kind } from './kind.ts'
import { orLeftOut, type Schema } from './schema.ts'

/** A command of CNI that is given a network configuration. */
export type Command = 'ADD' | 'CHECK' | 'DEL' | 'GC' | 'STATUS'

/** Why a configuration is read. */
export interface Purpose {
  readonly command: Command
  /** CNI_ARGS, taken apart. */
  readonly args: Readonly<Record<string, string>>
}

/** A key of a configuration, as people and editors are told of it. */
export interface Key {
  readonly name: string
  /** Its meaning, in Markdown. */
  readonly about: string
  /** Values that are right. */
  readonly schema: Schema
  /** The value that a key which is left out has. */
  readonly defaultValue?: unknown
  /** True for a key that an ADD cannot do without. */
  readonly isNeeded?: boolean
  /** Where the plugin makes no use of it: that, as the end of a sentence. */
  readonly noEffect?: string
}

/** Returns what a person is told of a key, in Markdown. */
export function meaningOf({ about, noEffect }: Key): string {
  return noEffect === undefined ? about : `${about}; ${noEffect}`
}

/** Keys of a configuration, declared once: for the reader, for a JSON schema and for people. */
export interface Field<T> {
  readonly keys: readonly Key[]
  /** Conditions on several keys. */
  readonly conditions?: readonly Schema[]
  /** Returns the meaning of the keys, and notes everything that is wrong with them in the document's `problems`. */
  readonly read: (document: Document, purpose: Purpose) => T
}

/**
 * Declares a key that may be left out.
 *
 * @param about its meaning, in Markdown
 * @returns a field that means `undefined` when the key is left out, or wrong and noted so
 */
export function key<T>(name: string, kind: Kind<T>, about: string): Field<T | undefined> {
  return {
    keys: [{ name, about, schema: orLeftOut(kind.schema) }],
    read: (document) => (isLeftOut(document, name) ? undefined : kind.read(document, name)),
  }
}

/**
 * Declares a key that commands cannot do without.
 *
 * @param about its meaning, in Markdown
 * @param commands which; all, if not told
 * @returns a field that means `undefined` when the key is missing or wrong, and noted so
 */
export function neededKey<T>(
  name: string,
  kind: Kind<T>,
  about: string,
  commands: readonly Command[] = ['ADD', 'CHECK', 'DEL', 'GC', 'STATUS'],
): Field<T | undefined> {
  const optional = key(name, kind, about)
  return {
    keys: [{ name, about, schema: kind.schema, isNeeded: commands.includes('ADD') }],
    read: (document, purpose) =>
      commands.includes(purpose.command) ? kind.read(document, name) : optional.read(document, purpose),
  }
}

/** Makes a field that means something else. */
export function mapField<T, U>(
  field: Field<T>,
  toMeaning: (meaning: T, document: Document, purpose: Purpose) => U,
): Field<U> {
  return { ...field, read: (document, purpose) => toMeaning(field.read(document, purpose), document, purpose) }
}

/** Gives a field a value for when it is left out or wrong. */
export function orElse<T>(defaultValue: T, field: Field<T | undefined>): Field<T> {
  return {
    ...field,
    keys: field.keys.map((each) => ({ ...each, defaultValue })),
    read: (document, purpose) => field.read(document, purpose) ?? defaultValue,
  }
}

/** Returns the document to read what only the making of an endpoint needs: for DEL and GC, what is wrong with that is forgotten. */
export function makingOf(document: Document, { command }: Purpose): Document {
  return command === 'DEL' || command === 'GC' ? { ...document, problems: [] } : document
}

/** Makes a field that is of interest only to the making of an endpoint: a removal does not fail for what is wrong with it. */
export function forMaking<T>(field: Field<T>): Field<T> {
  return { ...field, read: (document, purpose) => field.read(makingOf(document, purpose), purpose) }
}

/**
 * Declares that a plugin checks keys, as those of other plugins, and makes no use of them.
 *
 * @param but what little use it makes of them, as the end of a sentence
 */
export function withoutEffect<T>(field: Field<T>, but = ''): Field<T> {
  const noEffect = `has no effect here${but}`
  return { ...field, keys: field.keys.map((each) => ({ ...each, noEffect })) }
}

/** Declares an object of keys under a key, which may be left out. */
export function section<T>(name: string, rule: string, about: string, inner: Field<T>): Field<T | undefined> {
  const properties = Object.fromEntries(inner.keys.map((each) => [each.name, each.schema]))
  return {
    keys: [{ name, about, schema: orLeftOut({ type: 'object', properties }) }],
    read: (document, purpose) => {
      const object = optionalObject(document, name, rule)
      return object === undefined ? undefined : inner.read(object, purpose)
    },
  }
}

/** Puts fields together, read in their order. Those that mean `undefined` are absent from the meaning. */
export function fields<F extends Readonly<Record<string, Field<unknown>>>>(all: F): Field<Meaning<F>> {
  const each = Object.entries(all)
  return {
    keys: each.flatMap(([, { keys }]) => keys),
    conditions: each.flatMap(([, { conditions = [] }]) => conditions),
    read: (document, purpose) => {
      const meanings = each.map(([name, field]) => [name, field.read(document, purpose)] as const)
      // Each field gives the type of its own name: that the two belong together TypeScript cannot see.
      return Object.fromEntries(meanings.filter(([, meaning]) => meaning !== undefined)) as Meaning<F>
    },
  }
}

type MeaningOf<F> = F extends Field<infer T> ? T : never

/** An object of what each field means; what may be undefined may be absent. */
type Meaning<F> = {
  readonly [K in keyof F as undefined extends MeaningOf<F[K]> ? never : K]: MeaningOf<F[K]>
} & {
  readonly [K in keyof F as undefined extends MeaningOf<F[K]> ? K : never]?: Exclude<MeaningOf<F[K]>, undefined>
}
