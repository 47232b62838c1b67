import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execaSync } from 'execa'
import { ROOT } from './packed-app.ts'

/** The files of the repository, so that what npm packs is what a clone would. */
export function copyRepository(to: string): void {
  const { stdout } = execaSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  for (const path of stdout.split('\0').filter(path => /^(src|launchers|scripts|spec|[^/]+$)/.test(path))) {
    if (!existsSync(join(ROOT, path))) continue
    mkdirSync(dirname(join(to, path)), { recursive: true })
    cpSync(join(ROOT, path), join(to, path))
  }
  symlinkSync(join(ROOT, 'node_modules'), join(to, 'node_modules'))
}
