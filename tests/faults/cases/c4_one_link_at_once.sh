# trust C4: of 32 who follow one link at once, one comes in, with the password that was given with it.
# How: 32 processes behind a gate, each with a password of its own; then that password logs in.
rounds=$(short_or_long 1 20)
expect 0 init --quiet
for n in $(seq 32); do echo "violet kettle sings in room $n" >"password$n"; done
for round in $(seq "$rounds"); do
    token_in "$(admit invite "ann$round@example.com" --format json 2>/dev/null)" >token
    gather
    for n in $(seq 32); do input=password$n join "$n" accept --token-file token --password-stdin; done
    open_gate
    assert_codes "round $round" '0 1' '1 31'
    winner=$(basename "$(grep -lx 0 "$CROWD"/*.code)" .code)
    admit login "ann$round@example.com" --password-stdin <"password$winner" >/dev/null 2>&1 ||
        fault "round $round: the password of the one who came in does not log in"
    for sql in "accounts" "users WHERE status = 3" "invites WHERE state = 2" "audit WHERE action = 'invite.accept'"; do
        [ "$(ask "SELECT count(*) FROM $sql")" = "$round" ] || fault "round $round: not one more of $sql"
    done
done
assert_whole "afterwards"
