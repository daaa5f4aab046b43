#!/usr/bin/env bash
# Makes .venv from the lock file (pinned versions, checked hashes) and puts the project into it, editable.
set -euo pipefail
cd "$(dirname "$0")/../.."
source deploy/setup/apt.sh
python=${PYTHON:-python3}

need() { # package, why
    if may_install; then
        install "$1"
    else
        echo "$2 Please run: sudo apt-get install $1" >&2
        exit 1
    fi
}

command -v "$python" >/dev/null || need python3 "Python 3.11 or newer is needed."
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "$("$python" --version) is too old: Python 3.11 or newer is needed (make setup PYTHON=python3.11)" >&2
    exit 1
fi
"$python" -c 'import ensurepip' 2>/dev/null || need python3-venv "Python's venv module is missing." # Debian ships it apart

[ -x .venv/bin/python ] || "$python" -m venv .venv
echo "installing the pinned Python packages into .venv"
export PIP_DISABLE_PIP_VERSION_CHECK=1
quietly .venv/bin/python -m pip install --require-hashes --requirement requirements.lock
quietly .venv/bin/python -m pip install --no-deps --no-build-isolation --editable .
