# A command that is disturbed on its way leaves the state before it or the state after it. What these two are
# is learned by doing it undisturbed.

BASE=$WORK/base
# What the disturbed command may write beside the store; emptied before each try.
SIDE=$WORK/side
mkdir -p "$BASE" "$SIDE"

# A store in $BASE with people in every status, agents, teams and organizations, and the files that the
# commands in `writers.tsv` read.
fill_base() {
    local STORE=$BASE/admit.db token
    cd "$BASE" || fail "no base"
    # Nine days and a half ago, so that invites of a week are due by now.
    faketime -f -228h "$ADMIT" --store "$STORE" init --quiet || fail "no store"
    faketime -f -228h "$ADMIT" --store "$STORE" invite due@example.com --quiet >/dev/null || fail "nobody is due"
    {
        admit agent add voice:1 voice:2 voice:3
        admit team create Support Sales
        echo 'violet kettle sings at dawn' >password
        for name in ann ada dora eve; do
            admit invite $name@example.com --role admin --format json >link || fail "no link"
            token_in "$(cat link)" >token
            admit accept --token-file token --password-stdin <password || fail "nobody came in"
        done
        admit set-role dora@example.com --role agent
        admit assign-agent dora@example.com voice:1
        admit deactivate eve@example.com --yes
        admit invite cid@example.com fay@example.com --role agent --no-send
        admit invite bob@example.com --role agent --team Support
        admit role create Coach --below team-leader
        admit role create Spare --below team-leader
        admit org create shop --template customer-portal --owner sam@shop.example
        admit --org shop sub-account add north
        admit --org shop invite dan@shop.example --module dashboard
        admit org create phones --template phone-system
        admit --org phones add Lobby --extension 1001
        admit org create gone --template security-console --owner olga@gone.example
    } >>"$WORK/log.base" 2>&1
    token=$(admit invite gil@example.com --role agent --format json 2>/dev/null)
    token_in "$token" >token
    cat token password >token-and-password
    people few.csv f 20
    people many.csv m 2000
    printf 'email,name,role\ncid@example.com,Cid New,user\nnew@example.com,New,agent\n' >changed.csv
    { echo agent_id,name,source && seq -f 'x%g,Agent %g,chat' 1 200; } >agents.csv 2>/dev/null ||
        for n in $(seq 1 200); do echo "x$n,Agent $n,chat"; done >>agents.csv
    echo 'Welcome to {{organization}}' >subject.txt
    admit backup earlier.db --quiet >/dev/null 2>&1 || fail "no backup"
    cd "$WORK" || fail "no way back"
    [ "$(admit list --format ids --limit 1 2>/dev/null | wc -l)" = 1 ] || fail "the base has nobody"
}

# Puts the store back to what it was before the command.
reset_store() {
    copy_store "$base_store" "$STORE"
    rm -rf "$SIDE" && mkdir "$SIDE"
}

# Runs the command whose words are in $words, with stdin from $input. What is given stands before it: strace.
do_it() {
    "$@" "$ADMIT" --store "$STORE" "${words[@]}" <"$input" >"$WORK/out" 2>"$WORK/err"
    code=$?
    err=$(cat "$WORK/err")
}

# One process that looks at stores for the whole case: starting one takes longer than looking.
looks() {
    if [ -z "${LOOKER:-}" ]; then
        coproc LOOK { exec "$PYTHON" -I "$FAULTS/lib/look.py" serve; }
        LOOKER=$LOOK_PID
    fi
    local IFS=$'\t'
    printf '%s\n' "$*" >&"${LOOK[1]}"
    read -r -t 60 answer <&"${LOOK[0]}" || fail "nobody looks at stores any more"
}

# What the store holds, and each store in $SIDE: $state; and $health, which is `ok`.
look() {
    local side
    looks state "$WORK/masked" "$STORE" "$WORK/looked"
    read -r state health <<<"$answer"
    for side in "$SIDE"/*.db; do
        [ -e "$side" ] || continue
        looks state "$WORK/masked" "$side" "$WORK/looked"
        state="$state, ${side##*/} ${answer%% *}"
        [ "${answer#* }" = ok ] || health="${side##*/}: ${answer#* }"
    done
}

# Learns what $words does to $base_store: once with `learn_first NAME`, and over a second later, so that no
# time is the same, with `learn NAME [TABLE COLUMN]`, where that column may differ. Then $before and $after are the states, and $usual is how long it takes,
# in microseconds.
learn_first() {
    local begun
    reset_store
    begun=${EPOCHREALTIME/./}
    do_it
    usual=$((${EPOCHREALTIME/./} - begun))
    [ "$code" -eq 0 ] || fail "${words[*]}: undisturbed it ends with $code: $err"
    copy_store "$STORE" "$WORK/learned-$1"
    sleep_until=$((${EPOCHREALTIME/./} + 1000000))
}

learn() {
    reset_store
    [ "${EPOCHREALTIME/./}" -gt "$sleep_until" ] || sleep 1
    do_it
    looks learn "$WORK/masked" "$WORK/learned-$1" "$STORE" "${@:2}"
    [ "$answer" = learned ] || fail "$1: no states were learned: $answer"
    look
    after=$state
    reset_store
    look
    before=$state
    [ "$before" != "$after" ] || fail "$1: it changes nothing"
}

# Calls a function for each command of `writers.tsv`, or those that are named, with the command's name, $words
# and $input.
for_each_writer() {
    local work=$1 name line
    shift
    cd "$BASE" || fail "no base"
    while IFS=$'\t' read -r name input line; do
        [[ $name != \#* && (-z $* || " $* " == *" $name "*) ]] || continue
        [ "$input" != - ] || input=/dev/null
        eval "words=($line)"
        "$work" "$name"
    done <"$FAULTS/writers.tsv"
}

# A fault unless the store is in one of the two states, whole, and the next command works. What is given
# describes the moment.
judge_state() {
    local side
    look
    [ "$health" = ok ] || fault "$*: SQLite says: $health"
    case $state in
    "$before" | "$after") ;;
    *) fault "$*: it is neither the state before nor the state after" ;;
    esac
    for side in "$SIDE"/*.db; do
        [ ! -e "$side" ] || STORE=$side assert_whole "$*: $(basename "$side")"
    done
    [ "$state" = none ] || assert_whole "$*"
}

# After the state before, the same again has to lead to the state after; after that one, something else works.
judge_next() {
    local was=$state
    if [ "$was" = "$before" ]; then
        rm -rf "$SIDE" && mkdir "$SIDE"
        do_it
        [ "$code" -eq 0 ] || fault "$*: the same again ends with $code: $err"
        look
        [ "$state" = "$after" ] || fault "$*: the same again does not lead to the state after"
    elif [ "$was" = "$after" ]; then
        admit invite next@example.org --no-send --quiet >"$WORK/out" 2>"$WORK/err" ||
            fault "$*: the next command ends with $?: $(cat "$WORK/err")"
    fi
}
