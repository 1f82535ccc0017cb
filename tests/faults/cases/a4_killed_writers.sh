# trust A4, J1, K5: whatever command is killed, at whatever moment, the store is in the state before it or the
# state after it, its audit with it; no lock stays behind, and the next command works at once.
# How: each command of writers.tsv is run undisturbed, which shows both states; then it is killed at random
# moments and, where strace is to be had, as it is about to do a system call that writes.
need faketime
have_strace=''
command -v strace >/dev/null && strace -f -qq -o /dev/null true 2>/dev/null && have_strace=yes
times=$(short_or_long 1 100)
kills=0 hits=0
fill_base
base_store=$BASE/admit.db

kill_it() {
    local name=$1 moment call calls chosen what
    learn "$name"
    for _ in $(seq "$times"); do
        reset_store
        moment=$((usual / 10 + $(random_below "$usual")))
        kill_after "$moment"
        count_kill
        what="$name, killed after $moment of $usual microseconds"
        judge_state "$what"
        [ "$code" -ne 0 ] || [ "$state" = "$after" ] || fault "$what: it said that it was done"
        judge_next "$what"
    done
    [ -n "$have_strace" ] || return
    mapfile -t calls < <(calls_of "$WRITING")
    [ "${#calls[@]}" -gt 0 ] || fail "$name: it writes nothing"
    chosen=("${calls[@]}")
    [ "$LENGTH" = long ] || chosen=("${calls[$(random_below ${#calls[@]})]}")
    for call in "${chosen[@]}"; do
        reset_store
        # shellcheck disable=SC2086
        kill_at $call
        count_kill
        judge_state "$name, killed at $call"
        judge_next "$name, killed at $call"
    done
}

count_kill() {
    kills=$((kills + 1))
    [ "$code" -ne 137 ] || hits=$((hits + 1))
}

for_each_writer learn_first
for_each_writer kill_it
say "of $kills kills $hits hit"
[ $((hits * 2)) -ge "$kills" ] || fault "only $hits of $kills kills hit"
