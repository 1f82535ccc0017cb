#!/bin/sh
# Imports files of people into the store, one after the other, with nobody watching.
#
#   bulk-import.sh FILE...
#
# Good rows go in, bad rows go into FILE.rejects.csv with their reason, to be corrected and imported.
# A store that is busy is tried again. One line about each file goes to stdout, what admit says to stderr.
#
# Ends with the highest exit code that admit gave for a file:
#    0  every row of every file is in (or was there before)
#    3  some rows were rejected, the others are in
#   65  of some file nothing went in: its rows are bad, or it is no file of people
#   66  some file cannot be opened, or there is no store
#   75  the store stayed busy; the same command again does the rest
# Anything else stops the script at once, because the next file would fare no better; 71 means that the
# outcome is unknown, and is for a person to look at.
#
# Environment: ADMIT_STORE  the store, instead of the default one
#              TRIES        how often a busy store is tried, 5 unless set
#              PAUSE        seconds between two tries, 30 unless set
set -eu

tries=${TRIES:-5}
pause=${PAUSE:-30}

if [ "$#" -eq 0 ]; then
    echo "usage: bulk-import.sh FILE..." >&2
    exit 2
fi

# Sets $code. The `||` keeps `set -e` from ending the script at the first code that is not 0.
import() {
    try=1
    while :; do
        code=0
        admit import "$1" --keep-going --rejects "$1.rejects.csv" >/dev/null || code=$?
        if [ "$code" -ne 75 ] || [ "$try" -ge "$tries" ]; then
            return 0
        fi
        echo "the store is busy; try $try of $tries, again in $pause s" >&2
        try=$((try + 1))
        sleep "$pause"
    done
}

worst=0
for file in "$@"; do
    # A name that begins with a dash would be taken for an option, and - alone for stdin.
    case $file in
        -*) file=./$file ;;
    esac
    # Whatever lies there is about an earlier run.
    rm -f -- "$file.rejects.csv"
    import "$file"
    case $code in
        0) echo "$file: imported" ;;
        3) echo "$file: imported in part; correct $file.rejects.csv" ;;
        65) echo "$file: nothing imported, the data is bad" ;;
        66) echo "$file: cannot be opened" ;;
        75) echo "$file: not imported, the store stayed busy" ;;
        *)
            echo "$file: admit ended with $code; stopped here" >&2
            exit "$code"
            ;;
    esac
    if [ "$code" -gt "$worst" ]; then
        worst=$code
    fi
done
exit "$worst"
