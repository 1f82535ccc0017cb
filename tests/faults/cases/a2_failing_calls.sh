# trust A2: where a system call fails, exit code 0 means that the change is there, and any other that it is not:
# but for 71, which says that it is unknown, and for an answer that could not be written, which says that the
# change was made. No crash, no hang, no damage; the next command works.
# How: the N-th call of a kind fails, once or from then on (strace). The long form does it for every N, the
# short one for a sample.
need faketime
need_strace
KINDS=pwrite64,write,fsync,fdatasync,ftruncate,openat,read,pread64,fcntl,unlink,linkat,link,rename,renameat2,getrandom
commands='invite accept import-few expire'
sample=$(short_or_long 10 100000)
[ "$LENGTH" = long ] || commands='invite accept'
fill_base
base_store=$BASE/admit.db

# Whether this is one of the sample: as many of all as are wanted, evenly, and others each time.
in_sample() {
    [ "$all" -le "$sample" ] || [ $(((tried * sample + offset) % all)) -lt "$sample" ]
}

sweep() {
    local name=$1 call number error sign all tried=0 offset calls
    # Where the system does not tell how long it has been up, there is no doubt about the clock to be noted.
    if [ "$name" = expire ]; then learn "$name" audit detail; else learn "$name"; fi
    mapfile -t calls < <(calls_of "$KINDS")
    all=$((${#calls[@]} * 3))
    offset=$(random_below "$all")
    for call in "${calls[@]}"; do
        read -r call number <<<"$call"
        for error in $(errors_of "$call"); do
            for sign in '' +; do
                # A lock that never comes is waited for ten seconds.
                [[ $error$sign != EAGAIN+ || $number -eq 2 || ($LENGTH = long && $((number % 20)) -eq 0) ]] || continue
                tried=$((tried + 1))
                in_sample || continue
                reset_store
                fail_call "$call" "$error" "$number$sign"
                judge_failure "$name, $call $number$sign: $error"
            done
        done
    done
}

# shellcheck disable=SC2086
for_each_writer learn_first $commands
# shellcheck disable=SC2086
for_each_writer sweep $commands

# Making a store is the same, from none to one.
base_store=$BASE/none.db
words=(init) input=/dev/null
learn_first init
sweep init
say "$tries calls failed, $unknown outcomes unknown"
