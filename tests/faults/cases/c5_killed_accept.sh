# trust C5: whoever is killed while accepting is in with a password, or has a link that works.
# How: kill -9 at random moments, and at each system call that writes; then the same link again.
need faketime
need_strace
rounds=$(short_or_long 5 200)
fill_base
base_store=$BASE/admit.db
kill_accept() {
    local moment call
    learn "$1"
    for _ in $(seq "$rounds"); do
        reset_store
        # All is written in the last part of its time; the hash of the password takes the part before.
        moment=$((usual / 3 + $(random_below $((usual * 3 / 4)))))
        kill_after "$moment"
        count_kill
        judge_state "killed after $moment of $usual microseconds"
        judge_next "killed after $moment of $usual microseconds"
    done
    mapfile -t calls < <(calls_of "$WRITING")
    for call in "${calls[@]}"; do
        [ "$LENGTH" = long ] || [ "$(random_below 6)" -eq 0 ] || continue
        reset_store
        # shellcheck disable=SC2086
        kill_at $call
        count_kill
        judge_state "killed at $call"
        judge_next "killed at $call"
    done
}
for_each_writer learn_first accept
for_each_writer kill_accept accept
judge_hits 4
