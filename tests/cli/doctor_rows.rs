//! `admit doctor` on rows: what was changed, put in or taken out by something other than admit, and what is
//! done about it.

use admit::domain::status::Status;
use admit::ops::{Error, maintenance};
use snapbox::{assert_data_eq, str};

use crate::support::World;

/// An organization with people, agents, links and a password, and a second one.
fn office() -> World {
    let world = World::fresh();
    for words in [
        &["init", "--owner=olga@example.com"][..],
        &["org", "set", "--login-less", "allowed"],
        &["team", "create", "Support"],
        &["agent", "add", "voice:1", "voice:2"],
        &["invite", "ann@example.com", "-r=admin"],
        &["invite", "bob@example.com", "-r=agent", "-t=Support"],
        &["add", "Door", "--extension=1002"],
        &["assign-agent", "bob@example.com", "voice:1"],
        &["org", "create", "acme", "--owner=zoe@example.com"],
    ] {
        world.admit(words).assert_code(0);
    }
    world.put("ann@example.com", Status::Active);
    world
}

/// What `doctor` says of a store that somebody wrote to with another program.
fn said_after(sql: &str) -> String {
    let world = office();
    world.sqlite().execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    world.admit(["doctor"]).assert_code(1).stderr.clone()
}

/// The newest audit entry, whatever organization it is of.
fn last_entry(world: &World) -> String {
    let newest = "SELECT action || ' ' || count || ' ' || detail || char(10) FROM audit
                  WHERE number = (SELECT max(number) FROM audit)";
    world.sqlite().query_row(newest, [], |row| row.get(0)).unwrap()
}

