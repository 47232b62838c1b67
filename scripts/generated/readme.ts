import { loadAllVerbs } from '../../src/cli/verbs.ts'
import type { Project } from '../checks/project.ts'

const TABLE = /(<!-- verbs: written by scripts\/docs -->\n)[\s\S]*?(<!-- \/verbs -->)/

/** README.md with its table of the verbs; the rest of it is written by people. */
export async function readmePage(project: Project): Promise<string> {
  const verbs = await loadAllVerbs()
  const rows = verbs.map(
    ({ name, summary }) => `| [\`${name}\`](docs/cli.md#${name.replaceAll(' ', '-')}) | ${summary} |`,
  )
  const table = ['| verb | what it does |', '|---|---|', ...rows, ''].join('\n')
  return project.text('README.md').replace(TABLE, (_, start: string, end: string) => `${start}${table}${end}`)
}
