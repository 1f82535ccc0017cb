# System calls of a command, by strace.

# By which something changes on the disk.
WRITING=pwrite64,fsync,fdatasync,ftruncate,unlink,rename,renameat2,linkat,link

# Whether strace can follow a process here.
need_strace() {
    need strace
    strace -f -qq -o /dev/null -e trace=none true 2>/dev/null || skip "needs strace that may follow processes"
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
