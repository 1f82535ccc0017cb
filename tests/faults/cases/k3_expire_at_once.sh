# trust K3: of 16 that expire at once, one does it, and the others have nothing to do; nobody fails.
# How: invites of nine days ago (faketime), 16 processes behind a gate; then once more.
need faketime
faketime -f -9d "$ADMIT" --store "$STORE" init --quiet || fail "no store"
for n in 1 2 3; do
    faketime -f -9d "$ADMIT" --store "$STORE" invite "p$n@example.com" >/dev/null 2>&1 || fail "nobody is due"
done
expect 0 expire --dry-run --force --format ids
gather
for n in $(seq 16); do join "$n" expire --force --format ids; done
open_gate
assert_codes "16 at once" '0 16'
[ "$(cat "$CROWD"/*.out | sort | tr '\n' ' ')" = 'p1@example.com p2@example.com p3@example.com ' ] ||
    fault "they were not named once each: $(cat "$CROWD"/*.out | tr '\n' ' ')"
[ "$(find "$CROWD" -name '*.out' -size +0 | wc -l)" = 1 ] || fault "not one alone did it"
[ "$(ask "SELECT count(*) FROM audit WHERE action = 'invite.expire'")" = 1 ] || fault "not one entry"
expect 0 expire
[ -z "$out$err" ] || fault "with nothing to do it is not silent: $out$err"
assert_whole "afterwards"
