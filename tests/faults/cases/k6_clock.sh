# trust K6, C3, J6: links end at the second they say; a clock that is set back brings none back and keeps the
# audit in order; one that is far off, before 1970 or after 2038, ends nothing and breaks nothing.
# How: faketime turns the clock of one command; that it does is looked at first.
need faketime
at() {
    local time=$1
    shift
    out=$(faketime -f "$time" "$ADMIT" --store "$STORE" "$@" 2>"$WORK/err")
    code=$?
    err=$(cat "$WORK/err")
}
at '@2031-05-06 07:08:09' init --quiet
[ $(($(ask 'SELECT created_at FROM store') - $(date -d '2031-05-06 07:08:09' +%s))) -lt 10 ] || skip "needs a faketime that turns the clock of $ADMIT"
rm -f "$STORE"

# A second before its end and a second after it.
expect 0 init --quiet
expect 0 invite ann@example.com --expires-in 1h --format json
token_in "$out" >ann
expect 0 invite bob@example.com --expires-in 1h --format json
token_in "$out" >bob
invited=$(ask 'SELECT max(expires_at) - 3600 FROM invites')
echo 'violet kettle sings at dawn' >password
at "@$(date -u -d "@$((invited + 3601))" '+%F %T')" accept --token-file bob --password-stdin <password
[ "$code" -eq 1 ] || fault "a second after its end a link is taken: exit $code: $err"
at "@$(date -u -d "@$((invited + 3598))" '+%F %T')" accept --token-file ann --password-stdin <password
[ "$code" -eq 0 ] || fault "a second before its end a link is not taken: exit $code: $err"

# Set back by fifteen days: what has expired stays so, and what is written says that the clock is behind.
at +2h expire --force --format ids
[ "$out" = bob@example.com ] || fault "it is not bob alone whose link ran out: $out $err"
for words in expire 'expire --force' list stats; do
    # shellcheck disable=SC2086
    at -15d $words
    [ "$code" -eq 0 ] || fault "15 days back: $words: exit $code: $err"
done
[ "$(ask "SELECT status FROM users WHERE email = 'bob@example.com'")" = 2 ] || fault "15 days back: bob is not expired any more"
at -15d invite cid@example.com
[ "$code" -eq 0 ] || fault "15 days back: nobody can be invited: $err"
[[ $err == *"the clock is behind the newest audit entry"* ]] || fault "15 days back: it is not said: $err"
[[ $(ask 'SELECT detail FROM audit ORDER BY number DESC LIMIT 1') == *"behind entry"* ]] ||
    fault "15 days back: the entry does not say that the clock was behind"
at -15d accept --token-file bob --password-stdin <password
[ "$code" -eq 1 ] || fault "15 days back: a link that ran out is taken"
assert_whole "after 15 days back"

# Far off: each command does its work, or says in a sentence why not; and expires nothing.
copy_store "$STORE" before.db
for time in '@2038-01-19 03:14:06' '@2038-01-19 03:14:08' '@2099-12-31 23:59:59' '@2106-02-07 06:28:17' '@1970-01-01 00:00:00' \
    '@1969-12-31 23:59:59' '@1960-01-01 00:00:00' '@1901-12-13 20:45:51'; do
    copy_store before.db "$STORE"
    for words in list stats 'show cid@example.com' 'audit list' 'audit verify' doctor 'invite new@example.com' expire \
        'resend cid@example.com' 'cancel cid@example.com' 'export --format jsonl' 'login ann@example.com --password-stdin'; do
        # shellcheck disable=SC2086
        at "$time" $words <password
        case $code in
        0) ;;
        1) [ "$words" = expire ] || fault "$time: $words: exit 1: $err" ;;
        *) fault "$time: $words: exit $code: $err" ;;
        esac
    done
    [ "$(ask "SELECT count(*) FROM users WHERE status = 2")" = 1 ] || fault "$time: something has expired"
    assert_whole "$time"
    at "$time" init --store far.db
    [ "$code" -eq 0 ] || fault "$time: no store can be made: exit $code: $err"
    rm -f far.db
done
