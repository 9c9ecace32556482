import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type Field, jsonSchema, keyTable } from '@vpc-bridge/config'
import { withBlock } from './with-block.ts'

const project = join(import.meta.dirname, '../../..')
const published = 'https://raw.githubusercontent.com/vpc-bridge/vpc-bridge/main'

/** A file that is generated of a plugin's keys. */
interface Generated {
  readonly name: string
  readonly path: string
  readonly content: string
}

/**
 * Returns what a plugin tells of its keys: `schema.json`, and the README with a list of them between marks.
 *
 * @param directory of the plugin's package
 */
export function pluginDocuments(
  directory: string,
  { type, configuration }: { readonly type: string; readonly configuration: Field<unknown> },
): readonly Generated[] {
  const schema = jsonSchema(type, `${published}/${relative(project, directory)}/schema.json`, configuration)
  const readme = join(directory, 'README.md')
  return [
    { name: 'schema.json', path: join(directory, 'schema.json'), content: `${JSON.stringify(schema, null, 2)}\n` },
    { name: 'README', path: readme, content: withBlock(readFileSync(readme, 'utf8'), 'keys', keyTable(configuration)) },
  ]
}
