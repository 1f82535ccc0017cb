# trust A2, A4: a new store gets its name once all of it is in its one file; where a write fails before, there
# is no store, and nothing else is left.
# How: the last writes of an init fail, one at a time (strace): those that fold the log into the file.
need_strace
input=/dev/null words=(init)
reset_store() {
    rm -rf place && mkdir place
}
STORE=$WORK/place/admit.db
mapfile -t calls < <(calls_of pwrite64)
last=${#calls[@]}
[ "$last" -gt 60 ] || fail "it writes $last times alone"
for n in $(seq $((last - 50)) "$(short_or_long 5 1)" "$last") "$last"; do
    for error in EIO ENOSPC; do
        reset_store
        fail_call pwrite64 "$error" "$n"
        if [ "$code" -eq 0 ]; then
            assert_whole "write $n of $last: $error"
        else
            [ "$code" -eq 74 ] || fault "write $n of $last: $error: exit $code: $err"
            [ -z "$(ls -A place)" ] || fault "write $n of $last: $error: something is left: $(ls -A place)"
        fi
    done
done
