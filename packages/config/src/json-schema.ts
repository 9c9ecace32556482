import { specVersions } from '@vpc-bridge/cni'
import { type Field, meaningOf } from './field.ts'
import type { Schema } from './schema.ts'

/**
 * Returns the JSON schema of a plugin's configuration, as it stands in a file: for an ADD, without what a runtime adds.
 *
 * It knows each key by its exact name alone, and not every rule: that an address is twice in a list only the reader sees.
 *
 * @param type name of the plugin
 * @param id address of the schema
 * @see https://json-schema.org/draft-07
 */
export function jsonSchema(type: string, id: string, { keys, conditions = [] }: Field<unknown>): Schema {
  const own = keys.map((key) => {
    const { name, schema, defaultValue, isNeeded } = key
    const hasDefault = isNeeded !== true && defaultValue !== undefined && typeof defaultValue !== 'object'
    // Editors show it as it is, without marks.
    const description = meaningOf(key).replaceAll('`', '')
    return [name, { description, ...(hasDefault ? { default: defaultValue } : {}), ...schema }]
  })
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: id,
    title: `Configuration of the CNI plugin ${type}`,
    type: 'object',
    required: ['type', ...keys.filter(({ isNeeded }) => isNeeded).map(({ name }) => name)],
    properties: {
      cniVersion: { description: 'version of the CNI specification', enum: specVersions },
      type: { description: 'the plugin', const: type },
      ...Object.fromEntries(own),
    },
    ...(conditions.length === 0 ? {} : { allOf: conditions }),
  }
}
