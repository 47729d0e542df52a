import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import ts from 'typescript'

/** A module of ours is named by its path from the root without extension, one of Node's `node:…`, a package by its name. */
export interface Import {
  readonly target: string
  readonly ours: boolean
  /** Gone when the program runs. `import { type X }` is not: it still loads the module. */
  readonly typeOnly: boolean
}

export interface SourceFile {
  /** From the root, without extension. */
  readonly module: string
  readonly lines: number
  readonly imports: readonly Import[]
}

const root = new URL('../../', import.meta.url)
const notSource = new Set(['node_modules', 'dist', 'coverage'])

/** Every `.ts` and `.tsx` file of the project. */
export const readSourceFiles = (): SourceFile[] =>
  pathsIn('').map((path) => parseSourceFile(path, readFileSync(new URL(path, root), 'utf8')))

const pathsIn = (folder: string): string[] =>
  readdirSync(new URL(folder, root), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || notSource.has(entry.name)) return []
    if (entry.isDirectory()) return pathsIn(`${folder}${entry.name}/`)
    return /\.tsx?$/.test(entry.name) ? [folder + entry.name] : []
  })

/** @param path from the root */
export const parseSourceFile = (path: string, text: string): SourceFile => {
  const module = withoutExtension(path)
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const imports: Import[] = []
  const visit = (node: ts.Node): void => {
    const found = importOf(node)
    if (found !== null) imports.push(resolve(module, ...found))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return { module, lines: text.split('\n').length - 1, imports }
}

const importOf = (node: ts.Node): [specifier: string, typeOnly: boolean] | null => {
  if (ts.isImportDeclaration(node)) {
    const { importClause, moduleSpecifier } = node
    return [
      literal(moduleSpecifier),
      importClause !== undefined && ts.isTypeOnlyImportOrExportDeclaration(importClause),
    ]
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier)
    return [literal(node.moduleSpecifier), node.isTypeOnly]
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return [literal(node.argument.literal), true]
  const isCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
  const [argument] = isCall ? node.arguments : []
  return argument !== undefined && ts.isStringLiteral(argument) ? [argument.text, false] : null
}

const literal = (node: ts.Node): string => (ts.isStringLiteral(node) ? node.text : '')

const resolve = (from: string, specifier: string, typeOnly: boolean): Import => {
  const ours = specifier.startsWith('.')
  const [scope = '', name] = specifier.split('/')
  const packageName = scope.startsWith('@') ? `${scope}/${name ?? ''}` : scope
  const target = ours ? withoutExtension(posix.join(posix.dirname(from), specifier)) : packageName
  return { target, ours, typeOnly }
}

const withoutExtension = (path: string): string => path.replace(/\.[jt]sx?$/, '')
