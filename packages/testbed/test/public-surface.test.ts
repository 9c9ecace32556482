import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

/*
 * What the packages promise to others. A change of it is seen here, and is one of the next version: see CONTRIBUTING.
 */

const packages = join(import.meta.dirname, '../..')
const source = '@vpc-bridge/source'

const published = readdirSync(packages).filter((name) => manifestOf(name).private !== true)

test.each(published)('The public names of %s are those of the snapshot.', (name) => {
  const entries = Object.entries(manifestOf(name).exports).flatMap(([path, target]) =>
    typeof target === 'string' ? [] : [[path, namesIn(join(packages, name, target[source]))]],
  )
  expect(Object.fromEntries(entries)).toMatchSnapshot()
})

interface Manifest {
  readonly private?: boolean
  readonly exports: Readonly<Record<string, string | { readonly [source]: string }>>
}

function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8'))
}

/** Returns the names that a module exports, sorted; types with `type` before them. */
function namesIn(file: string): readonly string[] {
  const { statements } = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  return statements.flatMap((statement) => exportedBy(statement)).toSorted()
}

function exportedBy(statement: ts.Statement): readonly string[] {
  if (ts.isExportDeclaration(statement)) {
    const { exportClause, isTypeOnly } = statement
    if (exportClause === undefined || !ts.isNamedExports(exportClause)) throw new Error('every export has a name')
    return exportClause.elements.map((each) => marked(each.name.text, isTypeOnly || each.isTypeOnly))
  }
  const isExported = ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(isExport)
  if (!isExported) return []
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.getText())
  const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)
  if ((ts.isFunctionDeclaration(statement) || isType) && statement.name !== undefined)
    return [marked(statement.name.text, isType)]
  throw new Error(`an export of another kind: ${ts.SyntaxKind[statement.kind]}`)
}

function marked(name: string, isType: boolean): string {
  return isType ? `type ${name}` : name
}

function isExport({ kind }: ts.Modifier): boolean {
  return kind === ts.SyntaxKind.ExportKeyword
}
