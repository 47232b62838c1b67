import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { bareRoot, missing } from '../support/machines.ts'
import { flavor } from '../support/packed-app.ts'
import { scratch } from '../support/scratch.ts'

const unable = missing('linux', 'root', 'chroot')

const MANIFEST = `[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"
[project]
name = "plain"
version = "1.0"
requires-python = ">=3.10"
[project.scripts]
plain = "plain:main"
[tool.setuptools]
py-modules = ["plain"]
`

const MODULE = `import json, os, ssl, subprocess, sys
from datetime import datetime
from zoneinfo import ZoneInfo


def main():
    if sys.argv[1:] == ["again"]:
        print(json.dumps("started again"))
        return
    again = subprocess.run([sys.executable, *sys.argv, "again"], capture_output=True, text=True)
    print(json.dumps({
        "roots": len(ssl.create_default_context().get_ca_certs()),
        "file": os.environ.get("SSL_CERT_FILE"),
        "summer": datetime(2025, 7, 1, tzinfo=ZoneInfo("Europe/Berlin")).isoformat(),
        "again": again.stdout.strip() or again.stderr,
    }))
`

test.skipIf(unable)(
  `a project without dependencies has roots of trust and time zones where the machine has none${unable ? `: ${unable}` : ''}`,
  async () => {
    const directory = scratch()
    const output = join(directory, 'plain.psp')
    mkdirSync(join(directory, 'project'))
    writeFileSync(join(directory, 'project/pyproject.toml'), MANIFEST)
    writeFileSync(join(directory, 'project/plain.py'), MODULE)
    const manifest = join(directory, 'project/pyproject.toml')
    const packed = await flavor(['pack', '--manifest', manifest, '--output', output, '--key-seed', 'k', '-q', '--fast'])
    expect({ status: packed.exitCode, said: packed.stderr }).toMatchObject({ status: 0 })
    const root = bareRoot(join(directory, 'root'), output)
    const done = await execa('env', ['-i', '/usr/sbin/chroot', root, '/app'], { reject: false, stdin: 'ignore' })
    expect({ status: done.exitCode, said: done.stderr }).toMatchObject({ status: 0 })
    const found = JSON.parse(done.stdout)
    expect(found.roots).toBeGreaterThan(50)
    expect(found.file).toMatch(/\/share\/flavor\/cacert\.pem$/)
    expect(found.summer).toBe('2025-07-01T00:00:00+02:00')
    expect(found.again).toBe('"started again"')
  },
  600_000,
)
