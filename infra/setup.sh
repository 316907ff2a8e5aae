#!/bin/sh
# Makes .venv in the checkout, with everything `make demo` or `make test` needs. Usage: sh infra/setup.sh demo|test
# Safe to interrupt and to repeat; when nothing changed, it ends at once.
set -eu
cd "$(dirname "$0")/.."
purpose=${1:?demo or test}
case $purpose in
    demo) extras='' ;;
    test) extras='[gpu,test,dev,eval]' ;;
    *) echo "usage: sh infra/setup.sh demo|test" >&2; exit 2 ;;
esac

usable() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1; }
# The programs in .venv/bin name their interpreter by its full path, and a Python that was upgraded leaves a link to nothing.
if [ -e .venv/engram-place ] && { [ "$(cat .venv/engram-place)" != "$PWD" ] || ! usable .venv/bin/python; }; then
    echo "The checkout was moved or its Python has gone; making .venv anew"
    rm -rf .venv
fi

state=$(cat pyproject.toml infra/constraints.txt infra/overrides.txt infra/setup.sh | cksum)
stamp=.venv/engram-$purpose
if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$state" ]; then
    exec .venv/bin/python -m infra.system "$purpose"
fi

python=''
for candidate in .venv/bin/python python3.11 python3.12 python3.13 python3; do
    if usable "$candidate"; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
    echo "Engram needs Python 3.11, 3.12 or 3.13, and none is on the PATH; install one (apt-get install python3 python3-venv)." >&2
    exit 1
fi

"$python" -m infra.system "$purpose" --before-install
if [ ! -x .venv/bin/python ]; then
    echo "Making .venv with $("$python" --version)"
    "$python" -m venv .venv
fi
pwd > .venv/engram-place
pin=$(grep '^uv==' infra/constraints.txt)
if [ "$(.venv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "${pin#uv==}" ]; then
    .venv/bin/python -m ensurepip >/dev/null
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "$pin"
fi
echo "Installing the Python packages"
# Compiled once here: a process that may not write bytecode would compile its imports at each start.
VIRTUAL_ENV=$PWD/.venv UV_COMPILE_BYTECODE=1 .venv/bin/uv pip install --quiet --editable ".$extras" \
    --constraints infra/constraints.txt --build-constraints infra/constraints.txt --overrides infra/overrides.txt
# A registry that lets nothing be kept makes uv build pyspark at each new checkout, 1.3 GB each time; what no package refers to any more goes.
.venv/bin/uv cache prune --quiet || true
.venv/bin/python -m pipelines.class_archive || echo "Going on without them: servers start as they do elsewhere"
echo "$state" > "$stamp"
