# trust A6: on a full disk a change ends with 74 and says that the disk is full; the store is whole, and what
# reads goes on working there.
# How: a store on a tmpfs of a megabyte, filled to the last byte, then an import, an invite, and readers.
need_root
STORE=$WORK/disk/admit.db
mkdir "$WORK/disk"
mount -t tmpfs -o size=1m none "$WORK/disk" || skip "needs to mount a tmpfs"
expect 0 init
expect 0 invite ann@example.com
people "$WORK/people.csv" p 20000

expect 74 import "$WORK/people.csv"
[[ $err == *"the disk is full"* ]] || fault "it does not say that the disk is full: $err"
assert_whole "after the import"
[ "$(ask 'SELECT count(*) FROM users')" = 1 ] || fault "a part of the import is there"

# To the last byte.
head -c 2M /dev/zero >"$WORK/disk/ballast" 2>/dev/null
for words in 'invite bob@example.com' 'cancel ann@example.com' "import $WORK/people.csv"; do
    # shellcheck disable=SC2086
    expect 74 $words
    [[ $err == *"disk"* ]] || fault "$words: it does not speak of the disk: $err"
done
for words in list 'show ann@example.com' doctor 'audit verify' stats; do
    # shellcheck disable=SC2086
    expect 0 $words
done
assert_whole "on the full disk"
[ "$(ask 'SELECT count(*) FROM users')" = 1 ] || fault "something was changed on the full disk"

rm "$WORK/disk/ballast"
expect 0 invite bob@example.com
assert_whole "after there was room again"
