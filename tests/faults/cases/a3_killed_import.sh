# trust A3: an import that is killed is there in full or not at all, also where it fills a store for the first
# time and goes without the log, and where it makes the store.
# How: kill -9 at random moments of its usual time, over and over; then the same import again.
rounds=$(short_or_long 15 200)
MANY=$(short_or_long 5000 20000)
people many.csv p "$MANY"
people load.csv l 60000
people few.csv f 500

# `kill_import FILE HOW-MANY USUAL BASE`
kill_import() {
    local file=$1 many=$2 usual=$3 base=$4 there moment
    words=(import "$file" --quiet) input=/dev/null
    copy_store "$base" "$STORE"
    moment=$((usual / 20 + $(random_below "$usual")))
    kill_after "$moment"
    count_kill
    there=0
    if [ -e "$STORE" ]; then
        assert_whole "$file, killed after $moment of $usual microseconds"
        there=$(ask 'SELECT count(*) FROM users')
        [ "$(ask 'SELECT count(*) FROM audit WHERE action = '\''user.import'\')" = $((there > 0)) ] ||
            fault "$file, killed after $moment of $usual microseconds: $there users and not the entries for them"
    fi
    case $code/$there in
    0/"$many" | 137/0 | 137/"$many") ;;
    *) fault "$file, killed after $moment of $usual microseconds: exit $code, $there users" ;;
    esac
    if [ "$there" -eq 0 ]; then
        expect 0 import "$file" --quiet
        [ "$(ask 'SELECT count(*) FROM users')" = "$many" ] || fault "$file: the same again is not there in full"
    fi
    rm -f .admit-new-*
}

# How long an import takes that nobody disturbs, in microseconds, in $usual.
time_import() {
    copy_store "$2" "$STORE"
    local begun=${EPOCHREALTIME/./}
    expect 0 import "$1" --quiet
    usual=$((${EPOCHREALTIME/./} - begun))
}

STORE=$WORK/empty.db expect 0 init --quiet
time_import many.csv "$WORK/empty.db"
for _ in $(seq "$rounds"); do kill_import many.csv "$MANY" "$usual" "$WORK/empty.db"; done
time_import load.csv "$WORK/empty.db"
for _ in $(seq $((rounds / 4))); do kill_import load.csv 60000 "$usual" "$WORK/empty.db"; done
# The default store may be made by an import.
STORE=$HOME/.local/share/admit/admit.db
admit() {
    "$ADMIT" "$@"
}
kill_after() {
    "$ADMIT" "${words[@]}" <"$input" >"$WORK/out" 2>"$WORK/err" &
    pause "$1"
    kill -KILL $! 2>/dev/null
    { wait $!; } 2>/dev/null
    code=$?
}
mkdir -p "${STORE%/*}"
time_import few.csv "$WORK/none.db"
for _ in $(seq $((rounds / 4))); do kill_import few.csv 500 "$usual" "$WORK/none.db"; done
judge_hits 4
