# System calls of a command, by strace.

# By which something changes on the disk.
WRITING=pwrite64,fsync,fdatasync,ftruncate,unlink,rename,renameat2,linkat,link

# Whether there is a strace, and it may follow processes.
can_strace() {
    strace -f -qq -o /dev/null -e trace=none true 2>/dev/null
}

# Skips the case where there is none.
need_strace() {
    need strace
    can_strace || skip "needs strace that may follow processes"
}

# The calls of these kinds that $words does in its main thread, in their order, one a line: `fsync 2` is the
# second of its kind.
calls_of() {
    reset_store
    do_it strace -f -qq -o "$WORK/trace" -e signal=none -e trace="$1"
    [ "$code" -eq 0 ] || fail "${words[*]}: under strace it ends with $code: $err"
    awk 'NR == 1 { main = $1 }
        $1 == main && match($2, /^[a-z0-9_]+\(/) { name = substr($2, 1, RLENGTH - 1); print name, ++times[name] }' \
        "$WORK/trace"
}

# Runs $words with a system call failing: `fail_call pwrite64 ENOSPC 3` for the third of its kind alone, and
# with `3+` for all from there on.
fail_call() {
    do_it timeout -k 1 "$PATIENCE" strace -f -qq -o "$WORK/trace" -e signal=none -e trace="$1" \
        -e inject="$1:error=$2:when=$3"
}

# How long a command may take with a call that fails, in seconds. It waits ten for a lock.
PATIENCE=40

# With what a call may fail on a real machine.
errors_of() {
    case $1 in
    pwrite64 | write | ftruncate | fallocate) echo EIO ENOSPC ;;
    fsync | fdatasync | read | pread64 | getrandom | rename | renameat2 | linkat | link) echo EIO ;;
    unlink) echo EACCES ;;
    openat) echo EACCES EMFILE ;;
    fcntl) echo ENOLCK EAGAIN ;;
    mmap) echo ENOMEM ;;
    esac
}

# How many calls failed, and how often it is unknown what came of it.
tries=0 unknown=0

# After `fail_call`: a fault unless the exit code says what became of the change, and the store is whole. What is
# given describes the call: `invite, write 3+: EIO`.
judge_failure() {
    local what=$1
    tries=$((tries + 1))
    grep -q INJECTED "$WORK/trace" || { fault "$what: the call was not met"; return; }
    case $code in
    124 | 137) fault "$what: it was not done after $PATIENCE s"; return ;;
    127) [[ $err == *"loading shared libraries"* ]] || fault "$what: exit 127: $err" ;;
    0 | 1 | 66 | 71 | 73 | 74 | 75 | 78) ;;
    # Rust's own tables cannot do without random numbers.
    70) [[ $what == *getrandom* ]] || fault "$what: a bug: $err" ;;
    *) fault "$what: exit $code: $err" ;;
    esac
    [[ $err != *panicked* ]] || fault "$what: it panicked: $err"
    [ "$code" -eq 0 ] || [ -n "$err" ] || [[ $what == *write* ]] || fault "$what: exit $code without a word"
    judge_state "$what"
    if [ "$code" -eq 71 ] || [ "$code" -eq 70 ]; then
        unknown=$((unknown + 1))
    elif [ "$code" -eq 0 ]; then
        [ "$state" = "$after" ] || fault "$what: exit 0, and the change is not there: $err"
    elif [ "$state" = "$after" ] && [[ $err != *"the change was made"* && $what != *", write "*+:* ]]; then
        # Where nothing at all can be written, nothing can be said either.
        fault "$what: exit $code, and the change is there: $err"
    fi
    judge_next "$what"
}
