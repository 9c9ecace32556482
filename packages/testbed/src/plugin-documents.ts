import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { withBlock } from './with-block.ts'

const project = join(import.meta.dirname, '../../..')
const published = 'https://raw.githubusercontent.com/vpc-bridge/vpc-bridge/main'

/** A file that is generated of a plugin's keys. */
interface Generated {
  readonly name: string
  readonly path: string
  readonly content: string
}

/** What is told of a plugin's keys. */
interface Described {
  /** A JSON schema of its configuration. */
  readonly schema: object
  /** A list of its keys, in Markdown. */
  readonly keys: string
}

/**
 * Returns what a plugin tells of its keys: `schema.json`, and the README with a list of them between marks.
 *
 * @param directory of the plugin's package
 * @param describe is told where the schema is published
 */
export function pluginDocuments(directory: string, describe: (schemaId: string) => Described): readonly Generated[] {
  const { schema, keys } = describe(`${published}/${relative(project, directory)}/schema.json`)
  const readme = join(directory, 'README.md')
  return [
    { name: 'schema.json', path: join(directory, 'schema.json'), content: `${JSON.stringify(schema, null, 2)}\n` },
    { name: 'README', path: readme, content: withBlock(readFileSync(readme, 'utf8'), 'keys', keys) },
  ]
}
