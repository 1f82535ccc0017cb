#!/bin/sh
# Makes an organization for a new customer: its owner, its seats and its first people.
#
#   new-customer.sh SLUG OWNER PEOPLE.csv
#
# Links are secrets: they go to SLUG.owner.csv and SLUG.links.csv, which are yours alone. The people are
# imported and sent their links on behalf of the owner: what the owner may not do does not happen.
#
# Ends with the exit code of the admit that went wrong, and says how to go on; 0 when all is done.
#
# Environment: ADMIT_STORE  the store, instead of the default one
#              TEMPLATE     what the organization is set up from, customer-portal unless set
#              SEATS        how many users with a login it may have, 25 unless set
set -eu
umask 077

if [ "$#" -ne 3 ]; then
    echo "usage: new-customer.sh SLUG OWNER PEOPLE.csv" >&2
    exit 2
fi
slug=$1 owner=$2 people=$3
# A name that begins with a dash would be taken for an option.
case $people in
    -*) people=./$people ;;
esac
# The operator makes the organization; somebody named in the environment could not.
unset ADMIT_AS ADMIT_ORG

# Not straight into the file: an organization that is there already must not cost us its owner's link.
# 3: the organization is there, and the mail to its owner waits; the rest can be done meanwhile.
code=0
links=$(admit --quiet org create "$slug" --template "${TEMPLATE:-customer-portal}" --owner "$owner" \
    --format csv --fields owner,link) || code=$?
case $code in
    0 | 3) printf '%s\n' "$links" >"$slug.owner.csv" ;;
    *) exit "$code" ;;
esac

# Says how to go on where a step fails: the organization stays.
or_go_on() {
    code=$?
    echo "$slug is there, but not done: see above, then: $1" >&2
    exit "$code"
}

admit --quiet org set "$slug" --seats "${SEATS:-25}" >/dev/null ||
    or_go_on "admit org set $slug --seats NUMBER, then admit --org $slug --as $owner import FILE --send"
export ADMIT_ORG="$slug" ADMIT_AS="$owner"
admit --quiet import "$people" >/dev/null ||
    or_go_on "admit --org $slug --as $owner import FILE --send"
links=$(admit --quiet send --all --format csv --fields user,link) ||
    or_go_on "admit --org $slug --as $owner send --all"
printf '%s\n' "$links" >"$slug.links.csv"
echo "$slug: $(($(wc -l <"$slug.links.csv") - 1)) people invited"
