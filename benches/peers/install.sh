#!/usr/bin/env bash
# Installs what `cargo bench` measures admit against, where it is missing, and says what it does:
#
#   - sqlite3, slapd (for slapadd) and valgrind, with apt-get; slapd is not left running
#   - Django and sqlite-utils, into a Python environment of their own in target/bench-peers
#
# Nothing else is changed. A Python that has both already can be named to the benchmark instead:
# ADMIT_BENCH_PYTHON=/path/to/python cargo bench
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
PATH=$PATH:/usr/sbin:/usr/local/sbin

packages=()
command -v sqlite3 >/dev/null || packages+=(sqlite3)
command -v slapadd >/dev/null || packages+=(slapd)
command -v valgrind >/dev/null || packages+=(valgrind)
if ((${#packages[@]})); then
    as_root=()
    ((EUID == 0)) || as_root=(sudo)
    echo "Installing ${packages[*]} with apt-get."
    # A server that is only wanted for its loader need not start.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
        apt-get install --yes --no-install-recommends "${packages[@]}"
    if [[ " ${packages[*]} " == *" slapd "* ]] && command -v systemctl >/dev/null; then
        "${as_root[@]}" systemctl disable --now slapd || true
    fi
else
    echo "sqlite3, slapadd and valgrind are there."
fi

peers=${CARGO_TARGET_DIR:-target}/bench-peers
if "$peers/bin/python" -c 'import django, sqlite_utils' 2>/dev/null; then
    echo "Django and sqlite-utils are there: $peers."
else
    echo "Making a Python environment with Django and sqlite-utils: $peers."
    python3 -m venv "$peers"
    "$peers/bin/python" -m pip install --quiet --disable-pip-version-check django sqlite-utils
fi
