# trust K7: time zones and the hours that they skip or have twice change no instant.
# How: invites at the seconds around a change of the clock in New York, Apia and Berlin, made and looked at in
# that zone (faketime turns the clock).
need faketime
seconds_around() {
    local zone=$1 time
    for time in "${@:2}"; do
        rm -f "$STORE"
        # faketime reads its time in the zone of the process: it is given as what is shown there.
        shown=$(TZ=$zone date -d "@$time" '+%F %T')
        read -r there < <(TZ=$zone faketime -f "@$shown" date +%s)
        TZ=$zone faketime -f "@$shown" "$ADMIT" --store "$STORE" init --quiet || fault "$zone, $shown: no store"
        TZ=$zone faketime -f "@$shown" "$ADMIT" --store "$STORE" invite ann@example.com --expires-in 1d --quiet >/dev/null ||
            fault "$zone, $shown: nobody can be invited"
        made=$(ask 'SELECT created_at FROM users')
        [ $((made - there)) -ge 0 ] && [ $((made - there)) -le 5 ] || fault "$zone, $shown: $made is not the time, $there"
        [ "$(ask 'SELECT expires_at - created_at FROM invites')" = 86400 ] || fault "$zone, $shown: a day is not a day"
        said=''
        for other in "$zone" UTC Asia/Kolkata Pacific/Apia :nowhere; do
            found=$(TZ=$other admit list --format json --fields email,created_at,expires_at && TZ=$other admit audit list --format json)
            [ -n "$said" ] || said=$found
            [ "$found" = "$said" ] || fault "$zone, $shown: in $other it is another time: $found"
        done
        [[ $said == *"$(date -u -d "@$made" +%FT%TZ)"* ]] || fault "$zone, $shown: JSON has another instant: $said"
    done
}
# Spring and autumn in New York (2 to 3, 2 to 1), Apia's skipped 30 December 2011, Berlin in autumn.
seconds_around America/New_York 1772953199 1772953201 1793512799 1793512801 1793516401
seconds_around Pacific/Apia 1325239199 1325239201
[ "$LENGTH" = short ] || seconds_around Europe/Berlin 1792889999 1792890001 1792893601
