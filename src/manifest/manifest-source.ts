import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { type AST, getStaticTOMLValue, parseTOML } from 'toml-eslint-parser'
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import { ManifestError } from './manifest-error.ts'

/** Where a value stands: keys and positions from the top, such as `['tool', 'flavor', 'slots', 0, 'id']`. */
export type FieldPath = readonly (string | number)[]

/** Both count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

interface Located {
  readonly path: FieldPath
  readonly position: Position
}

/** The text of a manifest, which is parsed a second time for positions when something is wrong with it. */
export interface ManifestSource {
  readonly path: string
  readonly text: string
  readonly syntax: 'toml' | 'json'
}

/** @throws ManifestError MANIFEST_READ */
export function readManifest(path: string): ManifestSource {
  const syntax = path.endsWith('.json') ? 'json' : 'toml'
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
    return { path, text, syntax }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const hint = 'name the manifest with `--manifest`: a pyproject.toml or a JSON file'
    throw new ManifestError('MANIFEST_READ', `${path}: cannot be read: ${reason}`, { file: path }, { cause, hint })
  }
}

/** The position of a value, or of the innermost thing around it that is written down. */
export function locate(source: ManifestSource, field: FieldPath): Position {
  const places = source.syntax === 'toml' ? tomlPlaces(source.text) : jsonPlaces(source.text)
  let best: Located = { path: [], position: { line: 1, column: 1 } }
  for (const place of places) {
    const fits = place.path.every((part, depth) => part === field[depth])
    // The first of equals: the header of a table, not the last key that repeats its name.
    if (fits && place.path.length > best.path.length) best = place
  }
  return best.position
}

/** `project.scripts.http`, `tool.flavor.slots[0].id`, `project."odd key"`. */
export function fieldName(field: FieldPath): string {
  const parts = field.map(part => {
    if (typeof part === 'number') return `[${part}]`
    return /^[\w-]+$/.test(part) ? `.${part}` : `.${JSON.stringify(part)}`
  })
  return parts.join('').replace(/^\./, '') || '(the whole)'
}

/** An error about one field: `pyproject.toml:3:8: project.name is 5, expected a string`. */
export function fieldError(
  code:
    | 'MANIFEST_MISSING'
    | 'MANIFEST_VALUE'
    | 'MANIFEST_KEY'
    | 'MANIFEST_COMMAND'
    | 'MANIFEST_OPERATION'
    | 'MANIFEST_SOURCE',
  source: ManifestSource,
  field: FieldPath,
  text: { readonly got: string; readonly want: string; readonly hint?: string; readonly message?: string },
): ManifestError {
  const { line, column } = locate(source, field)
  const name = fieldName(field)
  const message = text.message ?? `${name} is ${text.got}, expected ${text.want}`
  return new ManifestError(
    code,
    `${basename(source.path)}:${line}:${column}: ${message}`,
    { file: source.path, line: `${line}`, column: `${column}`, field: name, got: text.got, want: text.want },
    text.hint === undefined ? {} : { hint: text.hint },
  )
}

function* tomlPlaces(text: string): Generator<Located> {
  // The parser of values passes over a byte order mark (a second one, in a file), and this one does not.
  const [top] = parseTOML(text.replace(/^\uFEFF/, '')).body
  for (const node of top.body) {
    if (node.type === 'TOMLKeyValue') {
      yield* keyValuePlaces(node, [])
      continue
    }
    const path: FieldPath = node.resolvedKey
    yield { path, position: start(node) }
    // `[a.b]` is also where `a` is first spoken of.
    for (let depth = 1; depth < path.length; depth++) yield { path: path.slice(0, depth), position: start(node) }
    for (const pair of node.body) yield* keyValuePlaces(pair, path)
  }
}

function* keyValuePlaces(node: AST.TOMLKeyValue, parent: FieldPath): Generator<Located> {
  const path = [...parent, ...getStaticTOMLValue(node.key)]
  yield* valuePlaces(node.value, path)
  for (let depth = parent.length + 1; depth < path.length; depth++) {
    yield { path: path.slice(0, depth), position: start(node) }
  }
}

function* valuePlaces(node: AST.TOMLContentNode, path: FieldPath): Generator<Located> {
  yield { path, position: start(node) }
  if (node.type === 'TOMLArray') {
    for (const [position, element] of node.elements.entries()) yield* valuePlaces(element, [...path, position])
  }
  if (node.type === 'TOMLInlineTable') {
    for (const pair of node.body) yield* keyValuePlaces(pair, path)
  }
}

function start(node: { readonly loc: { readonly start: { line: number; column: number } } }): Position {
  return { line: node.loc.start.line, column: node.loc.start.column + 1 }
}

function* jsonPlaces(text: string): Generator<Located> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false })
  yield* nodePlaces(document.contents, [], offset => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  })
}

function* nodePlaces(node: unknown, path: FieldPath, at: (offset: number) => Position): Generator<Located> {
  if (!isNode(node) || !node.range) return
  yield { path, position: at(node.range[0]) }
  if (isSeq(node)) {
    for (const [position, item] of node.items.entries()) yield* nodePlaces(item, [...path, position], at)
  }
  if (isMap(node)) {
    for (const pair of node.items) {
      const key = isScalar(pair.key) ? String(pair.key.value) : undefined
      if (key !== undefined) yield* nodePlaces(pair.value, [...path, key], at)
    }
  }
}
