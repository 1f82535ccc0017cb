# trust K8: SIGINT, SIGTERM and SIGHUP at any moment of a writer undo what was begun: exit code 130, 143 or 129
# and nothing is there, or it was done already.
# How: the signals at random moments of an import and of other commands of writers.tsv.
need faketime
rounds=$(short_or_long 2 40)
commands='import accept search-index'
[ "$LENGTH" = short ] || commands=''
signals=0 stopped=0
fill_base
base_store=$BASE/admit.db

signal_it() {
    local name=$1 pair moment what
    learn "$name"
    for pair in INT:130 TERM:143 HUP:129; do
        for _ in $(seq "$rounds"); do
            reset_store
            moment=$((usual / 10 + $(random_below "$usual")))
            # What runs in the background would not hear SIGINT.
            env --default-signal=INT,TERM,HUP "$ADMIT" --store "$STORE" "${words[@]}" <"$input" >out 2>err &
            pause "$moment"
            kill "-${pair%:*}" $! 2>/dev/null
            { wait $!; } 2>/dev/null
            code=$?
            err=$(cat err)
            what="$name, ${pair%:*} after $moment of $usual microseconds"
            signals=$((signals + 1))
            judge_state "$what"
            case $code in
            0) [ "$state" = "$after" ] || fault "$what: exit 0, and nothing is there" ;;
            "${pair#*:}")
                stopped=$((stopped + 1))
                # Without a word: before it listened, or once all was done.
                [[ $err != *interrupted* || $state = "$before" ]] || fault "$what: it says that nothing was done: $err"
                ;;
            *) fault "$what: exit $code: $err" ;;
            esac
            judge_next "$what"
        done
    done
}
# shellcheck disable=SC2086
for_each_writer learn_first $commands
# shellcheck disable=SC2086
for_each_writer signal_it $commands
say "of $signals signals $stopped came in time"
