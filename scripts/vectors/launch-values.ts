/** The work environment of the vectors: its path has a blank, as a user's may. */
export const WORKENV = '/cache/w e'
/** What placeholders stand for. */
export const VALUES = {
  workenv: WORKENV,
  package_name: 'app',
  version: '1.2',
  os: 'linux',
  arch: 'amd64',
  platform: 'linux_amd64',
  primary_slot: 0,
  slots: [WORKENV, `${WORKENV}/data`],
}
export const WINDOWS = {
  ...VALUES,
  workenv: 'C:\\cache\\w e',
  os: 'windows',
  platform: 'windows_amd64',
  slots: ['C:\\cache\\w e', 'C:\\cache\\w e\\data'],
}
