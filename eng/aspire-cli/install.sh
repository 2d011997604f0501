#!/bin/sh
# Installs the Aspire CLI into the directory $1 and unpacks the dashboard in it, once. Never fails: without it there is just no Aspire dashboard.
set -u
target=$1
here=$(cd "$(dirname "$0")" && pwd)
[ -e "$target/home/.aspire/bundle/managed/aspire-managed" ] || [ -e "$target/unavailable" ] && exit 0
mkdir -p "$target"
if command -v flock >/dev/null 2>&1; then
  exec 9>"$target/.lock"
  flock 9
  [ -e "$target/home/.aspire/bundle/managed/aspire-managed" ] || [ -e "$target/unavailable" ] && exit 0
fi

give_up() {
  echo "$1" >"$target/unavailable"
  echo "No Aspire dashboard: $1. Delete $target/unavailable to try again."
  exit 0
}
[ "$(uname -sm)" = "Linux x86_64" ] || give_up "its npm package is for Linux on x64"
command -v npm >/dev/null 2>&1 || give_up "npm is missing"
echo "Installing the Aspire dashboard once (145 MB) …"
cp "$here/package.json" "$here/package-lock.json" "$target/"
log="$target/install.log"
(cd "$target" && npm ci --ignore-scripts --no-audit --no-fund) >"$log" 2>&1 || give_up "npm ci failed, see $log"
cli="$target/node_modules/@microsoft/aspire-cli-linux-x64/bin/aspire"
chmod +x "$cli"
# A home of its own: it unpacks into ~/.aspire.
mkdir -p "$target/home"
HOME="$target/home" ASPIRE_CLI_TELEMETRY_OPTOUT=true "$cli" setup --nologo --non-interactive >>"$log" 2>&1 || give_up "aspire setup failed, see $log"
[ -e "$target/home/.aspire/bundle/managed/aspire-managed" ] || give_up "aspire setup left no dashboard in $target/home"
# Unpacked: the package itself is not needed any more.
rm -rf "$target/node_modules"
