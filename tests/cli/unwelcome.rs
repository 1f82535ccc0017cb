//! People at disposable and blocked domains: what becomes of them at `invite` and `import`. The domains
//! themselves are `domain`'s.

use crate::support::World;
use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

/// A store whose organization refuses disposable addresses.
fn refusing() -> World {
    let world = World::fresh();
    world.admit(["init", "--template", "customer-portal"]).assert_code(0);
    world
}

#[test]
fn c14_disposable_and_blocked_addresses_are_not_invited_and_named() {
    let world = refusing();
    world.admit(["domain", "block", "rival.example"]).assert_code(0);
    let run = world.admit([
        "invite",
        "ann@example.com",
        "bob@x.Mailinator.com",
        "cid@rival.example",
        "--no-send",
    ]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User                  Result              Role  Link expires
ann@example.com       invited             user  -
bob@x.Mailinator.com  disposable address  -     -
cid@rival.example     blocked domain      -     -
--- stderr
error: bob@x.Mailinator.com cannot be invited: mailinator.com is on the list of disposable domains of [LIST DATE]
hint: let it in: admit domain allow x.mailinator.com
error: cid@rival.example cannot be invited: rival.example is blocked in main
hint: let it in: admit domain allow rival.example
Invited 1 person in main.
hint: no link yet; make it: admit send ann@example.com
hint: this user sees no module yet; grant some: admit grant ann@example.com --module MODULE
--- exit 3

"#]]
    );
    assert_eq!(world.statuses().len(), 1);
    let run = world.admit(["invite", "bob@yopmail.com", "--format", "jsonl", "--dry-run"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
{"user":"bob@yopmail.com","name":null,"result":"disposable address","role":null,"team":null,"agents":[],"modules":[],"sub_accounts":[],"expires_at":null,"link":null,"mail":null,"answer":null,"reason":"bob@yopmail.com cannot be invited: yopmail.com is on the list of disposable domains of [LIST DATE]","organization":"main"}
--- stderr
error: bob@yopmail.com cannot be invited: yopmail.com is on the list of disposable domains of [LIST DATE]
hint: let it in: admit domain allow yopmail.com
--- exit 1

"#]]
    );
    // The organization's word counts before the list's.
    world.admit(["domain", "allow", "x.mailinator.com"]).assert_code(0);
    world.admit(["invite", "bob@x.mailinator.com", "--no-send"]).assert_code(0);
    world.admit(["invite", "eve@mailinator.com", "--no-send"]).assert_code(1);
}

#[test]
fn a_block_counts_where_disposable_addresses_are_let_in_too() {
    let world = World::with_store();
    world.admit(["invite", "ann@yopmail.com", "--no-send"]).assert_code(0);
    world.admit(["domain", "block", "yopmail.com"]).assert_code(0);
    world.admit(["invite", "bob@yopmail.com", "--no-send"]).assert_code(1);
    world.admit(["invite", "bob@mailinator.com", "--no-send"]).assert_code(0);
}

#[test]
fn who_is_there_stays_and_who_was_cancelled_is_asked_again() {
    let world = World::with_store();
    world.admit(["invite", "ann@example.com", "bob@example.com", "--no-send"]).assert_code(0);
    world.put("ann@example.com", Status::Active);
    world.admit(["cancel", "bob@example.com"]).assert_code(0);
    world.admit(["domain", "block", "example.com"]).assert_code(0);
    let run = world.admit(["invite", "ann@example.com", "bob@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result          Role  Link expires
ann@example.com  already active  -     -
bob@example.com  blocked domain  -     -
--- stderr
error: ann@example.com is active already
error: bob@example.com cannot be invited: example.com is blocked in main
hint: let it in: admit domain allow example.com
--- exit 1

"#]]
    );
    assert_eq!(world.status("ann@example.com"), "active");
    // Who is there goes on.
    world.admit(["deactivate", "ann@example.com"]).assert_code(0);
    world.admit(["reactivate", "ann@example.com"]).assert_code(0);
}

#[test]
fn an_import_names_their_rows_and_brings_nobody_in() {
    let world = refusing();
    world.admit(["invite", "old@example.com", "--no-send"]).assert_code(0);
    world.admit(["domain", "block", "example.com"]).assert_code(0);
    let before = world.contents();
    let file = "email,name\n\
        ann@example.org,Ann\n\
        bob@mail.yopmail.com,Bob\n\
        old@example.com,Old\n\
        new@example.com,New\n";
    world.file("users.csv", file);
    let run = world.admit(["import", "users.csv"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
users.csv:3: email: bob@mail.yopmail.com: yopmail.com is on the list of disposable domains of [LIST DATE]; let it in: admit domain allow mail.yopmail.com
users.csv:5: email: new@example.com: example.com is blocked in main; let it in: admit domain allow example.com
error: users.csv has 2 bad rows; nothing was imported
hint: correct the file, or import the good rows: --keep-going --rejects FILE
--- exit 65

"#]]
    );
    assert_eq!(world.contents(), before);
    let run = world.admit([
        "import",
        "users.csv",
        "--keep-going",
        "--rejects",
        "rejected.csv",
        "--quiet",
    ]);
    run.assert_code(3);
    let rejected = std::fs::read_to_string(world.home().join("rejected.csv")).unwrap();
    let rejected = rejected.replace(admit::domain::disposable::list_date(), "[LIST DATE]");
    assert_data_eq!(
        rejected,
        str![[r#"
email,name,role,team,agents,modules,sub_accounts,reason
bob@mail.yopmail.com,Bob,,,,,,email: yopmail.com is on the list of disposable domains of [LIST DATE]; let it in: admit domain allow mail.yopmail.com
new@example.com,New,,,,,,email: example.com is blocked in main; let it in: admit domain allow example.com

"#]]
    );
    assert_eq!(world.status("ann@example.org"), "pending");
    assert_eq!(world.status("new@example.com"), "gone");
}

#[test]
fn a_domain_that_is_blocked_while_an_import_is_asked_about_still_counts() {
    let world = World::with_store();
    let rows = "email\nann@example.com\nbob@example.org\n";
    world.at("2026-01-03T00:00:00Z", |store, context| {
        use admit::domain::operation::Operation;
        use admit::ops::{Error, access, domains, imports};
        let row = |line, email: &str| admit::domain::import::ImportRow {
            line,
            email: email.parse().unwrap(),
            name: None,
            role: None,
            team: None,
            agents: Vec::new(),
            holdings: None,
        };
        let mut sorter = imports::RowSorter::new(&std::env::temp_dir());
        for (email, line) in rows.lines().skip(1).zip(2..) {
            sorter.push(&row(line, email)).unwrap();
        }
        let request = imports::ImportRequest {
            rows: sorter.finish(),
            source: "people.csv".to_owned(),
            role: None,
            team: None,
            on_existing: imports::OnExisting::Skip,
            on_unknown_team: imports::OnUnknownTeam::Refuse,
            delivery: admit::domain::template::Delivery::OnCommand,
            outlet: admit::ops::delivery::Outlet::Print,
        };
        let plan = {
            let (tx, session) = access::read(store, context, Operation::Import).unwrap();
            imports::plan(&tx, &session, &request).unwrap()
        };
        assert_eq!(plan.totals.invited, 2);
        let blocked = admit::domain::disposable::DomainVerdict::Blocked;
        domains::decide(store, context, &["example.org".parse().unwrap()], blocked).unwrap();
        let random = &mut admit::random::SystemEntropy;
        let progress = &mut |_| std::ops::ControlFlow::Continue(());
        let ended = imports::apply(store, context, random, &request, plan, progress);
        assert!(matches!(ended, Err(Error::PlanOutdated(1))), "{ended:?}");
    });
    assert_eq!(world.statuses().len(), 0);
}
