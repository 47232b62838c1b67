import { bashCompletion } from './completion/bash.ts'
import { completionTree } from './completion/completion-tree.ts'
import { fishCompletion } from './completion/fish.ts'
import { zshCompletion } from './completion/zsh.ts'
import { defineVerb } from './verb.ts'
import { GROUPS, loadAllVerbs } from './verbs.ts'

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const

export const completion = defineVerb({
  name: 'completion',
  summary: 'print the code that completes flavor in a shell',
  arguments: { SHELL: { description: 'the shell', choices: ['bash', 'zsh', 'fish'] } },
  flags: {},
  examples: [
    { command: 'source <(flavor completion bash)', description: 'for this shell; put it into ~/.bashrc for all' },
    {
      command: 'flavor completion zsh > ~/.zfunc/_flavor',
      description: 'for zsh, with ~/.zfunc in $fpath before compinit',
    },
    { command: 'flavor completion fish > ~/.config/fish/completions/flavor.fish', description: 'for fish' },
  ],
  json: { type: 'always "completion"', shell: 'the shell', code: 'what the shell should source' },
  async run({ args, io }) {
    const code = SHELLS[args.SHELL](completionTree(await loadAllVerbs(), GROUPS))
    io.answer({ type: 'completion', shell: args.SHELL, code }, () => code)
    return 0
  },
})
