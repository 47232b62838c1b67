import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeIndexBlock, parseIndexBlock } from '../../src/format/index-block.ts'
import { TRAILER_SIZE } from '../../src/format/trailer.ts'
import { cliScript } from '../support/cli-script.ts'
import { samplePlan, writeSample } from '../support/sample-plan.ts'

cliScript('inspect', { 'break-signature': breakSignature, hostile })

/** A wrong signature in an index that is right otherwise. */
function breakSignature(file = ''): string {
  const bytes = readFileSync(file)
  const start = bytes.length - TRAILER_SIZE + 4
  const index = parseIndexBlock(bytes.subarray(start, start + 8192))
  const signature = new Uint8Array(index.signature)
  signature[0] = (signature[0] ?? 0) ^ 0x01
  bytes.set(encodeIndexBlock({ ...index, signature }), start)
  writeFileSync(file, bytes)
  return ''
}

async function hostile(directory = ''): Promise<string> {
  mkdirSync(directory)
  const plan = samplePlan(join(directory, 'plan'))
  const name = 'app\u001b[2J\u202e\nflavor: signature valid'
  await writeSample(directory, {
    ...plan,
    package: { name, version: '1\u0007', description: 'a\u009bb' },
    slots: plan.slots.map(slot => ({ ...slot, id: `${slot.id}\u001b[31m`, source: '\u2066x' })),
  })
  return ''
}
