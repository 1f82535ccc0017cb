//! `admit audit list`: which entries are shown.

use admit::domain::audit::{Action, AuditEntry};
use admit::domain::status::Status;
use admit::domain::template::Template;
use snapbox::{assert_data_eq, str};

use super::{numbers, with_history};
use crate::support::World;

/// Entries 1 to 7 are [`with_history`]'s; then ann, an admin, acts under both her names, and bob tries.
fn with_actors() -> World {
    let world = with_history();
    world.put("ann@example.com", Status::Active); // 8
    let ann = world.number("ann@example.com");
    world.admit(["team", "create", "Sales", "--as=ann@example.com"]).assert_code(0); // 9
    world.admit(["team", "rename", "Sales", "Care", "--as", &ann]).assert_code(0); // 10
    world.admit(["team", "create", "Mine", "--as=cid@example.com"]).assert_code(77); // 11
    world
}

#[test]
fn entries_are_found_by_who_acted() {
    let world = with_actors();
    let ann = world.number("ann@example.com");
    for (words, expected) in [
        (&["--actor=operator"][..], "8 7 6 5 4 3 2 1"),
        (&["--actor=Ann@Example.com"], "10 9"),
        (&["--actor", &ann], "10 9"),
        (&["--actor=cid@example.com"], "11"),
        (&["--actor=nobody@example.com"], ""),
        (&["--actor=ann@example.com", "--action=team.create"], "9"),
        (&["--actor=ann@example.com", "--user=ann@example.com"], ""),
    ] {
        assert_eq!(numbers(&world, words), expected, "{words:?}");
    }
    // Who is gone is still found, by the name in the entry: it is the address, however they named
    // themselves.
    world.another_manager();
    world.admit(["remove", "ann@example.com", "--yes"]).assert_code(0);
    assert_eq!(numbers(&world, &["--actor=ann@example.com"]), "10 9");
    assert_eq!(numbers(&world, &["--actor", &ann]), "");
    world.admit(["audit", "list", "--actor=somebody"]).assert_code(2);
}

#[test]
fn a_group_of_actions_is_all_of_them() {
    let world = with_actors();
    for (words, expected) in [
        (&["--action=team"][..], "10 9 3"),
        (&["--action=user"], "8 6 5 4"),
        (&["--action=user.invite"], "6 5 4"),
        (&["--action=access"], "11"),
        (&["--action=pin"], ""),
    ] {
        assert_eq!(numbers(&world, words), expected, "{words:?}");
    }
    for wrong in ["use", "user.", "user.tickle", ""] {
        let run = world.admit(["audit", "list", "--action", wrong]);
        run.assert_code(2);
        assert!(run.stderr.contains("no action and no group is called that"), "{run}");
    }
}

#[test]
fn entries_are_found_by_time_from_both_ends() {
    let world = with_history();
    // 8 is of 2026-01-02, which is what the clock of that command said.
    world.put("ann@example.com", Status::Active);
    for (words, expected) in [
        (&["--until=2026-01-02"][..], ""),
        (&["--until=2026-01-03"], "8"),
        (&["--until=2026-01-02T00:00:00Z"], ""),
        (&["--until=2026-01-02T00:00:01Z"], "8"),
        (&["--since=2026-01-02", "--until=2026-01-03"], "8"),
        (&["--since=1h", "--until=30m"], ""),
        (&["--until=2999-01-01"], "8 7 6 5 4 3 2 1"),
    ] {
        assert_eq!(numbers(&world, words), expected, "{words:?}");
    }
    world.admit(["audit", "list", "--until=soon"]).assert_code(2);
}

#[test]
fn what_was_refused_is_told_with_the_command_and_the_reason() {
    let world = with_actors();
    let fields = "--fields=actor,action,count,subjects,detail";
    let run = world.admit(["audit", "list", "--action=access", fields]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Actor            Action         Count  On whom  Detail
cid@example.com  access.refuse      1  -        command=team create, reason=cid@example.com is invited (no link sent yet); only active users may do anything
--- exit 0

"#]]
    );
}

/// Another organization with an entry, and an entry of no organization.
fn with_another_organization() -> World {
    let world = with_history();
    world.at("2026-01-02T00:00:00Z", |store, context| {
        let template = Template::find_builtin("contact-center").unwrap().read().unwrap();
        let mut tx = store.write(context.now, &context.actor).unwrap();
        let (slug, name) = ("other".parse().unwrap(), "Other".parse().unwrap());
        let other = tx.add_organization(&slug, &name, &template).unwrap();
        let entry = |organization| AuditEntry {
            action: Action::CreateOrganization,
            organization,
            subjects: Vec::new(),
            count: 1,
            batch: None,
            detail: Vec::new(),
        };
        tx.commit(&entry(Some((other.id, slug)))).unwrap();
        let tx = store.write(context.now, &context.actor).unwrap();
        tx.commit(&entry(None)).unwrap();
    });
    world
}

#[test]
fn entries_are_those_of_the_organization_and_the_operator_sees_all() {
    let world = with_another_organization();
    assert_eq!(numbers(&world, &[]), "7 6 5 4 3 2 1");
    assert_eq!(numbers(&world, &["--org=other"]), "8");
    assert_eq!(numbers(&world, &["--everywhere"]), "9 8 7 6 5 4 3 2 1");
    assert_eq!(numbers(&world, &["--everywhere", "--action=organization"]), "9 8 1");
    assert_eq!(numbers(&world, &["--everywhere", "--org=other", "--limit=2"]), "9 8");
    world.admit(["audit", "list", "--everywhere", "--user=ann@example.com"]).assert_code(2);
}

#[test]
fn nobody_else_sees_the_entries_of_other_organizations() {
    let world = with_another_organization();
    world.put("ann@example.com", Status::Active);
    world.put("cid@example.com", Status::Active);
    assert_eq!(numbers(&world, &["--as=ann@example.com", "--limit=3"]), "11 10 7");
    let before = world.entries();
    let everywhere = |actor: &str| world.admit(["audit", "list", "--everywhere", "--as", actor]);
    assert_data_eq!(
        everywhere("ann@example.com").to_string(),
        str![[r#"
--- stderr
error: audit list shows ann@example.com their own organization alone
--- exit 77

"#]]
    );
    assert_data_eq!(
        everywhere("cid@example.com").to_string(),
        str![[r#"
--- stderr
error: cid@example.com may not do this: audit list needs manage-users, which the role agent does not have
hint: who could: Ann Lee <ann@example.com>
--- exit 77

"#]]
    );
    assert_eq!(world.entries(), before + 2, "both refusals are kept");
}
