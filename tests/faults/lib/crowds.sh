# Many processes at the same moment. They are started behind a gate, which opens when all of them are there.

CROWD=$WORK/crowd

# Begins a crowd: the gate is shut.
gather() {
    rm -rf "$CROWD" && mkdir "$CROWD"
    crowd=()
    exec {gate}>"$CROWD/gate"
    flock -x "$gate"
}

# Adds a process to the crowd: `join NAME words of admit's ...`, with stdin from $input where that is set.
join() {
    local name=$1
    shift
    (
        exec {gate}>&-
        flock -s "$CROWD/gate" "$ADMIT" --store "$STORE" "$@" <"${input:-/dev/null}" \
            >"$CROWD/$name.out" 2>"$CROWD/$name.err"
        echo $? >"$CROWD/$name.code"
    ) &
    crowd+=($!)
}

# Opens the gate and waits for the end of all.
open_gate() {
    flock -u "$gate"
    exec {gate}>&-
    wait "${crowd[@]}"
}

# How many ended with this code.
ended_with() {
    grep -lx "$1" "$CROWD"/*.code | wc -l
}

# A fault unless so many ended with each code: `assert_codes WHAT '0 1' '1 31'`, and no other.
assert_codes() {
    local what=$1 found expected
    shift
    found=$(sort "$CROWD"/*.code | uniq -c | awk '{ print $2, $1 }')
    expected=$(printf '%s\n' "$@")
    [ "$found" = "$expected" ] || fault "$what: codes and how many: $(tr '\n' ',' <<<"$found") not $(tr '\n' ',' <<<"$expected")"
}
