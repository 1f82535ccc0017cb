# trust K10: without a terminal nothing asks and nothing draws; what is dangerous needs --yes.
# How: the commands that ask, with a stdin from which nothing ever comes.
expect 0 init --quiet
people people.csv p 3000
expect 0 import people.csv
expect 0 org create gone --quiet
[[ $err != *[$'\r\e']* ]] || fault "it draws where nobody looks"
for words in 'remove p1@example.com' 'remove p1@example.com p2@example.com' 'org delete gone' invite accept init; do
    # shellcheck disable=SC2086
    out=$(timeout -k 1 10 "$ADMIT" --store "$STORE" $words <&"$silence" 2>err)
    code=$?
    case "$words/$code" in
    */2 | init/1) ;;
    *) fault "$words: exit $code, not 2: $(cat err)" ;;
    esac
done
[ "$(ask 'SELECT count(*) FROM users')" = 3000 ] || fault "something was done without a yes"
expect 0 remove --yes p1@example.com
