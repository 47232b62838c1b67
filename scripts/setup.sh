# shellcheck shell=sh
# Sourced by scripts/flavor, scripts/test and scripts/bench with `root` set to the checkout: installs what package-lock.json names, and
# finds the Node that everything runs on. Costs one `cmp` when there is nothing to do.

# The stamp is a copy of the lock file that node_modules was made from, so only a change of the lock file sets up again.
set_up() {
  cmp -s "$root/package-lock.json" "$root/node_modules/.flavor-setup" || install_packages
  find_node || set_up_failed 1 "package-lock.json has no Node for this platform ($(uname -sm))" \
    'flavor runs on linux (x64, arm64), macOS (x64, arm64) and Windows (x64)'
  fault=$("$node" -e 0 2>&1) || set_up_failed 1 "the Node of package-lock.json does not start: $fault" \
    'install the library that it names (Debian: apt-get install libatomic1), then run this again'
}

# Only the package of this platform is ever installed, so a glob tells it without asking uname.
find_node() {
  for node in "$root"/node_modules/node-*/bin/node "$root"/node_modules/node-*/bin/node.exe; do
    [ -x "$node" ] && return 0
  done
  return 1
}

install_packages() {
  root=$(CDPATH='' cd -P -- "$root" && pwd)
  command -v npm >/dev/null 2>&1 || set_up_failed 1 'npm is not on PATH; the first run installs what package-lock.json names' \
    'install npm (Debian: apt-get install npm), then run this again'
  mkdir -p "$root/.cache" 2>/dev/null && [ -w "$root/.cache" ] && [ -w "$root" ] ||
    set_up_failed 1 "$root is not set up yet and cannot be written" 'run scripts/flavor once as the owner of the checkout'
  # The lock only spares a second runner the work: what makes two at once safe is that node_modules appears by one rename.
  if command -v flock >/dev/null 2>&1; then
    exec 9>"$root/.cache/setup.lock"
    flock 9
    cmp -s "$root/package-lock.json" "$root/node_modules/.flavor-setup" || { adopt_packages || stage_packages; }
    exec 9>&-
  else
    adopt_packages || stage_packages
  fi
}

# A developer's own `npm install` may have done it already.
adopt_packages() {
  find_node || return 1
  "$node" "$root/scripts/installed.ts" 2>/dev/null || return 1
  cp "$root/package-lock.json" "$root/node_modules/.flavor-setup.$$" &&
    mv -f "$root/node_modules/.flavor-setup.$$" "$root/node_modules/.flavor-setup"
}

# Installs beside node_modules and renames, so that an interrupted set-up never looks finished.
stage_packages() {
  stage=$root/.cache/setup.$$
  trap 'rm -rf "$stage"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  rm -rf "$stage"
  mkdir -p "$stage"
  cp "$root/package.json" "$root/package-lock.json" "$root/.npmrc" "$stage/"
  [ -t 2 ] && echo 'flavor: setting up (once; installs what package-lock.json names)' >&2
  run_npm_ci || explain_npm_failure
  cp "$stage/package-lock.json" "$stage/node_modules/.flavor-setup"
  [ -e "$root/node_modules" ] && mv "$root/node_modules" "$stage/replaced"
  # Fails only where another runner without flock was faster; its tree is as good.
  mv "$stage/node_modules" "$root/node_modules" 2>/dev/null || [ -e "$root/node_modules/.flavor-setup" ] ||
    set_up_failed 1 "cannot write $root/node_modules" 'check the permissions of the checkout and the free space'
  rm -rf "$stage" "$root/.cache/npm"
  trap - EXIT HUP INT TERM
}

# `--include`: a caller's NODE_ENV=production must not leave the tools out.
run_npm_ci() (
  cd "$stage" || exit 1
  # npm needs a cache that it can write, which a HOME that does not exist is not.
  [ -w "${HOME:-/nonexistent}" ] || export npm_config_cache="$root/.cache/npm"
  npm ci --include=dev --include=optional --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >"$stage/npm.log" 2>&1
)

explain_npm_failure() {
  sed 's/^/  /' "$stage/npm.log" | tail -n 15 >&2
  if grep -qE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|network|E40[0-9]|E50[0-9]' "$stage/npm.log"; then
    set_up_failed 4 'npm could not fetch what package-lock.json names' \
      'the first run needs the npm registry; check the network, the proxy and the registry that `npm config get registry` prints'
  fi
  set_up_failed 1 'npm ci failed (its last lines are above)' 'mend what npm names, then run this again'
}

set_up_failed() {
  printf 'flavor: error[SETUP]: %s\nflavor: hint: %s\n' "$2" "$3" >&2
  exit "$1"
}
