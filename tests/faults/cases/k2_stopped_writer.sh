# trust K2, K5: while a writer stands still, readers go on and another writer ends with 75 after ten seconds;
# when it is killed, the next writer does not wait.
# How: an import is stopped (SIGSTOP) at its first fsync (strace), and killed in the end.
need_strace
need pkill
expect 0 init --quiet
people many.csv p 2000
strace -f -qq -o /dev/null -e signal=none -e trace=fsync -e inject=fsync:signal=STOP:when=1 \
    "$ADMIT" --store "$STORE" import many.csv --quiet >/dev/null 2>&1 &
tracer=$!
stopped() {
    import=$(pgrep -P $tracer | head -1) && [ -n "$import" ] && grep -q '^State:.[tT]' "/proc/$import/status" && [ -s "$STORE-wal" ]
}
until stopped; do
    kill -0 $tracer 2>/dev/null || fail "the import was done before it could be stopped"
    pause 5000
done
pause 200000
expect 0 list --limit 1
begun=$SECONDS
run_admit invite ann@example.com
[ "$code" -eq 75 ] || fault "a writer ends with $code: $err"
[[ $err == *"another command has been writing for 10 seconds"* ]] || fault "it does not say why: $err"
[ $((SECONDS - begun)) -ge 9 ] && [ $((SECONDS - begun)) -le 25 ] || fault "it waited $((SECONDS - begun)) s"
kill -KILL "$import"
{ wait $tracer; } 2>/dev/null
begun=$SECONDS
expect 0 invite ann@example.com
[ $((SECONDS - begun)) -le 7 ] || fault "the next writer waited, though nobody was there"
[ "$(ask 'SELECT count(*) FROM users')" = 1 ] || fault "a part of the import is there"
assert_whole "afterwards"
