# trust E4: of two who take each other's place at the same moment, one stays: somebody can always manage users.
# How: two admins deactivate, demote or remove each other at once, over and over.
rounds=$(short_or_long 6 50)
base=$WORK/two.db
STORE=$base
expect 0 init --quiet
echo 'violet kettle sings at dawn' >password
for name in ann bob; do
    token_in "$(admit invite $name@example.com --role admin --format json 2>/dev/null)" >token
    admit accept --token-file token --password-stdin <password >/dev/null 2>&1 || fail "$name did not come in"
done
STORE=$WORK/admit.db
for round in $(seq "$rounds"); do
    case $((round % 3)) in
    0) verb=(deactivate --yes) rest=() ;;
    1) verb=(set-role --yes) rest=(--role agent) ;;
    2) verb=(remove --yes) rest=() ;;
    esac
    copy_store "$base" "$STORE"
    gather
    join ann --as ann@example.com "${verb[@]}" bob@example.com "${rest[@]}"
    join bob --as bob@example.com "${verb[@]}" ann@example.com "${rest[@]}"
    open_gate
    [ "$(ended_with 0)" -eq 1 ] || fault "round $round, ${verb[0]}: $(ended_with 0) of the two were done"
    stayed=$(ask "SELECT count(*) FROM users u JOIN roles r ON r.id = role_id WHERE status = 3 AND r.name = 'admin'")
    [ "$stayed" = 1 ] || fault "round $round, ${verb[0]}: $stayed admins stayed"
    assert_whole "round $round, ${verb[0]}"
done
