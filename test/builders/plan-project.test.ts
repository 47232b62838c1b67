import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { planProject } from '../../src/builders/plan-project.ts'
import { loadProject } from '../../src/manifest/load-project.ts'
import { scratch } from '../support/scratch.ts'

function projectOf(name: string, text: string) {
  const directory = scratch()
  writeFileSync(join(directory, 'data'), 'data')
  writeFileSync(join(directory, name), text)
  return { project: loadProject(join(directory, name)), cacheDirectory: join(directory, 'cache'), directory }
}

test('a JSON manifest is planned from its own words', async () => {
  const text = JSON.stringify({
    package: { name: 'sample', version: '1' },
    execution: { command: '/bin/cat {workenv}/data' },
    slots: [{ id: 'data', source: '{workenv}/data', target: 'data' }],
  })
  const { project, cacheDirectory, directory } = projectOf('app.json', text)
  const plan = await planProject(project, { cacheDirectory, environment: {}, workenvBase: directory })
  expect(plan).toMatchObject({ package: { name: 'sample' }, slots: [{ id: 'data' }] })
})

test('a Python project is planned by the builder for Python', async () => {
  const text = '[project]\nname = "sample"\nversion = "1"\n[project.scripts]\nsample = "sample:main"\n'
  const { project, cacheDirectory } = projectOf('pyproject.toml', text)
  const planned = planProject(project, { cacheDirectory, environment: {}, python: { interpreter: 'conda' } })
  await expect(planned).rejects.toThrow(expect.objectContaining({ code: 'INTERPRETER_SPEC' }))
})

test('a package for another platform says so; a Python project for one is refused', async () => {
  const platform = { os: 'windows', arch: 'arm64' } as const
  const text = JSON.stringify({ package: { name: 'sample', version: '1' }, execution: { command: 'x' }, slots: [] })
  const generic = projectOf('app.json', text)
  const context = { cacheDirectory: generic.cacheDirectory, environment: {}, platform }
  expect(await planProject(generic.project, context)).toMatchObject({ platforms: [platform] })
  const python = projectOf('pyproject.toml', '[project]\nname = "sample"\nversion = "1"\nscripts = {s = "s:m"}\n')
  const planned = planProject(python.project, context)
  await expect(planned).rejects.toThrow(
    expect.objectContaining({ code: 'PLATFORM_PYTHON', hint: expect.stringContaining('windows_arm64') }),
  )
})
