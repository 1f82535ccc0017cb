# trust A5: a change is on the disk when its command ends: the store keeps its journal in a write-ahead log, and
# that is synced after the last write to it and before the exit.
# How: the file's header says how it is kept (SQLite's file format, bytes 18 and 19); strace shows the calls.
need_strace
expect 0 init --quiet
[ "$(od -An -tu1 -j18 -N2 "$STORE" | tr -d ' ')" = 22 ] || fault "the store does not use the write-ahead log"
[ "$(ask 'PRAGMA journal_mode')" = wal ] || fault "the store does not use the write-ahead log"
# While somebody else has the store open, nobody folds the log away at the end, which would sync it once more.
hold_view
strace -f -qq -y -o trace -e signal=none -e trace=pwrite64,fsync,fdatasync \
    "$ADMIT" --store "$STORE" invite ann@example.com --quiet >/dev/null || fault "it could not be invited"
let_go
# Each file is synced after it was written to, but for the one that is shared memory.
awk '{ sub(/^[0-9]+ +/, "") }
    match($0, /<[^>]*>/) { file = substr($0, RSTART + 1, RLENGTH - 2) }
    /^pwrite64/ && file !~ /-shm$/ { dirty[file] = 1; wrote[file] = 1 }
    /^f(data)?sync/ { delete dirty[file]; synced[file] = 1 }
    END {
        for (file in wrote) if (file ~ /-wal$/) log_written = 1
        if (!log_written) print "the log was not written"
        for (file in dirty) print file " was written and not synced"
    }' trace >unsynced
[ ! -s unsynced ] || fault "$(cat unsynced)"
