import { cleanWorkenvs } from '../../src/workenv/clean-workenvs.ts'

/** Removes every work environment that no program uses, again and again, until it is told to end by SIGTERM. Prints how many went. */
let removed = 0
let isOver = false
process.on('SIGTERM', () => {
  isOver = true
})
process.stdout.write('begun\n')
while (!isOver) {
  removed += cleanWorkenvs(process.env, { all: true }).removed.filter(({ kind }) => kind === 'workenv').length
  // Lets the signal in.
  await new Promise(resolve => setImmediate(resolve))
}
process.stdout.write(`${removed}\n`)
