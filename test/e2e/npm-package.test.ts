import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { installationRoot } from '../../src/tools/installation.ts'
import { VERSION } from '../../src/version.ts'
import { copyRepository } from '../support/copied-repository.ts'
import { scratch } from '../support/scratch.ts'

const ROOT = installationRoot()

/** What a user of the library writes; compiled as strictly as we compile ourselves. */
const CONSUMER = `
import { FlavorError, openPackage, pack, type PackageFile, type VerifyReport, verify } from 'flavor'
import { FORMAT_CODES, type FormatCode, parseTrailer } from 'flavor/format'

const [manifest = '', path = '', cacheDirectory = ''] = process.argv.slice(2)
await pack({ manifest, output: path, key: { kind: 'ephemeral' }, cacheDirectory, environment: process.env })
const report: VerifyReport = await verify(path, { deep: true })
const pkg: PackageFile = openPackage(path)
pkg.close()
let code: FormatCode | string = 'none'
try {
  parseTrailer(new Uint8Array(3), 3n)
} catch (error) {
  if (error instanceof FlavorError) code = error.code
}
console.log(JSON.stringify([report.name, pkg.slots.length, code, code in FORMAT_CODES]))
`

const MANIFEST = {
  package: { name: 'hello', version: '1.0.0' },
  execution: { command: '{workenv}/run.sh' },
  slots: [{ slot: 0, id: 'run', source: 'run.sh', target: 'run.sh', operations: 'gzip', permissions: '0755' }],
}

test('the package that npm makes installs into an empty project: it packs, verifies, has types, and is a command', async () => {
  const directory = scratch()
  const source = join(directory, 'source')
  copyRepository(source)
  await execa('npm', ['pack', '--ignore-scripts=false', '--pack-destination', directory], { cwd: source })
  const project = join(directory, 'project')
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{"name":"consumer","private":true,"type":"module"}')
  const install = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  await execa('npm', [...install, join(directory, `flavor-${VERSION}.tgz`)], { cwd: project })

  const path = join(directory, 'hello')
  writeFileSync(join(project, 'run.sh'), '#!/bin/sh\necho "hello $*"\n')
  writeFileSync(join(project, 'hello.json'), JSON.stringify(MANIFEST))
  writeFileSync(join(project, 'consumer.ts'), CONSUMER)
  const caches = join(directory, 'cache')
  const consumer = await execa(process.execPath, ['consumer.ts', 'hello.json', path, caches], { cwd: project })
  expect(JSON.parse(consumer.stdout)).toEqual(['hello', 3, 'TRAILER_TOO_SHORT', true])
  const said = await execa(path, ['world'], { extendEnv: false, env: { FLAVOR_CACHE: caches } })
  expect(said.stdout).toBe('hello world')

  symlinkSync(join(ROOT, 'node_modules/@types'), join(project, 'node_modules/@types'))
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--noEmit']
  const form = ['--target', 'esnext', '--module', 'nodenext', '--types', 'node']
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
  await execa(process.execPath, [compiler, ...strict, ...form, 'consumer.ts'], { cwd: project })

  const command = await execa(join(project, 'node_modules/.bin/flavor'), ['--version'], {
    env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` },
  })
  expect(command.stdout).toBe(`flavor ${VERSION}`)
})
