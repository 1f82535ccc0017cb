# trust J1: each change has one entry of the audit, and each entry is a change, however often who writes is
# killed.
# How: invites, one after the other, most of them killed on their way; then both are counted.
tries=$(short_or_long 30 500)
expect 0 init --quiet
begun=${EPOCHREALTIME/./}
expect 0 invite first@example.com --quiet
usual=$((${EPOCHREALTIME/./} - begun))
input=/dev/null done=1 hits=0
for n in $(seq "$tries"); do
    words=(invite "n$n@example.com" --quiet)
    kill_after $((usual / 4 + $(random_below "$usual")))
    if [ "$code" -eq 0 ]; then done=$((done + 1)); else hits=$((hits + 1)); fi
done
users=$(ask 'SELECT count(*) FROM users')
[ "$(ask "SELECT count(*) FROM audit WHERE action = 'user.invite'")" = "$users" ] || fault "not one entry for each user"
[ "$(ask "SELECT count(*) FROM users u WHERE (SELECT count(*) FROM audit_subjects s WHERE s.user_id = u.id) <> 1")" = 0 ] ||
    fault "somebody has none, or more than one"
[ "$users" -ge "$done" ] || fault "$done were acknowledged, and $users are there"
assert_whole "afterwards"
say "of $tries kills $hits hit"
