/** The last step of `npm run build`: the program of the Node launcher, which an installed package cannot bundle without the sources. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { launcherBundle, PREBUILT_BUNDLE } from '../src/builders/launcher/launcher-bundle.ts'

const path = join(import.meta.dirname, '..', PREBUILT_BUNDLE)
mkdirSync(dirname(path), { recursive: true })
writeFileSync(path, await launcherBundle().read())
