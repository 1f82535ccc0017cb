# trust C1: where the system gives no random numbers, no link is made.
# How: getrandom fails (strace) from its N-th call on, for each N; a link that is made nevertheless had its
# numbers before, and no two are alike.
need_strace
expect 0 init --quiet
input=/dev/null refused=0
for n in 1 2 3 4 5 6; do
    words=(invite "p$n@example.com" --format json)
    fail_call getrandom EIO "$n+"
    there=$(ask "SELECT count(*) FROM users WHERE email = 'p$n@example.com'")
    case $code/$there in
    0/1) token_in "$(cat out)" >>tokens ;;
    70/0 | 74/0) refused=$((refused + 1)) ;;
    *) fault "from call $n on: exit $code, $there users: $err" ;;
    esac
done
[ "$refused" -ge 1 ] || fault "links are made without random numbers"
[ ! -e tokens ] || [ -z "$(cut -d. -f2 tokens | sort | uniq -d)" ] || fault "two links are alike"
assert_whole "afterwards"
