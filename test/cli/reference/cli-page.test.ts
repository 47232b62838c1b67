import { expect, test } from 'vitest'
import { flagUsage } from '../../../src/cli/help.ts'
import { cliPage } from '../../../src/cli/reference/cli-page.ts'
import { GLOBAL_FLAGS } from '../../../src/cli/verb.ts'
import { loadAllVerbs } from '../../../src/cli/verbs.ts'

test('every verb, argument, flag and exit code is on the page, and its links lead somewhere', async () => {
  const verbs = await loadAllVerbs()
  const page = cliPage(verbs)
  for (const verb of verbs) {
    expect(page).toContain(`\n## ${verb.name}\n`)
    for (const name of Object.keys(verb.arguments)) expect(page).toContain(`| \`${name}\` |`)
    for (const [name, flag] of Object.entries({ ...verb.flags, ...GLOBAL_FLAGS }))
      expect(page).toContain(flagUsage(name, flag))
  }
  for (let code = 101; code <= 110; code++) expect(page).toContain(`| ${code} |`)
  const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading?.toLowerCase().replaceAll(' ', '-'))
  for (const [, target] of page.matchAll(/\]\(#([^)]*)\)/g)) expect(headings).toContain(target)
})
