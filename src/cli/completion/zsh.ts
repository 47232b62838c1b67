import { type Argument, type Completion, type Flag, type Flags, GLOBAL_FLAGS, type Verb } from '../verb.ts'
import { type CompletionTree, shellWord } from './completion-tree.ts'

/** Completion for zsh: works as a file `_flavor` in $fpath and when sourced after compinit. */
export function zshCompletion({ words, verbs }: CompletionTree): string {
  const parents = [...new Set(words.map(word => word.parent))]
  return `#compdef flavor
# zsh completion for flavor; load it with: source <(flavor completion zsh)
_flavor() {
  local verb='' word
  local -i i
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    [[ $word == -* ]] && continue
    case "$verb $word" in
${words.map(word => `      ${shellWord(`${word.parent} ${word.name}`)}) verb=${shellWord(word.path)}; words=(flavor "\${(@)words[i+1,-1]}"); ((CURRENT -= i - 1, i = 1)) ;;`).join('\n')}
    esac
  done
  case $verb in
${parents.map(parent => groupCase(parent, words)).join('\n')}
${verbs.map(verbCase).join('\n')}
  esac
}
if [[ \${funcstack[1]} == _flavor ]]; then
  _flavor "$@"
else
  compdef _flavor flavor
fi
`
}

function groupCase(parent: string, words: CompletionTree['words']): string {
  const offered = words.filter(word => word.parent === parent)
  const values = offered.map(word => shellWord(`${word.name}:${word.description.replaceAll(':', '\\:')}`))
  return [
    `    ${shellWord(parent)})`,
    `      if [[ \${words[CURRENT]} == -* ]]; then`,
    `        _arguments ${flagSpecs(GLOBAL_FLAGS).join(' ')}`,
    '      else',
    `        local -a verbs=(${values.join(' ')})`,
    `        _describe 'verb' verbs`,
    '      fi',
    '      ;;',
  ].join('\n')
}

function verbCase(verb: Verb): string {
  const specs = [...flagSpecs({ ...verb.flags, ...GLOBAL_FLAGS }), ...Object.entries(verb.arguments).map(argumentSpec)]
  return [
    `    ${shellWord(verb.name)})`,
    `      _arguments -s \\`,
    `        ${specs.join(' \\\n        ')}`,
    '      ;;',
  ].join('\n')
}

function flagSpecs(flags: Flags): string[] {
  return Object.entries(flags).flatMap(([name, flag]) => {
    const names = [`--${name}`]
    if (flag.short !== undefined) names.push(`-${flag.short}`)
    if (flag.type === 'boolean' && flag.negatable) names.push(`--no-${name}`)
    const isMany = flag.type === 'string' && flag.repeatable === true
    const others = isMany ? '*' : `(${names.join(' ')})`
    return names.map(one => shellWord(`${others}${one}${flagSuffix(flag, one)}`))
  })
}

function flagSuffix(flag: Flag, name: string): string {
  const description = `[${specText(flag.description)}]`
  if (flag.type === 'boolean') return description
  const action = flag.type === 'string' ? actionOf(flag.completion, flag.choices) : ' '
  // `--flag=value` and `--flag value` both; a short one takes the next word.
  return `${name.startsWith('--') ? '=' : ''}${description}:${specText(flag.placeholder)}:${action}`
}

function argumentSpec([name, argument]: [string, Argument]): string {
  const position = argument.many === undefined ? (argument.optional ? '::' : ':') : '*:'
  return shellWord(`${position}${specText(name)}:${actionOf(argument.completion, argument.choices)}`)
}

function actionOf(completion: Completion | undefined, choices: readonly string[] | undefined): string {
  if (choices !== undefined) return `(${choices.join(' ')})`
  if (completion === 'file') return '_files'
  return completion === 'directory' ? '_files -/' : ' '
}

/** Inside of a spec these end a part. */
function specText(text: string): string {
  return text.replace(/[\\:[\]]/g, character => `\\${character}`)
}
