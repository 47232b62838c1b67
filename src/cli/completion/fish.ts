import { type Completion, type Flag, GLOBAL_FLAGS, type Verb } from '../verb.ts'
import type { CompletionTree, CompletionWord } from './completion-tree.ts'

/** Completion for fish 3 and later. */
export function fishCompletion({ words, verbs }: CompletionTree): string {
  const paths = words.map(word => fishWord(word.path)).join(' ')
  return `# fish completion for flavor; load it with: flavor completion fish | source
function __flavor_verb
  set -l verb ''
  set -l words (commandline -opc)
  for word in $words[2..-1]
    string match -q -- '-*' $word; and continue
    set -l longer (string trim -- "$verb $word")
    contains -- $longer ${paths}; and set verb $longer
  end
  test "$verb" = "$argv[1]"
end
complete -c flavor -f
${words.map(wordLine).join('\n')}
${flagLines('', GLOBAL_FLAGS)}
${verbs.map(verbLines).join('\n')}
`
}

function wordLine(word: CompletionWord): string {
  return `complete -c flavor -n ${condition(word.parent)} -a ${fishWord(word.name)} -d ${fishWord(word.description)}`
}

function verbLines(verb: Verb): string {
  const lines = [flagLines(verb.name, { ...verb.flags, ...GLOBAL_FLAGS })]
  for (const argument of Object.values(verb.arguments)) {
    const offered = offer(argument.completion, argument.choices)
    if (offered !== '') lines.push(`complete -c flavor -n ${condition(verb.name)}${offered}`)
  }
  return lines.join('\n')
}

function flagLines(verb: string, flags: Readonly<Record<string, Flag>>): string {
  return Object.entries(flags)
    .flatMap(([name, flag]) => {
      const base = `complete -c flavor -n ${condition(verb)}`
      const short = flag.short === undefined ? '' : ` -s ${flag.short}`
      const value =
        flag.type === 'boolean' ? '' : ` -x${flag.type === 'string' ? offer(flag.completion, flag.choices) : ''}`
      const description = ` -d ${fishWord(flag.description)}`
      const lines = [`${base}${short} -l ${name}${value}${description}`]
      if (flag.type === 'boolean' && flag.negatable)
        lines.push(`${base} -l no-${name} -d ${fishWord(`not: ${flag.description}`)}`)
      return lines
    })
    .join('\n')
}

function offer(completion: Completion | undefined, choices: readonly string[] | undefined): string {
  if (choices !== undefined) return ` -a ${fishWord(choices.join(' '))}`
  if (completion === 'file') return ` -a '(__fish_complete_path (commandline -ct))'`
  return completion === 'directory' ? ` -a '(__fish_complete_directories (commandline -ct))'` : ''
}

function condition(verb: string): string {
  return fishWord(`__flavor_verb ${fishWord(verb)}`)
}

/** Between single quotes fish reads only backslashes and single quotes. */
function fishWord(text: string): string {
  return `'${text.replace(/[\\']/g, character => `\\${character}`)}'`
}
