import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { parseMetadata } from '../../src/format/metadata.ts'
import type { Lifecycle } from '../../src/format/slot-enumerations.ts'
import { parseListing } from '../../src/format/tree-listing.ts'
import { type Budgets, budgetsOf } from '../../src/workenv/budgets.ts'
import { renderDerived } from '../../src/workenv/derived-file.ts'
import { expectedTree, linkTarget } from '../../src/workenv/expected-tree.ts'
import { type HousekeepingEntry, planHousekeeping } from '../../src/workenv/housekeeping-plan.ts'
import { type KeyParts, parseEnvsName, workenvKey } from '../../src/workenv/key.ts'
import { cacheRungs } from '../../src/workenv/ladder.ts'
import type { Machine } from '../../src/workenv/machine.ts'
import { formatSeal, parseSeal, type Seal } from '../../src/workenv/seal.ts'
import { isSingleProgram, type OnlySlot } from '../../src/workenv/single-program.ts'
import { executablePath, type SlotRole, slotRole } from '../../src/workenv/workenv-plan.ts'

const DIRECTORY = join(import.meta.dirname, '../../spec/vectors/workenv')

/** workenv §12. */
function cases<T>(name: string): T {
  return JSON.parse(readFileSync(join(DIRECTORY, `${name}.json`), 'utf8')).cases
}

interface LadderCase extends Omit<Machine, 'uid'> {
  readonly uid: number | null
  readonly rungs: [string, string][]
}

describe('workenv §1.1', () => {
  test.each(cases<LadderCase[]>('ladders'))('ladder %#', ({ rungs, uid, ...machine }) => {
    const found = cacheRungs({ ...machine, uid: uid ?? undefined })
    expect(found.map(({ name, path }) => [name, path])).toEqual(rungs)
  })
})

describe('workenv §1.4', () => {
  interface SingleCase {
    readonly why: string
    readonly slot: Omit<OnlySlot, 'permissions'> & { readonly permissions: string }
    readonly metadata: Record<string, unknown>
    readonly single: boolean
  }
  test.each(cases<SingleCase[]>('single-programs'))('single program: $why', ({ slot, metadata, single }) => {
    const whole = { format: 'PSPF/2025', package: { name: 'a', version: '1' }, slots: [], ...metadata }
    const parsed = parseMetadata(Buffer.from(JSON.stringify(whole)))
    const executable = executablePath(parsed, [slot], [slot.role], 'linux')
    const only = { ...slot, permissions: Number.parseInt(slot.permissions, 8) }
    expect(isSingleProgram(parsed, only, executable)).toBe(single)
  })
})

describe('workenv §3.1', () => {
  type KeyCase = Omit<KeyParts, 'place'> & { place: string | null; key: string }
  test.each(cases<KeyCase[]>('keys'))('key $key', ({ key, place, ...parts }) => {
    expect(workenvKey({ ...parts, place: place ?? undefined })).toBe(key)
    expect(parseEnvsName(`${key}.3`)).toEqual({ key, attempt: 3, kind: 'directory' })
  })
})

describe('workenv §4.1', () => {
  interface RoleCase {
    readonly platform: NodeJS.Platform
    readonly lifecycle: Lifecycle
    readonly share: boolean
    readonly slotPlatform?: 'linux' | 'macos' | 'windows'
    readonly hasSetup?: boolean
    readonly isOrigin?: boolean
    readonly isSigned?: boolean
    readonly role: SlotRole
  }
  test.each(cases<RoleCase[]>('roles'))('role %#: $lifecycle on $platform is $role', one => {
    const platform = one.slotPlatform === undefined ? {} : { platform: one.slotPlatform }
    const tree = one.isSigned === false ? {} : { tree: `sha256:${'0'.repeat(64)}` }
    const metadata = { share: one.share, ...platform, ...tree }
    const slot = { isSelf: false, isOrigin: one.isOrigin ?? false, lifecycle: one.lifecycle, metadata }
    expect(slotRole(slot, one.platform, one.hasSetup ?? false)).toBe(one.role)
    expect(slotRole({ ...slot, isSelf: true }, one.platform, one.hasSetup ?? false)).toBe('none')
  })
})

describe('workenv §4.2', () => {
  test.each(cases<{ target: string; tree: string; link: string }[]>('links'))('link at $target', one => {
    expect(linkTarget(one.target, one.tree)).toBe(one.link)
  })
})

describe('workenv §4.3', () => {
  type DerivedCase = { template: string; root: string; content?: string; error?: string }
  test.each(cases<DerivedCase[]>('derived'))('derived %#', ({ template, root, content, error }) => {
    if (error === undefined) expect(renderDerived(template, root, 'derived[0].template')).toBe(content)
    else expect(() => renderDerived(template, root, 'f')).toThrowError(expect.objectContaining({ code: error }))
  })
})

