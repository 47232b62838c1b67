import { flagNames } from '../parse-arguments.ts'
import { type Completion, type Flags, GLOBAL_FLAGS, type Verb } from '../verb.ts'
import { type CompletionTree, shellWord } from './completion-tree.ts'

/** Completion for bash 3.2 and later; needs nothing of the bash-completion package. */
export function bashCompletion({ words, verbs }: CompletionTree): string {
  return `# bash completion for flavor; load it with: source <(flavor completion bash)
_flavor() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} verb='' word i
  local words='' flags='' files=''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    [[ $word == -* ]] && continue
    case "$verb $word" in
${words.map(word => `      ${shellWord(`${word.parent === '' ? '' : word.parent} ${word.name}`)}) verb=${shellWord(word.path)} ;;`).join('\n')}
    esac
  done
  case $verb in
${words
  .map(group => group.parent)
  .filter((parent, i, all) => all.indexOf(parent) === i)
  .map(parent => groupCase(parent, words))
  .join('\n')}
${verbs.map(verbCase).join('\n')}
  esac
  COMPREPLY=()
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
  elif [[ -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  else
    local IFS=$'\\n'
    case $files in
      file) COMPREPLY=($(compgen -f -- "$current")) ;;
      directory) COMPREPLY=($(compgen -d -- "$current")) ;;
    esac
  fi
}
complete -o filenames -F _flavor flavor
`
}

function groupCase(parent: string, words: CompletionTree['words']): string {
  const names = words.filter(word => word.parent === parent).map(word => word.name)
  return `    ${shellWord(parent)}) words=${shellWord(names.join(' '))} flags=${shellWord(dashed(GLOBAL_FLAGS))} ;;`
}

function verbCase(verb: Verb): string {
  const flags: Flags = { ...verb.flags, ...GLOBAL_FLAGS }
  const completions = Object.values(verb.arguments).map(argument => argument.completion ?? 'none')
  const files: Completion = completions.find(completion => completion !== 'none') ?? 'none'
  const first = Object.values(verb.arguments)[0]
  const choices = first?.choices ?? []
  const values = Object.entries(flags).flatMap(([name, flag]) => {
    if (flag.type === 'boolean') return []
    const names = flag.short === undefined ? `--${name}` : `--${name} | -${flag.short}`
    const offered = flag.type === 'string' ? (flag.choices ?? []) : []
    const completion = flag.type === 'string' ? (flag.completion ?? 'none') : 'none'
    return [`        ${names}) words=${shellWord(offered.join(' '))} files=${completion} ;;`]
  })
  const lines = [
    `    ${shellWord(verb.name)})`,
    `      words=${shellWord(choices.join(' '))} flags=${shellWord(dashed(flags))} files=${files}`,
  ]
  if (values.length > 0) lines.push('      case $previous in', ...values, '      esac')
  lines.push('      ;;')
  return lines.join('\n')
}

function dashed(flags: Flags): string {
  return flagNames(flags)
    .map(name => `--${name}`)
    .join(' ')
}
