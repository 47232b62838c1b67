import { cliPage } from '../../src/cli/reference/cli-page.ts'
import { jsonPage } from '../../src/cli/reference/json-page.ts'
import { loadAllVerbs } from '../../src/cli/verbs.ts'

/** The pages that are made from the tables of the verbs: path to text. */
export async function cliPages(): Promise<ReadonlyMap<string, string>> {
  const verbs = await loadAllVerbs()
  return new Map([
    ['docs/cli.md', cliPage(verbs)],
    ['docs/json.md', jsonPage(verbs)],
  ])
}
