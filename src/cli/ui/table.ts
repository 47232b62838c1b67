/** Columns two spaces apart, without trailing blanks. Cells that are all numbers with a unit read better to the right: `right`. */
export function formatTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  }
  return rows.map(row =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return right.includes(column) ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd(),
  )
}

/** `name  value` lines under each other; pairs without a value are left out. */
export function formatPairs(pairs: readonly (readonly [string, string | undefined])[], indent = ''): string {
  const rows = pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return formatTable(rows)
    .map(line => `${indent}${line}\n`)
    .join('')
}

/** Words broken into lines of at most `width` characters. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  lines.push(line)
  return lines
}
