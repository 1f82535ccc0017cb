# trust H11: nobody is connected to but the mail server that is set up; without one, nobody at all.
# How: connect is looked at (strace) while people are invited, listed, exported and mailed to; whatever their
# addresses, the sender and the portal are called, each connection over a network goes to one port of loopback.
if ! command -v strace >/dev/null || ! strace -o /dev/null true 2>/dev/null; then
    if declare -F skip >/dev/null; then skip "strace is not there, or may not trace"; fi
    exit 0
fi
cd "$WORK"
declare -F fault >/dev/null || fault() {
    echo "fault: $*"
    exit 1
}
# Nobody listens there: that it is tried is enough.
server=smtp://127.0.0.1:9

connections() {
    : >connects
    strace -f -qq -e trace=connect,sendto,sendmsg -o connects "$ADMIT" --store "$WORK/h11.db" "$@" >out 2>err || :
    { grep -oE 'sin6?_port=htons\([0-9]+\).*inet_(addr|pton)\([^)]*\)' connects || :; } |
        sed -E 's/sin6?_port=htons\(([0-9]+)\).*inet_[a-z]+\([^"]*"([^"]*)".*/\2:\1/' | sort -u
}

for words in "init" "org set --sender people@sender.example" "org set --portal https://portal.example/join" \
    "invite ann@example.com bob@other.example" "list" "export --format jsonl" "doctor" "mail preview ann@example.com"; do
    # shellcheck disable=SC2086
    to=$(connections $words)
    [ -z "$to" ] || fault "admit $words without a mail server connects to $to"
done
export ADMIT_MAIL=$server
for words in "resend ann@example.com" "invite cid@third.example" "delivery retry --all"; do
    # shellcheck disable=SC2086
    to=$(connections $words)
    [ "$to" = 127.0.0.1:9 ] || fault "admit $words connects to '${to//$'\n'/ }', not to the server alone"
done
for words in "list" "show ann@example.com" "audit list" "cancel cid@third.example"; do
    # shellcheck disable=SC2086
    to=$(connections $words)
    [ -z "$to" ] || fault "admit $words mails nobody and connects to $to"
done
