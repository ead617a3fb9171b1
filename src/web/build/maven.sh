#!/bin/sh
# What Maven calls, in src/web: `maven.sh build` before the resources, `maven.sh test` in verify.
# npm ci runs when the lock file has changed, the build when a source has.
set -eu
cd "$(dirname "$0")/.."

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  echo "The web client is built with Node 20.19 or newer and npm; neither install nor PATH has them." >&2
  echo "Install Node, or leave the client and the console out: -Dweb.skip=true (then /client.js is not served)." >&2
  exit 1
fi

digest() { # of the files below these folders
  find "$@" -type f ! -path '*/node_modules/*' ! -path '*/dist/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
}

install() {
  wanted="$(node --version) $(digest package-lock.json package.json client/package.json react/package.json \
    console/package.json e2e/package.json)"
  if [ "$(cat node_modules/.installed 2>/dev/null || true)" != "$wanted" ]; then
    npm ci --no-audit --no-fund --loglevel=error
    printf '%s' "$wanted" >node_modules/.installed
  fi
}

build() {
  wanted="$(digest package-lock.json tsconfig.base.json build client/src client/package.json client/tsconfig.json \
    client/vite.config.ts react/src react/package.json react/tsconfig.json react/vite.config.ts \
    console/src console/worker.js console/index.html console/package.json console/tsconfig.json console/vite.config.ts)"
  if [ "$(cat node_modules/.built 2>/dev/null || true)" != "$wanted" ] || [ ! -f client/dist/client.js ] ||
    [ ! -f console/dist/sw.js ]; then
    rm -rf client/dist react/dist console/dist
    npm run --silent build
    printf '%s' "$wanted" >node_modules/.built
  fi
}

case "$1" in
  build)
    install
    build
    ;;
  test)
    npm run --silent check
    npm test --silent
    ;;
esac
