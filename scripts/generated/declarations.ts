/** One exported statement of a declaration file. */
export interface Declaration {
  readonly name: string
  /** The docstring as Markdown, empty where there is none. */
  readonly doc: string
  /** The statement without `export declare`. */
  readonly text: string
}

/** `export { a, type B } from './x.ts'`; no names stand for `export *`. */
export interface Reexport {
  readonly from: string
  readonly names: readonly string[]
}

const REEXPORT = /^export (?:type )?(?:\*|\{([^}]*)\}) from ['"](\.[^'"]+)['"];$/gm
const DECLARATION =
  /^export (?:declare )?(?:abstract )?(?:const|function|class|interface|type|let|namespace) ([A-Za-z_$][\w$]*)/

/** Reads what the compiler wrote: every statement begins in the first column, and its docstring stands right before it. */
export function readDeclarations(text: string): { declarations: Declaration[]; reexports: Reexport[] } {
  const reexports = [...text.matchAll(REEXPORT)].map(([, names, from]) => ({
    from: from ?? '',
    names: (names ?? '')
      .split(',')
      .map(name => name.trim().replace(/^type /, ''))
      .filter(name => name !== ''),
  }))
  const declarations: Declaration[] = []
  let doc = ''
  for (const statement of statements(text)) {
    if (statement.startsWith('/**')) {
      doc = docOf(statement)
      continue
    }
    const name = DECLARATION.exec(statement)?.[1]
    if (name !== undefined) {
      declarations.push({ name, doc, text: statement.replace(/^export (?:declare )?/, '') })
    }
    doc = ''
  }
  return { declarations, reexports }
}

/** Comments and statements; what is indented, or closes a bracket, belongs to the line above. */
function statements(text: string): string[] {
  const found: string[] = []
  for (const line of text.split('\n')) {
    const goesOn = /^[\s)}\]]/.test(line) && found.length > 0
    if (goesOn) found.push(`${found.pop()}\n${line}`)
    else if (line !== '') found.push(line)
  }
  return found
}

function docOf(comment: string): string {
  const lines = comment
    .replace(/^\/\*\*\s?|\s*\*\/$/g, '')
    .split('\n')
    .map(line => line.replace(/^\s*\* ?/, ''))
  const text = lines.join('\n').trim()
  // Tags as people read them.
  return text
    .replace(/^@throws /gm, '\n**Throws** ')
    .replace(/^@returns /gm, '\n**Returns** ')
    .replace(/^@param (\S+)/gm, '\n**`$1`**')
    .trim()
}
