# trust E8: of 32 who assign one agent ID to 32 people at once, one wins, and the others are told who has it.
# How: 32 processes behind a gate.
expect 0 init --quiet
expect 0 agent add voice:1 --quiet
people people.csv p 32
expect 0 import people.csv --quiet
gather
for n in $(seq 32); do join "$n" assign-agent "p$n@example.com" voice:1; done
open_gate
assert_codes "one agent ID" '0 1' '1 31'
winner=$(basename "$(grep -lx 0 "$CROWD"/*.code)" .code)
[ "$(grep -l "voice:1 belongs to p$winner@example.com" "$CROWD"/*.err | wc -l)" = 31 ] ||
    fault "not all others were told that p$winner@example.com has it"
[ "$(ask 'SELECT count(*) FROM assignments')" = 1 ] || fault "it is assigned more than once"
[ "$(ask "SELECT count(*) FROM audit WHERE action = 'agent.assign'")" = 1 ] || fault "not one entry"
assert_whole "afterwards"
