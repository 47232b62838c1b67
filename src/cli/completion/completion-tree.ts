import type { Verb } from '../verb.ts'

/** One word that can follow `flavor` or a group. */
export interface CompletionWord {
  /** '' below `flavor` itself, else the group. */
  readonly parent: string
  readonly name: string
  /** `parent` and `name`: how the words after it are looked up. */
  readonly path: string
  readonly description: string
}

/** All that the shells complete, made from the same tables as the parser and the help. */
export interface CompletionTree {
  readonly words: readonly CompletionWord[]
  readonly verbs: readonly Verb[]
}

export function completionTree(verbs: readonly Verb[], groups: Readonly<Record<string, string>>): CompletionTree {
  const groupWords = Object.entries(groups).map(([name, description]) => ({
    parent: '',
    name,
    path: name,
    description,
  }))
  const verbWords = verbs.map(verb => {
    const [first = '', second] = verb.name.split(' ')
    const name = second ?? first
    return { parent: second === undefined ? '' : first, name, path: verb.name, description: verb.summary }
  })
  return { words: [...verbWords, ...groupWords], verbs }
}

/** One word for a POSIX-like shell, fish included: everything between single quotes stands for itself. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
