# trust A2, A3: where a system call fails while an import fills a store for the first time, without the log, the
# import is there in full or not at all, and its exit code says which; the next command works.
# How: each call that syncs, cuts or removes a file fails, once and from then on (strace), and some that write.
need_strace
MANY=$(short_or_long 50000 60000)
mkdir -p "$WORK/base"
STORE=$WORK/base/empty.db expect 0 init --quiet
people load.csv l "$MANY"
base_store=$WORK/base/empty.db
words=(import load.csv) input=/dev/null
learn_first load
learn load
mapfile -t calls < <(calls_of "$WRITING")
[[ "${calls[*]}" == *"unlink"* ]] || fail "nothing removes a journal"
writes=$(printf '%s\n' "${calls[@]}" | grep -c '^pwrite64')
chosen=()
for call in "${calls[@]}"; do
    case $call in
    pwrite64*) [ "$(random_below "$writes")" -ge "$(short_or_long 2 100)" ] || chosen+=("$call") ;;
    *) chosen+=("$call") ;;
    esac
done
for call in "${chosen[@]}"; do
    read -r call number <<<"$call"
    for sign in '' +; do
        [ "$LENGTH" = long ] || [ "$(random_below 16)" -eq 0 ] || continue
        for error in $(errors_of "$call"); do
            reset_store
            fail_call "$call" "$error" "$number$sign"
            judge_failure "first load, $call $number$sign: $error"
        done
    done
done
say "$tries calls failed, $unknown outcomes unknown"
