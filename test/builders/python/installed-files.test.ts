import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  hasModule,
  installedDistributions,
  neutraliseRecord,
  usesZoneinfo,
} from '../../../src/builders/python/installed-files.ts'
import { scratch } from '../../support/scratch.ts'
import { distribution, writeFiles } from './stand-ins.ts'

function site(files: Record<string, string>): string {
  const directory = scratch()
  writeFiles(directory, files)
  return directory
}

test('distributions describe themselves in their headers, never in their description', () => {
  const directory = site({
    ...distribution('My.App', '1.0', { 'INFO/entry_points.txt': '[console_scripts]\napp = a:b\n' }),
    'plain.py': '',
  })
  expect(installedDistributions(directory)).toMatchObject([
    { name: 'my-app', version: '1.0', requires: [], entryPoints: [{ name: 'app', module: 'a', attribute: 'b' }] },
  ])
  expect(installedDistributions(join(directory, 'nothing'))).toEqual([])
})

test('a record names no place and no time of this machine, and stays true', () => {
  const directory = site(
    distribution('app', '1.0', {
      'INFO/direct_url.json': '{"url": "file:///somewhere/app.whl", "archive_info": {}}',
      'INFO/uv_cache.json': '{"timestamp": 1}',
      'INFO/RECORD': [
        'app-1.0.dist-info/uv_cache.json,sha256=x,3',
        'app-1.0.dist-info/direct_url.json,sha256=x,3',
        'app/cli.py,sha256=y,4',
        '"app/a,""b"".py",sha256=y,4',
        '../../../bin/app,sha256=z,5',
        '../../../bin/native,sha256=z,5',
        '',
      ].join('\n'),
    }),
  )
  const info = join(directory, 'app-1.0.dist-info')
  neutraliseRecord(info, new Set(['app']))
  expect(existsSync(join(info, 'direct_url.json'))).toBe(false)
  expect(existsSync(join(info, 'uv_cache.json'))).toBe(false)
  expect(readFileSync(join(info, 'RECORD'), 'utf8').trim().split('\n')).toEqual([
    '"app/a,""b"".py",sha256=y,4',
    '../../../bin/app,,',
    '../../../bin/native,sha256=z,5',
    'app/cli.py,sha256=y,4',
  ])
})

test('where a package came from on the network stays', () => {
  const direct = '{"url": "http://example.test/app.whl", "archive_info": {}}'
  const directory = site(distribution('app', '1.0', { 'INFO/direct_url.json': direct }))
  neutraliseRecord(join(directory, 'app-1.0.dist-info'), new Set())
  expect(existsSync(join(directory, 'app-1.0.dist-info/direct_url.json'))).toBe(true)
})

test('a module is a file, a package, or an extension; its name alone is not', () => {
  const directory = site({ 'a/b.py': '', 'c/__init__.py': '', 'd.cpython-311-x.so': '', 'e/readme': '' })
  const has = (name: string) => hasModule(name, ['/nonexistent', directory])
  expect(['a.b', 'c', 'd'].map(has)).toEqual([true, true, true])
  expect(['a.c', 'b', 'e', 'e.readme'].map(has)).toEqual([false, false, false, false])
})

test.each([
  ['import zoneinfo', true],
  ['import os, zoneinfo', true],
  ['def f():\n    from zoneinfo import ZoneInfo', true],
  ['from backports.zoneinfo import ZoneInfo', false],
  ['# about zoneinfo', false],
  ['import zoneinfo_data', false],
])('%j asks for time zones: %s', (text, expected) => {
  expect(usesZoneinfo(site({ 'pkg/mod.py': `${text}\n` }))).toBe(expected)
})
