# trust B6, A4: a command that brings an older store up to date, or makes a store, and is killed on its way,
# leaves the older store, or none, or the whole new one; the next command works.
# How: the stores of all earlier versions (tests/fixtures), and none; kill -9 at random moments and at system
# calls that write.
times=$(short_or_long 2 100)
input=/dev/null
for fixture in "$FIXTURES"/store-v*.db none; do
    name=$(basename "$fixture" .db)
    base_store=$WORK/base/$name.db
    if [ "$name" = none ]; then
        words=(init --owner olga@example.com)
    else
        cp "$fixture" "$base_store" && chmod 600 "$base_store"
        words=(list)
    fi
    learn_first "$name"
    names+=("$name")
done
for name in "${names[@]}"; do
    base_store=$WORK/base/$name.db
    if [ "$name" = none ]; then words=(init --owner olga@example.com); else words=(list); fi
    reset_store
    learn_if_older() {
        # The newest of the fixtures may be of the present version, and then nothing changes.
        [ "$name" = none ] || [ "$(ask 'PRAGMA user_version')" != "$(STORE=$WORK/learned-$name ask 'PRAGMA user_version')" ]
    }
    learn_if_older || continue
    kill_it "$name"
done
judge_hits 6
