# trust K9: who is stopped for a while goes on where they were; a closed stdin, stdout or stderr changes no
# result, and nothing is written into the store that was meant for them.
# How: SIGSTOP and SIGCONT at random moments of an import; then each combination of closed ends.
expect 0 init --quiet
copy_store "$STORE" empty.db
people many.csv p 5000
begun=${EPOCHREALTIME/./}
expect 0 import many.csv --quiet
usual=$((${EPOCHREALTIME/./} - begun))
for round in $(seq "$(short_or_long 4 40)"); do
    copy_store empty.db "$STORE"
    "$ADMIT" --store "$STORE" import many.csv --quiet >out 2>err &
    pause "$(random_below "$usual")"
    kill -STOP $! 2>/dev/null
    pause 150000
    kill -CONT $! 2>/dev/null
    wait $!
    code=$?
    [ "$code" -eq 0 ] || fault "round $round: stopped and continued it ends with $code: $(cat err)"
    [ "$(ask 'SELECT count(*) FROM users')" = 5000 ] || fault "round $round: not all are there"
done
assert_whole "after stops"

copy_store empty.db "$STORE"
for ends in '<&-' '>&-' '2>&-' '<&- >&-' '<&- 2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
    n=$((${n:-0} + 1))
    eval "\"\$ADMIT\" --store \"\$STORE\" invite p$n@example.com $ends" >out 2>err
    code=$?
    [ "$code" -eq 0 ] || fault "$ends: invite ends with $code"
    eval "\"\$ADMIT\" --store \"\$STORE\" list $ends" >out 2>err
    code=$?
    [ "$code" -eq 0 ] || fault "$ends: list ends with $code"
    [ "$(ask 'SELECT count(*) FROM users')" = "$n" ] || fault "$ends: nobody was invited"
    assert_whole "$ends"
    rm -f made.db
    eval "\"\$ADMIT\" --store made.db init $ends" >out 2>err || fault "$ends: init ends with $?"
    STORE=$WORK/made.db assert_whole "$ends: init"
done
