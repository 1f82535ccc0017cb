# Stores: making them, working on them, looking at them from outside.

STORE=$WORK/admit.db

# Runs admit on the case's store. `at PATH` before it is for another one: `STORE=other.db admit list`.
admit() {
    "$ADMIT" --store "$STORE" "$@"
}

# Runs admit on the case's store; what it says is in $out and $err then, and its exit code in $code.
run_admit() {
    out=$(admit "$@" 2>"$WORK/err")
    code=$?
    err=$(cat "$WORK/err")
}

# The same, and a fault unless it ends with the code that comes first.
expect() {
    local expected=$1
    shift
    run_admit "$@"
    [ "$code" -eq "$expected" ] || fault "admit $*: exit $code, not $expected: $err"
}

# A file of people: `people FILE PREFIX HOW-MANY`.
people() {
    awk -v prefix="$2" -v many="$3" 'BEGIN {
        print "email,name,role"
        for (n = 1; n <= many; n++) printf "%s%d@example.com,Person %d,agent\n", prefix, n, n
    }' >"$1"
}

# The token in the links that `invite` and others print with `--format json`.
token_in() {
    sed -n 's/.*"link":"\([^"]*\)".*/\1/p' <<<"$1"
}

# Puts a copy of a store, with its log or journal, in another place. Nobody may write meanwhile.
copy_store() {
    local from=$1 to=$2 end
    rm -f "$to" "$to-wal" "$to-shm" "$to-journal"
    for end in '' -wal -journal; do
        [ ! -e "$from$end" ] || cp "$from$end" "$to$end"
    done
}

# What SQL says about a copy of the case's store, one row a line: `ask 'SELECT count(*) FROM users'`.
ask() {
    "$PYTHON" -I "$FAULTS/lib/look.py" ask "$STORE" "$WORK/looked" "$1"
}

# A fault unless the case's store is whole: SQLite finds nothing wrong, the audit's chain holds, and the
# numbers that admit keeps are those that a recount gives. What is given describes the moment.
assert_whole() {
    local found
    found=$("$PYTHON" -I "$FAULTS/lib/look.py" check "$STORE" "$WORK/looked" 2>&1)
    [ "$found" = ok ] || fault "$*: SQLite says: $found"
    admit audit verify --quiet >"$WORK/whole" 2>&1 || fault "$*: audit verify: $(cat "$WORK/whole")"
    admit doctor --quiet >"$WORK/whole" 2>&1 || fault "$*: doctor: $(cat "$WORK/whole")"
}
