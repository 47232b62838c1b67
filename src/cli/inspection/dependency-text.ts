import type { Bill, BilledComponent } from '../../package/origin/bill-of-materials.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatTable } from '../ui/table.ts'

/** `flavor inspect --show-deps`: one component a line. */
export function dependencyTable({ root, components }: Bill): string {
  const rows = components
    .filter(({ ref }) => ref !== root)
    .map(({ type, name, version, licences, purl, sha256 }) => [
      ...[type, name, version ?? '-', licences.join(', ') || '-'].map(plainText),
      plainText(purl ?? (sha256 === undefined ? '-' : `sha256:${sha256}`)),
    ])
  return formatTable([['type', 'name', 'version', 'licence', 'known as'], ...rows])
    .map(line => `${line}\n`)
    .join('')
}

/** `flavor inspect --dependency-tree`: what needs what, from the package down. What was shown before ends with `(*)`. */
export function dependencyTree({ root, components }: Bill): string {
  const byRef = new Map(components.map(component => [component.ref, component]))
  const needed = new Set(components.flatMap(({ dependsOn }) => dependsOn))
  const top = root === undefined ? undefined : byRef.get(root)
  const starts = top === undefined ? components.filter(({ ref }) => !needed.has(ref)) : [top]
  const shown = new Set<string>()
  const lines: string[] = []
  const visit = (component: BilledComponent, head: string, indent: string): void => {
    const children = component.dependsOn.flatMap(ref => byRef.get(ref) ?? [])
    const isRepeated = shown.has(component.ref) && children.length > 0
    lines.push(`${head}${label(component)}${isRepeated ? ' (*)' : ''}\n`)
    if (isRepeated) return
    shown.add(component.ref)
    for (const [position, child] of children.entries()) {
      const isLast = position === children.length - 1
      visit(child, `${indent}${isLast ? '└── ' : '├── '}`, `${indent}${isLast ? '    ' : '│   '}`)
    }
  }
  for (const start of starts) visit(start, '', '')
  return lines.join('')
}

function label({ name, version }: BilledComponent): string {
  return plainText(version === undefined ? name : `${name} ${version}`)
}

/** The same for programs: a flat list, whose `depends_on` names other entries by their `ref`. */
export function dependencyObjects({ components }: Bill) {
  return components.map(({ ref, type, name, version, purl, licences, sha256, dependsOn }) => ({
    ref,
    type,
    name,
    version: version ?? null,
    purl: purl ?? null,
    licences,
    sha256: sha256 ?? null,
    depends_on: dependsOn,
  }))
}
