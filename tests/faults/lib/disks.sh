# Disks that may be filled and lose power: file systems in files.

# A real ext4 at a place: `make_disk IMAGE PLACE`.
make_disk() {
    truncate -s 96M "$1" && mkfs.ext4 -q -F "$1" && mkdir -p "$2" || skip "needs room for an ext4"
    mount -o loop "$1" "$2" 2>/dev/null || skip "needs loop devices"
}

# What a disk would hold had the power gone just now: `cut_power IMAGE COPY WRITER`. The writer, a process that
# starts others, is stopped where it is, so that nothing is written between the first byte of the copy and the
# last.
cut_power() {
    kill -STOP "$3" 2>/dev/null
    pkill -STOP -P "$3"
    cp --sparse=always "$1" "$2"
    pkill -KILL -P "$3"
    kill -KILL "$3" 2>/dev/null
    { wait "$3"; } 2>/dev/null
}

# Mounts the copy in the place of the disk, as after the power is back: `power_back IMAGE COPY PLACE`.
power_back() {
    # Who has just been killed may hold it for a moment still.
    local n
    for n in 1 2 3 4 5 6 7 8 9; do
        umount "$3" 2>/dev/null && break
        pause 100000
    done
    mount -o loop "$2" "$3" || fault "the disk does not come back"
}

# Keeps a view of the case's store open, so that nobody can fold its log away. `let_go` ends that.
hold_view() {
    coproc VIEW { exec "$PYTHON" -I "$FAULTS/lib/look.py" hold "$STORE"; }
    view=$VIEW_PID
    read -r _ <&"${VIEW[0]}"
}

let_go() {
    kill "$view"
    { wait "$view"; } 2>/dev/null
}