describe('workenv §5.1', () => {
  type SealJson = Record<string, unknown> & {
    executable: { size: string; mtime: string } | null
    slots: { kind: string; mtime?: string }[]
  }
  const { good, bad } = cases<{ good: { seal: SealJson; text: string }[]; bad: { why: string; text: string }[] }>(
    'seals',
  )

  test.each(good)('seal %#', ({ seal, text }) => {
    const value = sealOf(seal)
    expect(formatSeal(value)).toBe(text)
    expect(parseSeal(text)).toEqual(value)
  })

  test.each(bad)('no seal: $why', ({ text }) => {
    expect(parseSeal(text)).toBeUndefined()
  })

  function sealOf(json: SealJson): Seal {
    const { executable, slots, ...rest } = json
    const present = Object.entries(rest).map(([name, value]) => [name, value ?? undefined])
    return {
      ...Object.fromEntries(present),
      executable: executable === null ? undefined : { size: BigInt(executable.size), mtime: BigInt(executable.mtime) },
      slots: slots.map(({ mtime, ...slot }) => (mtime === undefined ? slot : { ...slot, mtime: BigInt(mtime) })),
    } as Seal
  }
})

describe('workenv §5.3', () => {
  interface ExecutableCase {
    readonly argv?: string[]
    readonly command?: string
    readonly platform?: NodeJS.Platform
    readonly executable: string | null
  }
  const all = cases<{ slots: { target: string; role: SlotRole }[]; primarySlot: number; cases: ExecutableCase[] }>(
    'executables',
  )
  test.each(all.cases)('executable %#', ({ argv, command = 'unused', platform = 'linux', executable }) => {
    const execution = {
      primary_slot: all.primarySlot,
      command,
      argv0: 'invoked' as const,
      commands: {},
      ...(argv === undefined ? {} : { argv }),
    }
    const roles = all.slots.map(({ role }) => role)
    expect(executablePath({ execution }, all.slots, roles, platform) ?? null).toBe(executable)
  })
})

describe('workenv §7.2', () => {
  interface TreeCase {
    readonly slots: { index: number; target: string; isTree: boolean; listing: string }[]
    readonly links: { target: string; tree: string }[]
    readonly derived: { path: string; mode: string; content: string }[]
    readonly directories: { path: string; mode: string }[]
    readonly expected: { mode: string | null }[]
  }
  const octal = (mode: string) => Number.parseInt(mode, 8)
  test.each(cases<TreeCase[]>('expected-trees'))('expected tree %#', one => {
    const tree = expectedTree({
      slots: one.slots.map(slot => ({ ...slot, entries: parseListing(Buffer.from(slot.listing)) })),
      links: one.links,
      derived: one.derived.map(file => ({ ...file, mode: octal(file.mode), content: Buffer.from(file.content) })),
      directories: one.directories.map(directory => ({ ...directory, mode: octal(directory.mode) })),
    })
    const expected = one.expected.map(entry => ({
      ...entry,
      mode: entry.mode === null ? undefined : octal(entry.mode),
    }))
    expect([...tree.values()]).toEqual(expected)
  })
})

describe('workenv §10.5', () => {
  type Limits = { maxAge: number | null; maxSize: number | null }
  const limits = ({ maxAge, maxSize }: Limits): Budgets => ({
    maxAge: maxAge ?? undefined,
    maxSize: maxSize ?? undefined,
  })
  interface BudgetsCase extends Limits {
    readonly variables: Record<string, string>
    readonly config: string | null
    readonly warnings: string[]
  }
  test.each(cases<BudgetsCase[]>('budgets'))('budgets %#: $variables $config', one => {
    const file = { path: '/config.toml', text: one.config ?? undefined }
    const { budgets, warnings } = budgetsOf(one.variables, file, parse)
    expect(budgets).toEqual(limits(one))
    const begins = one.warnings.map(name => {
      if (name === 'config') return '/config.toml: is not'
      return name.startsWith('FLAVOR_') ? `${name} is not` : `/config.toml: cache.${name} is not`
    })
    expect(warnings).toEqual(begins.map(begin => expect.stringMatching(new RegExp(`^${begin}`))))
  })

  interface HousekeepingCase extends Limits {
    readonly comment: string
    readonly now: number
    readonly current: string
    readonly entries: HousekeepingEntry[]
    readonly shared: Record<string, number>
    readonly go: string[]
  }
  test.each(cases<HousekeepingCase[]>('housekeeping'))('housekeeping %#: $comment', one => {
    const shared = new Map(Object.entries(one.shared))
    expect(planHousekeeping(one.entries, shared, one.current, limits(one), one.now)).toEqual(one.go)
  })
})
