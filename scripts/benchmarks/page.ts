import type { Measurement } from './bar.ts'

const METHOD = `\
\`scripts/bench\` runs everything below \`.cache/bench\` with caches of its own. Times are the shortest of the runs, where nothing else is said; a
command and its baseline are measured in one run, so a ratio says more than the milliseconds. The CLI is the bundle of \`scripts/flavor\` on the
pinned Node. Packages have the native launcher that \`pack\` chooses: the one that ships where \`scripts/launchers\` has built it, else the quick
one of this machine. It is built before anything is measured and put into the store, because users get it with npm; finding it there takes
no less. Runs in turns are those of \`scripts/benchmarks/interleaved.c\`: the two commands alternate, and so does which of them is first.

- **flavor --version**: 60 runs beside 60 of \`node -e 0\`.
- **pack**: a copy of \`fixtures/httpie-app\`. First ever: one run with an empty home directory, so that uv, the interpreter and every package
  are fetched, but with the launcher. Caches warm: the application's version changes before each of three runs. Again unchanged: five runs.
- **size**: what \`inspect --json\` says of the file, less the launcher.
- **verify**: 20 runs beside \`openssl dgst -sha256\` of the same file; the time of \`flavor --version\` is taken off.
- **memory of a 5 GiB slot**: the kernel's peak of resident memory, children included, for a package of one slot from a sparse file.
- **warm run with \`--launcher node\`**: 20 runs of \`--version\` of the packed httpie beside the same from a venv of the machine's own Python,
  both after a first run.
- **launcher**: the size of the file. The quick one depends on the machine's C library and its Rust.
- **warm start**: 500 runs in turns of a packed static C program that prints a line, and of the same file as it was unpacked, each with its output
  thrown away; the bar is on the difference of the shortest. Memory is the largest peak of the packed runs, pages of the file included. System
  calls are those that strace sees until the program is started, the launcher's own start included.
- **pinned keys**: 500 runs in turns of the same with a user keyring of 100 keys in \`all.keys\`, the last of which is the one that signed, and with a
  configuration directory that holds none; \`env\` sets the variable that names it in both.
- **SBOM and provenance**: the stored bytes of both slots; 1,000 warm starts in turns of the packed C program with and without them. The bar is 0 ms,
  which is less than half of a tenth here.
- **page cache dropped**: 20 runs of the same in turns; before each, all that the kernel keeps of any file, directories and inodes included, is
  dropped (\`drop_caches\`). The baseline then reads its program and the directories that lead there from the disk too.
- **warm run of httpie**: 600 runs of \`--version\` in turns, beside those of a venv that the package's own interpreter made and pip filled. The ratio is
  that of the means, its 95 % interval that of the differences within the pairs.
- **unpacking of httpie**: 10 first runs of \`--version\`, less the shortest of 10 warm ones, in turns with
  \`zstd -dc | tar x\` of one archive of the same tree at the level of \`pack\`, 17, each into a new directory of one ext4 that is new, in a file on the disk (on the disk itself, where
  it is not root that measures): ext4 makes files several times slower where others were removed some minutes ago. What the run before left
  is put aside and written out (\`sync\`) first, not timed, and removed behind all of them.
- **decrypting**: 15 times in turns the launcher's own \`extract\` of a slot of 256 MB that is stored as it is, encrypted and not, onto the disk's cache; what
  was extracted before is removed, not timed. The rate is that of what takes longer with encryption: in both, the slot is read, hashed, written and
  its content hashed, on two cores. Memory is the largest peak with encryption over the smallest without.
- **first three runs**: 7 times in turns three runs of \`--version\`, with an empty cache before the first, and three of a onefile program that the newest
  PyInstaller of PyPI made of httpie from a venv of the machine's own Python.
- **growth**: \`prepare\` of packages of one slot, 3 runs of each size: one file, half of it random and half repeating that, as zstd; files of 600 bytes and
  less, 1,000 to a directory, as tar.zst; both packed with \`--fast\`, because what is measured is unpacking. For each step of 10 the time is divided by 10 times that of the step before; less than 1 is a cost that does not
  grow. Memory is the peak of the largest.
- **first runs at once**: 10 times one first run, and 64 that are started together by \`scripts/benchmarks/crowd.c\`, each in an empty cache, of a package of
  2,000 files whose program is \`/bin/true\`; the starts of the bar are those of \`/bin/true\` without a package, one after the other.
- **default check**: 2,000 starts in turns of a packed static C program at the levels \`standard\` and \`minimal\`, which its signer allows; the difference is
  what the points 3 to 6 of the warm check take (workenv §7.1). Both read the seal.
- **strict**: 20 whole starts of a package of 5,000 files of 20,000 bytes, every one of which is read and hashed; the files are in memory.
- **housekeeping**: 30 first runs in turns of a static C program that is version 2 of its package, each in a copy of a cache: one holds three work
  environments of version 1 with 3,000 files each, unused for 40 days, the other none of them. What is timed is until the program has ended; the next
  run waits until the removal beside it is done, not timed.
- **scie-jump** is not in the table: neither crates.io nor PyPI has it, and the benchmarks fetch from registries alone.
`

/**
 * The text of docs/benchmarks.md.
 * @param before what the page said; its rows that were not measured now stay as they are
 */
export function benchmarksPage(rows: readonly Measurement[], before: string, machine: string): string {
  const kept = before.match(/^\| .* \| (?:yes|\*\*no\*\*) \|$/gm) ?? []
  const cells = new Map(kept.map(row => [row.split(' | ')[0] ?? '', row]))
  for (const { what, bar, measured, baseline, met } of rows) {
    cells.set(`| ${what}`, `| ${what} | ${bar} | ${measured} | ${baseline} | ${met ? 'yes' : '**no**'} |`)
  }
  return `# Benchmarks

<!-- Written by scripts/bench. -->

Measured on ${machine}.

| what | bar | measured | baseline | met |
|---|---|---|---|---|
${[...cells.values()].join('\n')}

## Method

${METHOD}`
}
