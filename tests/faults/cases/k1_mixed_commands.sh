# trust K1: 32 processes that all change the store and read it: nobody fails for the others' sake, and each
# count is exact.
# How: 32 loops of five different commands, for some seconds; then what was acknowledged is counted.
seconds=$(short_or_long 5 60)
expect 0 init --quiet
expect 0 team create Support --quiet
begun=$(ask 'SELECT count(*) FROM audit')

# Invites somebody, gives them a role and a team, looks, and takes every second one out again.
work_on() {
    local n=0 until=$((SECONDS + seconds)) who
    while [ "$SECONDS" -lt "$until" ]; do
        n=$((n + 1)) who=w$1-$n@example.com
        one "invite $who --role agent --no-send" && one "set-role $who --role user" && one "set-team $who --team Support" &&
            one "list --limit 3" && one "stats" || return
        [ $((n % 2)) -eq 0 ] || one "remove --yes $who" || return
    done
}

one() {
    # shellcheck disable=SC2086
    if admit $1 --quiet >/dev/null 2>"err$worker"; then
        echo "${1%% *}" >>"done$worker"
    else
        echo "exit $?: admit $1: $(cat "err$worker")" >>refused
        return 1
    fi
}

for worker in $(seq 32); do
    work_on "$worker" &
    workers[worker]=$!
done
wait "${workers[@]}"
[ ! -e refused ] || fault "$(head -n 5 refused)"
count() {
    cat done* | grep -cx "$1"
}
there=$(ask 'SELECT count(*) FROM users')
[ "$there" -eq $(($(count invite) - $(count remove))) ] || fault "$there are there, of $(count invite) less $(count remove)"
[ "$(ask "SELECT coalesce(sum(users), 0) FROM counters WHERE team_id > 0")" = "$there" ] || fault "the team has not all of them"
entries=$(($(count invite) + $(count set-role) + $(count set-team) + $(count remove)))
[ "$(ask 'SELECT count(*) FROM audit')" -eq $((begun + entries)) ] || fault "not an entry for each of $entries changes"
assert_whole "afterwards"
say "$(cat done* | wc -l) commands in $seconds s"