#[test]
fn b8_a_row_that_grants_power_and_was_changed_by_hand_is_found() {
    let said = said_after(
        "UPDATE users SET role_id = (SELECT min(id) FROM roles) WHERE email = 'bob@example.com';
         UPDATE users SET role_id = (SELECT max(id) FROM roles WHERE organization_id = 1)
             WHERE email = 'ann@example.com'",
    );
    assert_data_eq!(
        said,
        str![[r#"
warning: checksums: main: user ann@example.com was changed by something other than admit
warning: checksums: main: user bob@example.com was changed by something other than admit
warning: holders: main: bob@example.com holds voice:1 and may not
warning: users: main: invited, admin, Support: kept 0, counted 1
warning: users: main: invited, agent, Support: kept 1, counted 0
warning: users: main: active, admin, no team: kept 2, counted 1
warning: users: main: active, agent, no team: kept 0, counted 1
error: the store is not sound: 7 differences
hint: work out anew what can be: admit doctor --repair
hint: nobody comes in by a row that was changed; hold it against a backup, or take all of them as they are: admit doctor --accept-changes
hint: keep a copy of the file, see what else wrote to it, and restore a backup

"#]]
    );
    let said = said_after(
        "UPDATE role_grants SET scope = 1 WHERE role_id = 2;
         INSERT INTO role_invites VALUES (4, 1);
         UPDATE invites SET expires_at = expires_at + 100000000 WHERE id = 2;
         UPDATE assignments SET user_id = 1;
         UPDATE phones SET pin_hash = 'x';
         INSERT INTO team_leaders (team_id, user_id) VALUES (1, 2);
         UPDATE organizations SET disposable = 3 - disposable WHERE id = 2",
    );
    assert_data_eq!(
        said,
        str![[r#"
warning: checksums: main: invite #2 of ann@example.com was changed by something other than admit
warning: checksums: main: assignment voice:1 to olga@example.com was changed by something other than admit
warning: checksums: main: extension 1002 was changed by something other than admit
warning: checksums: main: role team-leader was changed by something other than admit
warning: checksums: main: role agent was changed by something other than admit
warning: checksums: 2 more
warning: holders: main: olga@example.com holds voice:1 and may not
error: the store is not sound: 8 differences
hint: nobody comes in by a row that was changed; hold it against a backup, or take all of them as they are: admit doctor --accept-changes
hint: keep a copy of the file, see what else wrote to it, and restore a backup

"#]]
    );
}

#[test]
fn b8_a_flipped_bit_in_a_user_and_in_the_audit_is_found_wherever_it_is() {
    let world = office();
    world.admit(["doctor"]).assert_code(0);
    let path = world.store_path();
    let whole = std::fs::read(&path).unwrap();
    let address = b"bob@example.com";
    let places = whole.windows(address.len()).enumerate();
    let places: Vec<usize> =
        places.filter(|(_, bytes)| bytes == address).map(|(place, _)| place).collect();
    // In the table, in the index of addresses, and in the audit.
    assert!(places.len() >= 3, "{places:?}");
    for place in places {
        // The kinds of the columns stand before the address, the others' values behind it.
        for (nth, at) in (place - 12..place + address.len() + 16).enumerate() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1 << (nth % 8);
            std::fs::write(&path, &damaged).unwrap();
            let run = world.admit(["doctor", "--quiet"]);
            assert!(matches!(run.code, 1 | 74), "byte {at}, bit {}: {run}", nth % 8);
        }
    }
}

#[test]
fn b9_what_refers_to_nothing_is_of_two_places_or_is_no_part_of_the_schema_is_found() {
    let said = said_after(
        "PRAGMA foreign_keys = OFF;
         INSERT INTO assignments (agent_id, user_id, from_at) VALUES (2, 99, 0);
         UPDATE users SET role_id = 6 WHERE email = 'bob@example.com';
         DROP TRIGGER audit_is_never_changed;
         DROP INDEX invites_due;
         CREATE TRIGGER back_door AFTER INSERT ON users BEGIN UPDATE users SET status = 3; END",
    );
    assert_data_eq!(
        said,
        str![[r#"
warning: foreign-keys: assignments #2 refers to what is not in users
warning: schema: index invites_due is missing
warning: schema: trigger audit_is_never_changed is missing
warning: schema: trigger back_door is not admit's
warning: checksums: main: user bob@example.com was changed by something other than admit
warning: checksums: assignment voice:2 to #99 was changed by something other than admit
warning: belonging: main: user bob@example.com has a role of another organization
warning: holders: main: bob@example.com holds voice:1 and may not
warning: users: main: invited, agent, Support: kept 1, counted 0
warning: users: main: invited, team-leader, Support: kept 0, counted 1
warning: agents: main: agents without a user: kept 1, counted 0
warning: agents: main: agents with a user: kept 1, counted 2
error: the store is not sound: 12 differences
hint: work out anew what can be: admit doctor --repair
hint: nobody comes in by a row that was changed; hold it against a backup, or take all of them as they are: admit doctor --accept-changes
hint: keep a copy of the file, see what else wrote to it, and restore a backup

"#]]
    );
    let said = said_after(
        "UPDATE users SET status = 4 WHERE email = 'bob@example.com';
         UPDATE invites SET state = 1 WHERE user_id = 2;
         UPDATE audit_subjects SET user_id = 77 WHERE user_id = 2",
    );
    assert_data_eq!(
        said,
        str![[r#"
warning: checksums: main: user bob@example.com was changed by something other than admit
warning: checksums: main: invite #2 of ann@example.com was changed by something other than admit
warning: statuses: main: ann@example.com has an open link and does not wait for it
warning: statuses: main: bob@example.com has an open link and does not wait for it
warning: holders: main: bob@example.com holds voice:1 and may not
warning: audit: entry 5: its users are not those by which it is found
warning: users: main: invited, agent, Support: kept 1, counted 0
warning: users: main: deactivated, agent, Support: kept 0, counted 1
warning: invites: main: invites open until [..]: kept 1, counted 2
warning: invites: main: accepted invites: kept 1, counted 0
warning: sequences: the next user would be #6, the first free one is #78
error: the store is not sound: 11 differences
hint: work out anew what can be: admit doctor --repair
hint: nobody comes in by a row that was changed; hold it against a backup, or take all of them as they are: admit doctor --accept-changes
hint: keep a copy of the file, see what else wrote to it, and restore a backup

"#]]
    );
}

#[test]
fn an_organization_that_nobody_can_manage_is_noted_and_no_fault() {
    let world = World::with_store();
    world.admit(["invite", "uma@example.com", "-r=user", "--no-send"]).assert_code(0);
    world.put("uma@example.com", Status::Active);
    let run = world.admit(["doctor"]);
    assert!(run.stdout.contains("managers       noted "), "{run}");
    assert_data_eq!(
        run.assert_code(0).stderr.clone(),
        str![[r#"
warning: managers: main: nobody who is active can manage users; only the operator can
The store is sound: 1 user.

"#]]
    );
}

#[test]
fn nobody_is_told_that_they_can_by_a_row_that_was_changed_by_hand() {
    let altered =
        "error: user bob@example.com was changed in the store by something other than admit\n";
    let world = office();
    let promote = "UPDATE users SET role_id = 1, status = 3 WHERE email = 'bob@example.com'";
    world.sqlite().execute_batch(promote).unwrap();
    for words in [&["can", "bob@example.com", "manage-users"][..], &["who-can", "manage-users"]] {
        let run = world.admit(words);
        assert!(run.assert_code(74).stderr.contains(altered), "{run}");
    }
    // What the organization's plan and menus offer is under its own checksum.
    for sql in [
        "UPDATE permissions SET offer = 2 WHERE name = 'manage-users'",
        "INSERT INTO modules VALUES (1, 0, 'reports', 'Reports', 0)",
    ] {
        let world = office();
        world.sqlite().execute_batch(sql).unwrap();
        world.admit(["can", "ann@example.com", "manage-users"]).assert_code(74);
        let said = world.admit(["doctor"]).assert_code(1).stderr.clone();
        assert!(said.contains("organization main was changed by something"), "{said}");
    }
}

#[test]
fn what_stands_behind_a_number_is_under_a_checksum_as_well() {
    let ask = |sql: &str, words: &[&str]| {
        let world = office();
        world.put("bob@example.com", Status::Active);
        world.admit(["agent", "add", "voice:3", "--name=Bob B"]).assert_code(0);
        world.admit(["agent", "add", "voice:3", "--name=Bob"]).assert_code(0);
        world.admit(["team", "rename", "Support", "Help"]).assert_code(0);
        world.admit(["sub-account", "add", "north"]).assert_code(0);
        let before = world.admit(words);
        assert!(before.code == i32::from(words[1] == "bob@example.com"), "{before}");
        world.sqlite().execute_batch(sql).unwrap();
        let run = world.admit(words);
        assert!(matches!(run.code, 1 | 74), "{sql}: {run}");
        format!("{sql}: {}", run.stderr.lines().next().unwrap_or_default())
    };
    let on_agent = ["can", "ann@example.com", "manage-users", "--agent=voice:1"];
    let on_account = ["can", "bob@example.com", "--sub-account=north"];
    let said = [
        ask("UPDATE agents SET agent_id = '4' WHERE agent_id = '3'", &["doctor", "--quiet"]),
        ask("UPDATE teams SET name = 'Sales', name_folded = 'sales'", &["doctor", "--quiet"]),
        ask("UPDATE sub_accounts SET title = 'South'", &["doctor", "--quiet"]),
        ask("UPDATE agents SET name = 'Ann' WHERE agent_id = '1'", &on_agent),
        ask("UPDATE assignments SET user_id = 1", &on_agent),
        ask("UPDATE users SET team_id = NULL WHERE email = 'bob@example.com'", &on_agent),
        ask("UPDATE sub_accounts SET title = 'South'", &on_account),
        ask("UPDATE assignments SET agent_id = 2", &["can", "bob@example.com", "manage-users"]),
    ];
    assert_data_eq!(
        said.join("\n"),
        str![[r#"
UPDATE agents SET agent_id = '4' WHERE agent_id = '3': warning: checksums: main: agent voice:4 was changed by something other than admit
UPDATE teams SET name = 'Sales', name_folded = 'sales': warning: checksums: main: team Sales was changed by something other than admit
UPDATE sub_accounts SET title = 'South': warning: checksums: main: sub-account north was changed by something other than admit
UPDATE agents SET name = 'Ann' WHERE agent_id = '1': error: agent voice:1 was changed in the store by something other than admit
UPDATE assignments SET user_id = 1: error: assignment voice:1 to olga@example.com was changed in the store by something other than admit
UPDATE users SET team_id = NULL WHERE email = 'bob@example.com': error: user bob@example.com was changed in the store by something other than admit
UPDATE sub_accounts SET title = 'South': error: sub-account north was changed in the store by something other than admit
UPDATE assignments SET agent_id = 2: error: assignment voice:2 to bob@example.com was changed in the store by something other than admit
"#]]
    );
}

#[test]
fn nobody_acts_by_a_row_that_was_changed_by_hand() {
    let world = office();
    let promote = "UPDATE users SET role_id = 1, status = 3 WHERE email = 'bob@example.com'";
    world.sqlite().execute_batch(promote).unwrap();
    assert_data_eq!(
        world.admit(["--as=bob@example.com", "list"]).to_string(),
        str![[r#"
--- stderr
error: user bob@example.com was changed in the store by something other than admit
hint: nobody comes in by it; see what else was changed: admit doctor
--- exit 74

"#]]
    );
    // The operator still sees them, and can take them out. That they were changed does not go away by it.
    world.admit(["show", "bob@example.com"]).assert_code(0);
    world.admit(["doctor", "--repair"]).assert_code(1);
    world.admit(["deactivate", "bob@example.com", "--yes"]).assert_code(0);
    let said = world.admit(["doctor"]).assert_code(1).stderr.clone();
    assert!(
        said.contains("user bob@example.com was changed by something other than admit"),
        "{said}"
    );
    world.admit(["remove", "bob@example.com", "--yes"]).assert_code(0);

    let world = office();
    world.sqlite().execute_batch("UPDATE role_grants SET scope = 2").unwrap();
    world.admit(["--as=ann@example.com", "list"]).assert_code(74);
}

#[test]
fn what_was_changed_by_hand_is_taken_as_it_is_once_somebody_says_so() {
    let world = office();
    let rename = "UPDATE users SET name = 'Bob B.' WHERE email = 'bob@example.com';
                  UPDATE roles SET title = 'Chief' WHERE id = 1";
    world.sqlite().execute_batch(rename).unwrap();
    let entries = world.entries();
    let mut said = world.admit(["doctor", "--accept-changes"]).to_string();
    said.push_str(&world.admit(["doctor", "--accept-changes", "--dry-run"]).to_string());
    assert_eq!(world.entries(), entries);
    said.push_str(&world.admit(["doctor", "--accept-changes", "--yes"]).to_string());
    said.push_str(&last_entry(&world));
    said.push_str(&world.admit(["doctor", "--accept-changes", "--yes"]).to_string());
    assert_data_eq!(
        said,
        str![[r#"
--- stderr
warning: main: user bob@example.com was changed by something other than admit
warning: main: role admin was changed by something other than admit
error: taking rows as they are that something else has changed needs a yes
hint: nobody can answer here; add --yes
--- exit 2
--- stdout
Taken as it is
main: user bob@example.com was changed by something other than admit
main: role admin was changed by something other than admit
--- stderr
Dry run, nothing was changed; it would say: Took 2 rows as they are.
--- exit 0
--- stdout
Taken as it is
main: user bob@example.com was changed by something other than admit
main: role admin was changed by something other than admit
--- stderr
warning: main: user bob@example.com was changed by something other than admit
warning: main: role admin was changed by something other than admit
Took 2 rows as they are.
hint: bring numbers and lists in line with them: admit doctor --repair
--- exit 0
store.accept 2 [["row","main: user bob@example.com was changed by something other than admit"],["row","main: role admin was changed by something other than admit"]]
--- stderr
Took 0 rows as they are.
--- exit 0

"#]]
    );
    assert_eq!(world.entries(), entries + 1);
    world.admit(["doctor"]).assert_code(0);
    world.admit(["audit", "verify"]).assert_code(0);
}

#[test]
fn only_what_was_looked_at_is_taken() {
    let world = office();
    let alter = |name: &str| {
        let sql = format!("UPDATE users SET name = '{name}' WHERE email = 'bob@example.com'");
        world.sqlite().execute_batch(&sql).unwrap();
    };
    alter("Bob B.");
    world.at("2026-06-01T00:00:00Z", |store, context| {
        let seen = maintenance::altered(store, context).unwrap();
        assert_eq!((seen.count, seen.first.len()), (1, 1));
        // The same row, and something else in it.
        alter("Bob C.");
        let taken = maintenance::accept_changes(store, context, &seen);
        assert!(matches!(taken, Err(Error::RowsChanged)), "{taken:?}");
        let seen = maintenance::altered(store, context).unwrap();
        maintenance::accept_changes(store, context, &seen).unwrap();
    });
    world.admit(["doctor"]).assert_code(0);
}

#[test]
fn a_store_of_which_a_table_cannot_be_read_is_looked_at_all_the_same() {
    let world = office();
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    for table in ["organizations", "store", "audit"] {
        let world = &office();
        let page: i64 = world.sqlite().query_row(root, [table], |row| row.get(0)).unwrap();
        let page = usize::try_from(page).unwrap();
        world.admit(["doctor"]).assert_code(0);
        let path = world.store_path();
        let mut bytes = std::fs::read(&path).unwrap();
        // The kind of the page, which none has.
        bytes[(page - 1) * 4096] = 0xff;
        std::fs::write(&path, &bytes).unwrap();
        let run = world.admit(["doctor"]);
        assert!(run.code == 1 && run.stdout.contains("integrity "), "{table}: {run}");
        let run = world.admit(["doctor", "--repair"]);
        assert!(run.code == 1 && run.stderr.contains("restore a backup"), "{table}: {run}");
        world.admit(["deactivate", "ann@example.com", "--yes"]).assert_code(74);
    }
    world.admit(["doctor"]).assert_code(0);
}

#[test]
fn a_backup_with_rows_that_were_changed_by_hand_is_put_back_and_said() {
    let world = office();
    world.admit(["backup", "copy.db"]).assert_code(0);
    let promote = "UPDATE users SET role_id = 1 WHERE email = 'bob@example.com'";
    rusqlite::Connection::open(world.home().join("copy.db")).unwrap().execute(promote, []).unwrap();
    let run = world.admit(["restore", "copy.db", "--yes"]);
    let warning = "warning: in the backup, something other than admit has changed 1 row\n\
                   hint: nobody comes in by them; see which: admit doctor\n";
    assert!(run.assert_code(0).stderr.contains(warning), "{run}");
    world.admit(["doctor"]).assert_code(1);
}

#[test]
fn what_can_be_worked_out_anew_is_and_says_so() {
    let world = office();
    world.admit(["search-index", "build"]).assert_code(0);
    let spoil = "UPDATE counters SET users = users + 1;
                 DELETE FROM tallies;
                 DELETE FROM places;
                 UPDATE users SET invite_id = NULL;
                 DELETE FROM sequences WHERE name = 'batch';
                 UPDATE sequences SET next = 2;
                 DELETE FROM search_index WHERE rowid = 2";
    world.sqlite().execute_batch(spoil).unwrap();
    let before = world.contents();
    let mut said = world.admit(["doctor", "--repair", "--dry-run"]).to_string();
    assert_eq!(world.contents(), before);
    let entries = world.entries();
    said.push_str(&world.admit(["doctor", "--repair"]).to_string());
    said.push_str(&last_entry(&world));
    assert_data_eq!(
        said,
        str![[r#"
--- stdout
Check          Result    Counted  Differing
file           agrees          1          0
integrity      agrees         61          0
foreign-keys   agrees         23          0
schema         agrees         50          0
checksums      agrees         24          0
belonging      agrees          5          0
statuses       agrees          3          0
holders        agrees          1          0
managers       agrees          2          0
audit          agrees         11          0
users          repaired        5          5
agents         repaired        2          2
invites        repaired        2          2
places         repaired        5          5
search-index   repaired        5          1
newest-invite  repaired        4          4
sequences      repaired        5          5
--- stderr
Dry run, nothing was changed; it would say: Worked out anew what 7 checks found.
--- exit 0
--- stdout
Check          Result    Counted  Differing
file           agrees          1          0
integrity      agrees         61          0
foreign-keys   agrees         23          0
schema         agrees         50          0
checksums      agrees         24          0
belonging      agrees          5          0
statuses       agrees          3          0
holders        agrees          1          0
managers       agrees          2          0
audit          agrees         11          0
users          repaired        5          5
agents         repaired        2          2
invites        repaired        2          2
places         repaired        5          5
search-index   repaired        5          1
newest-invite  repaired        4          4
sequences      repaired        5          5
--- stderr
Worked out anew what 7 checks found.
The store is sound: 5 users.
--- exit 0
store.repair 7 [["users","5"],["agents","2"],["invites","2"],["places","5"],["search-index","1"],["newest-invite","4"],["sequences","5"]]

"#]]
    );
    world.admit(["doctor"]).assert_code(0);
    // There is nothing left to do, and so nothing is written.
    world.admit(["doctor", "--repair"]).assert_code(0);
    assert_eq!(world.entries(), entries + 1);
}

#[test]
fn an_index_that_disagrees_with_its_table_is_made_anew_and_a_table_is_not() {
    let world = office();
    world.admit(["doctor"]).assert_code(0);
    let path = world.store_path();
    let whole = std::fs::read(&path).unwrap();
    // Once in the table and once in the index of addresses.
    let places: Vec<usize> = whole
        .windows(15)
        .enumerate()
        .filter(|(_, bytes)| *bytes == b"bob@example.com")
        .map(|(place, _)| place)
        .collect();
    let (mut repaired, mut refused) = (0, 0);
    for place in places {
        let mut damaged = whole.clone();
        damaged[place] ^= 2;
        std::fs::write(&path, &damaged).unwrap();
        let run = world.admit(["doctor", "--repair"]);
        match world.admit(["doctor"]).code {
            0 => repaired += 1,
            _ => {
                refused += 1;
                assert!(run.stderr.contains("restore a backup"), "{run}");
            }
        }
    }
    assert!(repaired >= 1 && refused >= 1, "{repaired} repaired, {refused} refused");
}
