#!/usr/bin/env bash
# Compiles streams/domain and the inner loop of the agents with mypyc, where there is a C compiler. The interpreted source is
# the reference and the fallback: without a compiler, or when compiling fails, one line says so and the platform runs on it,
# about half as fast.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["platlib"])')
headers=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["include"])')

built=.venv/.core-library # the name of our shared library: others in site-packages were made by mypyc too
if [ -s "$built" ]; then rm -f "$site/$(cat "$built")"; fi
rm -f streams/domain/*.so streams/agents/*.so "$built" # an old build must never hide newer source
if ! command -v cc >/dev/null || [ ! -e "$headers/Python.h" ]; then
    echo "no C compiler or Python headers (Debian: gcc python3-dev): the interpreted core is used"
    exit 0
fi
echo "compiling the core (half a minute)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/streams/agents"
cp streams/__init__.py "$work/streams/"
cp -r streams/domain "$work/streams/domain"
cp streams/agents/__init__.py streams/agents/assemble.py "$work/streams/agents/" # the others import what is not compiled
cd "$work"
# Nothing in the core refers back to what holds it, and the worker runs without the collector of cycles: no object needs the
# 16 bytes and the bookkeeping that the collector wants of it.
sed -i -e 's/^from __future__ import annotations$/&\nfrom mypy_extensions import mypyc_attr/' \
    -e 's/^class [A-Za-z_]*:$/@mypyc_attr(acyclic=True)\n&/' streams/domain/*.py
if ! "$root/.venv/bin/mypyc" --strict $(ls streams/domain/*.py streams/agents/*.py | grep -v __init__) >"$work/log" 2>&1; then
    tail -3 "$work/log"
    echo "the core could not be compiled: the interpreted core is used"
    exit 0
fi
library=$(ls ./*__mypyc*.so)
cp "$library" "$site/"
basename "$library" >"$root/$built"
cp streams/domain/*.so "$root/streams/domain/"
cp streams/agents/*.so "$root/streams/agents/"
