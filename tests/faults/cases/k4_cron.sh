# trust K4: admit works as cron starts it: in /, with no environment, no terminal and a closed stdin.
# How: the same answers with and without all that.
expect 0 init --quiet
expect 0 invite ann@example.com --quiet
bare() {
    (cd / && env -i "$ADMIT" --store "$STORE" "$@" <&- 2>&1)
}
for words in 'list --format json' 'show ann@example.com' stats 'audit list' doctor 'export'; do
    # shellcheck disable=SC2086
    usual=$(admit $words 2>&1)
    # shellcheck disable=SC2086
    [ "$(bare $words)" = "$usual" ] || fault "$words: it answers something else: $(bare $words)"
done
[ -z "$(bare expire)" ] || fault "expire is not silent: $(bare expire)"
bare invite bob@example.com --quiet >/dev/null || fault "it cannot invite"
[ "$(ask 'SELECT count(*) FROM users')" = 2 ] || fault "bob is not there"
