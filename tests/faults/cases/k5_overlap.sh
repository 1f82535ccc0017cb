# trust K5: a job that still runs is not started a second time, and one that was killed is in nobody's way.
# How: the lock of the crontab in examples/ is held by a job that is killed; then the next one runs at once.
need flock
expect 0 init --quiet
grep -q 'flock -n' "$FAULTS/../../examples/crontab" || fault "the crontab takes no lock"
flock -n job.lock sh -c 'touch started && exec sleep 60' &
job=$!
until [ -e started ]; do pause 5000; done
flock -n job.lock "$ADMIT" --store "$STORE" invite ann@example.com >/dev/null 2>&1 && fault "it ran beside the first"
pkill -KILL -P $job
{ wait $job; } 2>/dev/null
flock -n job.lock "$ADMIT" --store "$STORE" expire || fault "the lock of a job that was killed is still there"
# And the store's own: killed at each write of a change, the next change does not wait.
command -v strace >/dev/null || skip "needs strace"
input=/dev/null
for n in 1 2 3; do
    words=(invite "p$n@example.com")
    kill_at fsync $n
    begun=$SECONDS
    expect 0 invite "q$n@example.com" --quiet
    [ $((SECONDS - begun)) -le 7 ] || fault "killed at fsync $n: the next change waited"
done
assert_whole "afterwards"
