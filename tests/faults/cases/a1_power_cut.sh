# trust A1, A3: what ended with exit code 0 survives a power cut: each invite while somebody reads, each new
# store, and an import that fills a store for the first time, which is there in full or not at all.
# How: an ext4 on a loop device; its image is copied at a random moment while a writer runs, and the copy is
# mounted in its place.
need_root
need mkfs.ext4 losetup pkill
disk=$WORK/disk image=$WORK/image copy=$WORK/copy
STORE=$disk/admit.db
FIRST_LOAD=60000
rounds=$(short_or_long 2 20)
acknowledged=0
people "$WORK/people.csv" p "$FIRST_LOAD"

# Waits until there are some, and then for a random while.
let_it_run() {
    local begun=$SECONDS
    until [ -s "$WORK/done" ]; do
        [ $((SECONDS - begun)) -lt 20 ] || fail "nothing was done for 20 s"
        pause 5000
    done
    pause "$(random_below 600000)"
}

new_disk() {
    mountpoint -q "$disk" && umount "$disk"
    rm -f "$image" "$copy"
    : >"$WORK/done"
    make_disk "$image" "$disk"
}

invites() {
    new_disk
    expect 0 init --quiet
    hold_view
    (for ((n = 1; ; n++)); do admit invite "n$n@example.com" --quiet >/dev/null 2>&1 && echo "$n" >>"$WORK/done"; done) &
    local writer=$!
    let_it_run
    local most
    most=$(tail -n 1 "$WORK/done")
    cut_power "$image" "$copy" "$writer"
    let_go
    power_back "$image" "$copy" "$disk"
    assert_whole "invites, round $round"
    # Between the look at what was acknowledged and the cut, others may have been.
    local there last
    last=$(($(tail -n 1 "$WORK/done") + 1))
    there=$(ask 'SELECT count(*) FROM users')
    [ "$there" -ge "$most" ] && [ "$there" -le "$last" ] ||
        fault "invites, round $round: $most were acknowledged and $there are there"
    [ "$(ask "SELECT count(*) FROM audit WHERE action = 'user.invite'")" = "$there" ] ||
        fault "invites, round $round: not an entry for each"
    acknowledged=$((acknowledged + most))
}

stores() {
    new_disk
    (for ((n = 1; ; n++)); do "$ADMIT" --store "$disk/$n.db" init --quiet >/dev/null 2>&1 && echo "$n" >>"$WORK/done"; done) &
    local writer=$! most n
    let_it_run
    most=$(tail -n 1 "$WORK/done")
    cut_power "$image" "$copy" "$writer"
    power_back "$image" "$copy" "$disk"
    for n in $(seq $((most > 8 ? most - 8 : 1)) "$most"); do
        [ -s "$disk/$n.db" ] || fault "stores, round $round: $most were acknowledged, and $n is not there"
    done
    # The newest may have been on its way: whole or not there.
    for n in "$most" $((most + 1)); do
        [ ! -e "$disk/$n.db" ] || STORE=$disk/$n.db assert_whole "stores, round $round, store $n"
    done
    acknowledged=$((acknowledged + most))
}

first_load() {
    local when=$1 usual=$2 writer there
    new_disk
    expect 0 init --quiet
    (admit import "$WORK/people.csv" --quiet >/dev/null 2>&1 && echo all >>"$WORK/done") &
    writer=$!
    if [ "$when" = after ]; then
        let_it_run
    else
        pause "$(random_below "$usual")"
    fi
    local done=no
    [ ! -s "$WORK/done" ] || done=yes
    cut_power "$image" "$copy" "$writer"
    power_back "$image" "$copy" "$disk"
    assert_whole "first load, round $round"
    there=$(ask 'SELECT count(*) FROM users')
    case $done/$there in
    yes/$FIRST_LOAD) acknowledged=$((acknowledged + 1)) ;;
    no/0 | no/$FIRST_LOAD) ;;
    *) fault "first load, round $round: acknowledged: $done; $there are there" ;;
    esac
    expect 0 invite next@example.com --quiet
}

new_disk
expect 0 init --quiet
begun=${EPOCHREALTIME/./}
expect 0 import "$WORK/people.csv" --quiet
usual=$((${EPOCHREALTIME/./} - begun))
for round in $(seq "$rounds"); do
    invites
    stores
    first_load during "$usual"
    first_load after "$usual"
done
umount "$disk"
say "in $rounds rounds $acknowledged changes were acknowledged"
