# What every case stands on. `run` starts it with the case's file; the case runs in a directory of its own,
# $WORK, with a HOME in it and the binary in $ADMIT.
set -u
# Its process group is ended after it; the fifth word of this file is the group's number.
read -r _ _ _ _ group _ </proc/$$/stat
echo "$group" >"$WORK/group"

# How a case ends: all is well, unless it named a fault.
faults=0
finish() {
    local code=$?
    [ "$code" -eq 0 ] && [ "$faults" -gt 0 ] && code=1
    exit "$code"
}
trap finish EXIT

# Names something that must not be, and goes on.
fault() {
    faults=$((faults + 1))
    printf 'fault: %s\n' "$*" >&2
}

# Names something that must not be, and ends the case.
fail() {
    fault "$@"
    exit 1
}

# Ends the case: it cannot be had on this machine.
skip() {
    printf '%s' "$*" >"$WORK/said"
    exit 77
}

# What the case's line in the answer of `run` says beside its time.
say() {
    printf '%s' "$*" >"$WORK/said"
}

# Skips the case unless these programs are there.
need() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || skip "needs $program"
    done
}

# Skips the case unless it may mount.
need_root() {
    [ "$(id -u)" -eq 0 ] || skip "needs root"
}

# One of two numbers: for the short form, and for the long one.
short_or_long() {
    if [ "$LENGTH" = long ]; then echo "$2"; else echo "$1"; fi
}

for part in stores states kills calls crowds disks; do
    # shellcheck source=/dev/null
    [ ! -f "$FAULTS/lib/$part.sh" ] || . "$FAULTS/lib/$part.sh"
done
. "$1"
