# trust E9: of 16 who make a store at one place at once, one does, with its owner; nothing else is left there.
# How: 16 processes behind a gate.
mkdir place
STORE=$WORK/place/admit.db
for round in $(seq "$(short_or_long 2 20)"); do
    rm -f place/* place/.admit*
    gather
    for n in $(seq 16); do join "$n" init --owner "owner$n@example.com"; done
    open_gate
    [ "$(ended_with 0)" -eq 1 ] || fault "round $round: $(ended_with 0) made the store"
    winner=$(basename "$(grep -lx 0 "$CROWD"/*.code)" .code)
    [ "$(ask 'SELECT group_concat(email) FROM users')" = "owner$winner@example.com" ] ||
        fault "round $round: its owner is not who was told so"
    [ "$(grep -l 'there is a file already' "$CROWD"/*.err | wc -l)" = 15 ] || fault "round $round: not all others were told"
    [ "$(ls -A place)" = admit.db ] || fault "round $round: there is more than the store: $(ls -A place | tr '\n' ' ')"
    assert_whole "round $round"
done
