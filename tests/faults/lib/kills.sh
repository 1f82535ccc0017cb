# Killing commands: after a time, or as they are about to do a certain system call.

# Never says anything, so that reading from it is a sleep that starts no process.
exec {silence}<> <(:)

# Sleeps so many microseconds.
pause() {
    read -r -t "$(printf '%d.%06d' $(($1 / 1000000)) $(($1 % 1000000)))" -u "$silence" || :
}

# A number from 0 to one less than what is given.
random_below() {
    echo $(((RANDOM * 32768 + RANDOM) % $1))
}

# Runs $words and kills it after so many microseconds; $code is 137 where that was in time.
kill_after() {
    "$ADMIT" --store "$STORE" "${words[@]}" <"$input" >"$WORK/out" 2>"$WORK/err" &
    local pid=$!
    pause "$1"
    kill -KILL $pid 2>/dev/null
    { wait $pid; } 2>/dev/null
    code=$?
}

# Runs $words and kills it when it is about to do the N-th system call of a kind: `kill_at fsync 2`.
kill_at() {
    strace -f -qq -o /dev/null -e signal=none -e trace="$1" -e inject="$1:signal=KILL:when=$2" \
        "$ADMIT" --store "$STORE" "${words[@]}" <"$input" >"$WORK/out" 2>"$WORK/err" &
    { wait $!; } 2>/dev/null
    code=$?
}

# How many kills there were, and how many came in time.
kills=0 hits=0

count_kill() {
    kills=$((kills + 1))
    [ "$code" -ne 137 ] || hits=$((hits + 1))
}

# Says how many kills hit; a fault where fewer than one in so many did: then nothing was tried.
judge_hits() {
    say "of $kills kills $hits hit"
    [ $((hits * $1)) -ge "$kills" ] || fail "only $hits of $kills kills hit"
}

# Kills the command in $words $times times at a random moment, and as it is about to do a system call that
# writes: at one of them, or at each in the long form. Where $times is `either`, it is one of the two, in turns.
# After each kill the store is judged.
kill_it() {
    local name=$1 rounds=$times moment call calls what
    learn "$name"
    turn=$((${turn:-0} + 1))
    [ "$times" != either ] || rounds=$((turn % 2))
    for _ in $(seq "$rounds"); do
        reset_store
        moment=$((usual / 10 + $(random_below "$usual")))
        kill_after "$moment"
        count_kill
        what="$name, killed after $moment of $usual microseconds"
        judge_state "$what"
        [ "$code" -ne 0 ] || [ "$state" = "$after" ] || fault "$what: it said that it was done"
        judge_next "$what"
    done
    [ "$times$rounds" != either1 ] && can_strace || return 0
    mapfile -t calls < <(calls_of "$WRITING")
    [ "${#calls[@]}" -gt 0 ] || fail "$name: it writes nothing"
    [ "$LENGTH" = long ] || calls=("${calls[$(random_below ${#calls[@]})]}")
    for call in "${calls[@]}"; do
        reset_store
        # shellcheck disable=SC2086
        kill_at $call
        count_kill
        judge_state "$name, killed at $call"
        judge_next "$name, killed at $call"
    done
}
