import { cliScript } from '../../support/cli-script.ts'
import { storeLauncher } from '../../support/fake-launcher-store.ts'

const platform = `${process.platform === 'win32' ? 'windows' : process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`

// All verbs of the group in one session: what one stores, another lists.
cliScript('helpers', {
  'store-launcher': (cache = '') => {
    storeLauncher(cache, { platform })
    return ''
  },
  'store-damaged-launcher': (cache = '') => {
    storeLauncher(cache, { platform, recorded: '0'.repeat(64) })
    return ''
  },
})
