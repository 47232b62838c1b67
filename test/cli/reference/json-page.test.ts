import { expect, test } from 'vitest'
import { jsonPage } from '../../../src/cli/reference/json-page.ts'
import { loadAllVerbs } from '../../../src/cli/verbs.ts'

test('every field of every verb is on the page', async () => {
  const verbs = await loadAllVerbs()
  const page = jsonPage(verbs)
  for (const verb of verbs) {
    const section = page.slice(page.indexOf(`\n## ${verb.name}\n`))
    for (const [field, meaning] of Object.entries(verb.json))
      expect(section).toContain(`| \`${field}\` | ${meaning.replaceAll('|', '\\|')} |`)
  }
})
