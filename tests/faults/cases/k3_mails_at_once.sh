# trust K3, H10: of 16 that remind and hand over mails at once, each mail goes out once.
# How: invites that end soon and mails that wait; 16 processes behind a gate, into a folder.
mkdir mails
export ADMIT_MAIL=folder:$WORK/mails ADMIT_CONFIG=$WORK/config.toml
printf '[mail]\nfrom = "no-reply@example.com"\n' >config.toml
printf 'portal = "https://portal.example.com/invite"\n%s\n' "$(cat config.toml)" >config.toml
expect 0 init --quiet
# Ends within the day, and is reminded of; and who waits for a first mail, which is queued alone.
expect 0 invite soon1@example.com soon2@example.com soon3@example.com --expires-in 5h --quiet
rm -f mails/*
people people.csv p 20
expect 0 import people.csv --quiet
ADMIT_MAIL=smtp://127.0.0.1:1 run_admit send --batch 1 --quiet
[ "$(ask 'SELECT count(*) FROM deliveries WHERE state = 1')" = 20 ] || fault "not all mails wait: $err"
rm -f mails/*
gather
for n in $(seq 8); do
    join "remind$n" expire --remind-within 2d --quiet
    join "send$n" send --queued --quiet
done
open_gate
[ "$(ended_with 0)" -eq 16 ] || fault "not all were done: $(cat "$CROWD"/*.err | head -n 5)"
# Mails of which another was just then handing over are left to it; what waits for a later try is not due yet.
found=$(grep -h '^To:' mails/*.eml | sort | uniq -c | awk '$1 > 1')
[ -z "$found" ] || fault "somebody got more than one mail: $found"
[ "$(grep -hl '^To:.*soon' mails/*.eml | wc -l)" = 3 ] || fault "not one reminder each: $(grep -h '^To:.*soon' mails/*.eml)"
assert_whole "afterwards"
say "$(find mails -name '*.eml' | wc -l) mails"
