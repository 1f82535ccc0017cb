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
