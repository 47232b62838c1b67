import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execa, execaSync } from 'execa'
import { expect, test } from 'vitest'
import { installationRoot } from '../../src/tools/installation.ts'
import { VERSION } from '../../src/version.ts'
import { samplePlan, writeSample } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

const ROOT = installationRoot()

/** What a user of the library writes; compiled as strictly as we compile ourselves. */
const CONSUMER = `
import { FlavorError, openPackage, type PackageFile, type VerifyReport, verify } from 'flavor'
import { FORMAT_CODES, type FormatCode, parseTrailer } from 'flavor/format'

const path: string = process.argv[2] ?? ''
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

/** The files of the repository, so that what npm packs is what a clone would. */
function copyRepository(to: string): void {
  const { stdout } = execaSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  for (const path of stdout.split('\0').filter(path => /^(src|launchers|spec|[^/]+$)/.test(path))) {
    if (!existsSync(join(ROOT, path))) continue
    mkdirSync(dirname(join(to, path)), { recursive: true })
    cpSync(join(ROOT, path), join(to, path))
  }
  symlinkSync(join(ROOT, 'node_modules'), join(to, 'node_modules'))
}

test('the package that npm makes installs into an empty project: library, types and command', async () => {
  const directory = scratch()
  const source = join(directory, 'source')
  copyRepository(source)
  await execa('npm', ['pack', '--ignore-scripts=false', '--pack-destination', directory], { cwd: source })
  const project = join(directory, 'project')
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{"name":"consumer","private":true,"type":"module"}')
  const install = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  await execa('npm', [...install, join(directory, `flavor-${VERSION}.tgz`)], { cwd: project })

  const { path } = await writeSample(directory, samplePlan(directory))
  writeFileSync(join(project, 'consumer.ts'), CONSUMER)
  const { stdout } = await execa(process.execPath, ['consumer.ts', path], { cwd: project })
  expect(JSON.parse(stdout)).toEqual(['sample', 2, 'TRAILER_TOO_SHORT', true])

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
