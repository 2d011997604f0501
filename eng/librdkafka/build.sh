#!/bin/sh
# Builds librdkafka.so into the directory $1, once, from the sources in the npm package. Several builds may call it at the same time.
set -eu
target=$1
here=$(cd "$(dirname "$0")" && pwd)
[ -f "$target/librdkafka.so" ] && exit 0

missing=
for tool in cc make npm; do
  command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
if [ -n "$missing" ]; then
  echo "librdkafka: error ENG001: this feed does not carry librdkafka.redist, so librdkafka is built here, and that needs:$missing. On Debian or Ubuntu: apt-get install gcc make libc6-dev nodejs npm (and, optional, libssl-dev libzstd-dev zlib1g-dev libcurl4-openssl-dev)." >&2
  exit 1
fi

mkdir -p "$target"
if command -v flock >/dev/null 2>&1; then
  exec 9>"$target/.lock"
  flock 9
  [ -f "$target/librdkafka.so" ] && exit 0
fi

work="$target/work"
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$work/"
log="$target/build.log"
fail() {
  tail -n 20 "$log" >&2
  echo "librdkafka: error ENG002: $1 failed; the whole output is in $log." >&2
  exit 1
}
cd "$work"
npm ci --ignore-scripts --no-audit --no-fund >"$log" 2>&1 || fail "npm ci"
cd node_modules/@confluentinc/kafka-javascript/deps/librdkafka
# Kerberos is not used, and the bundled LZ4 saves a system package.
./configure --disable-gssapi --disable-lz4-ext >>"$log" 2>&1 || fail "configure"
make -C src -j2 librdkafka.so.1 >>"$log" 2>&1 || fail "make"
strip --strip-debug src/librdkafka.so.1 >>"$log" 2>&1 || true
# In one step, so that nobody sees half a library.
cp src/librdkafka.so.1 "$target/.librdkafka.so"
mv "$target/.librdkafka.so" "$target/librdkafka.so"
