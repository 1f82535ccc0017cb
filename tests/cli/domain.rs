//! `admit domain`, and what it means for `invite` and `import` (rule 40).

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::World;
use crate::support::terminal::ENTER;

/// A store whose organization refuses disposable addresses.
fn refusing() -> World {
    let world = World::fresh();
    world.admit(["init", "--template", "customer-portal"]).assert_code(0);
    world
}

#[test]
fn a_list_says_what_is_refused_beside_it() {
    let world = refusing();
    world.admit(["domain", "allow", "mailinator.com"]).assert_code(0);
    let run = world.admit(["domain", "list"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Domain          Verdict  On the list of disposable domains
mailinator.com  allowed  yes
--- stderr
main also refuses the [..] domains of the list of disposable ones of [LIST DATE].
--- exit 0

"#]]
    );
}

#[test]
fn own_words_are_given_changed_and_taken_back() {
    let world = World::with_store();
    assert_data_eq!(
        world.admit(["domain", "list"]).to_string(),
        str![[r#"
--- stderr
No domain is allowed or blocked in main.
main lets disposable addresses in.
--- exit 0

"#]]
    );
    let run = world.admit(["domain", "block", "Example.COM", "rival.example", "example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Domain         Result
example.com    blocked
rival.example  blocked
--- stderr
Blocked 2 domains in main.
--- exit 0

"#]]
    );
    assert_eq!(world.last_entry(), "domain.block 2:  [domain=example.com domain=rival.example]");
    let run = world.admit(["domain", "allow", "mailinator.com", "rival.example"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Domain          Result
mailinator.com  allowed
rival.example   allowed; was blocked
--- stderr
Allowed 2 domains in main.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.in_every_format(&["domain", "list"]),
        str![[r#"
=== table
--- stdout
Domain          Verdict  On the list of disposable domains
example.com     blocked  no
mailinator.com  allowed  yes
rival.example   allowed  no
--- stderr
main lets disposable addresses in.
--- exit 0
=== json
--- stdout
[
{"domain":"example.com","verdict":"blocked","listed":false},
{"domain":"mailinator.com","verdict":"allowed","listed":true},
{"domain":"rival.example","verdict":"allowed","listed":false}
]
--- exit 0
=== jsonl
--- stdout
{"domain":"example.com","verdict":"blocked","listed":false}
{"domain":"mailinator.com","verdict":"allowed","listed":true}
{"domain":"rival.example","verdict":"allowed","listed":false}
--- exit 0
=== csv
--- stdout
domain,verdict,listed
example.com,blocked,false
mailinator.com,allowed,true
rival.example,allowed,false
--- exit 0
=== ids
--- stdout
example.com
mailinator.com
rival.example
--- exit 0

"#]]
    );
    let entries = world.entries();
    let run = world.admit(["domain", "allow", "rival.example"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Domain         Result
rival.example  allowed already
--- stderr
Nothing to do in main.
--- exit 0

"#]]
    );
    assert_eq!(world.entries(), entries, "nothing to do is nothing to keep");
    let run = world.admit(["domain", "forget", "rival.example", "--format", "json"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
[
{"domain":"rival.example","result":"left to the list","verdict":null,"organization":"main"}
]
--- stderr
Forgot 1 domain in main.
--- exit 0

"#]]
    );
    assert_eq!(world.last_entry(), "domain.forget 1:  [domain=rival.example]");
    assert_data_eq!(
        world.admit(["domain", "ls", "-s", "MAIL"]).to_string(),
        str![[r#"
--- stdout
Domain          Verdict  On the list of disposable domains
mailinator.com  allowed  yes
--- stderr
main lets disposable addresses in.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["domain", "ls", "--search", "zzz"]).to_string(),
        str![[r#"
--- stderr
No domains match in main.
main lets disposable addresses in.
--- exit 0

"#]]
    );
}

#[test]
fn a_dry_run_changes_nothing() {
    let world = World::with_store();
    world.admit(["domain", "block", "example.com"]).assert_code(0);
    let before = world.contents();
    for words in [
        &["domain", "allow", "example.com", "--dry-run"][..],
        &["domain", "block", "example.org", "--dry-run"],
        &["domain", "forget", "example.com", "--dry-run"],
    ] {
        let run = world.admit(words);
        run.assert_code(0);
        assert!(run.stderr.starts_with("Dry run, nothing was changed"), "{run}");
        assert_eq!(world.contents(), before, "{run}");
    }
}

#[test]
fn the_list_says_where_it_is_from() {
    let world = refusing();
    world.admit(["domain", "allow", "mailinator.com"]).assert_code(0);
    assert_data_eq!(
        world.admit(["domain", "list", "--info"]).to_string(),
        str![[r#"
--- stdout
Organization             main
Disposable addresses     refused
Allowed or blocked here  1
Domains on the list      [..]
List of                  [..]
Version                  [..]
Source                   disposable-email-domains (PyPI)
Licence                  CC0 1.0
--- exit 0

"#]]
    );
    let run = world.admit(["domain", "list", "--info", "--format", "json"]);
    let facts = run.json();
    assert_eq!(facts["disposable_addresses"], "refused");
    assert!(facts["listed_domains"].as_u64().unwrap() > 5_000, "{run}");
    world.admit(["domain", "list", "--info", "--search", "x"]).assert_code(2);
}

#[test]
fn what_is_no_domain_is_refused_before_anything_is_written() {
    let world = World::with_store();
    let before = world.contents();
    for words in [
        &["domain", "block", "com"][..],
        &["domain", "block", "ann@mailinator.com"],
        &["domain", "block", "example.org", "*.example.com"],
        &["domain", "allow"],
    ] {
        world.admit(words).assert_code(2);
        assert_eq!(world.contents(), before);
    }
    assert_data_eq!(
        world.admit(["domain", "block", "com"]).to_string(),
        str![[r#"
--- stderr
error: invalid value 'com' for '[DOMAIN]...': the domain has no dot; give it in full, such as example.com

For more information, try '--help'.
--- exit 2

"#]]
    );
    let run = world.admit(["domain", "block", "ann@mailinator.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: invalid value 'ann@mailinator.com' for '[DOMAIN]...': this is an e-mail address; name its domain: mailinator.com

For more information, try '--help'.
--- exit 2

"#]]
    );
    assert_data_eq!(
        world.admit(["domain", "forget"]).to_string(),
        str![[r#"
--- stderr
error: no domain is named
hint: admit domain forget DOMAIN…, or - to read them from stdin
--- exit 2

"#]]
    );
    let run = world.admit_with("example.com\nnope\n", ["domain", "block", "-"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: stdin:2: nope: the domain has no dot; give it in full, such as example.com
--- exit 65

"#]]
    );
    assert_eq!(world.contents(), before);
    let run = world.admit_with("example.com\n\n Example.org \n", ["domain", "block", "-"]);
    run.assert_code(0);
    assert_eq!(world.answer(["domain", "list", "--format=ids"]), "example.com\nexample.org\n");
}

#[test]
fn a_domain_without_a_word_cannot_be_forgotten_and_stops_the_others() {
    let world = World::with_store();
    world.admit(["domain", "block", "example.com", "example.net"]).assert_code(0);
    let before = world.contents();
    let run = world.admit(["domain", "forget", "example.net", "exmaple.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: main neither allows nor blocks exmaple.com
hint: did you mean example.com?
--- exit 67

"#]]
    );
    assert_eq!(world.contents(), before);
    let run = world.admit(["domain", "forget", "mailinator.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: main neither allows nor blocks mailinator.com
hint: what it says: admit domain list
--- exit 67

"#]]
    );
}

#[test]
fn check_says_what_would_become_of_an_address_and_by_whose_word() {
    let world = refusing();
    world.admit(["domain", "allow", "mailinator.com", "a.example.com"]).assert_code(0);
    world.admit(["domain", "block", "example.com"]).assert_code(0);
    let run = world.admit([
        "domain",
        "check",
        "ann@x.mailinator.com",
        "yopmail.com",
        "b.a.example.com",
        "b.example.com",
        "gmail.com",
    ]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Domain            Result   Reason
x.mailinator.com  let in   mailinator.com is allowed in main
yopmail.com       refused  yopmail.com is on the list of disposable domains of [LIST DATE]
b.a.example.com   let in   a.example.com is allowed in main
b.example.com     refused  example.com is blocked in main
gmail.com         let in   neither listed nor blocked
--- exit 1

"#]]
    );
    let run = world.admit(["domain", "check", "Ann@Gmail.com", "--format", "json"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
[
{"domain":"gmail.com","result":"let in","reason":"neither listed nor blocked","listed":false,"organization":"main"}
]
--- exit 0

"#]]
    );
    let run = world.admit_with("gmail.com\nann@@x\n", ["domain", "check", "-"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: stdin:2: ann@@x: a domain has no '@'
--- exit 65

"#]]
    );
    // A template that does not refuse them.
    let world = World::with_store();
    assert_data_eq!(
        world.admit(["domain", "check", "yopmail.com"]).to_string(),
        str![[r#"
--- stdout
Domain       Result  Reason
yopmail.com  let in  yopmail.com is on the list of disposable domains of [LIST DATE], but main lets those in
--- exit 0

"#]]
    );
}

#[test]
fn who_may_not_manage_users_decides_about_no_domain() {
    let world = World::with_people();
    world.put("bob@example.com", Status::Active);
    let before = world.contents();
    for verb in ["allow", "block", "forget", "check"] {
        let run = world.admit(["--as=bob@example.com", "domain", verb, "example.org", "--quiet"]);
        run.assert_code(77);
        let untouched = |rows: &[String]| {
            rows.iter().filter(|row| row.starts_with("domains:")).cloned().collect::<Vec<_>>()
        };
        assert_eq!(untouched(&world.contents()), untouched(&before));
    }
    let run = world.admit(["--as=bob@example.com", "domain", "block", "example.org"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: bob@example.com may not do this: domain block needs manage-users, which the role agent does not have
--- exit 77

"#]]
    );
}

#[test]
fn disposable_and_blocked_addresses_are_not_invited_and_named() {
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
--- exit 3

"#]]
    );
    assert_eq!(world.statuses().len(), 1);
    let run = world.admit(["invite", "bob@yopmail.com", "--format", "jsonl", "--dry-run"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
{"user":"bob@yopmail.com","name":null,"result":"disposable address","role":null,"team":null,"agents":[],"expires_at":null,"link":null,"reason":"bob@yopmail.com cannot be invited: yopmail.com is on the list of disposable domains of [LIST DATE]","organization":"main"}
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
email,name,role,team,agents,reason
bob@mail.yopmail.com,Bob,,,,email: yopmail.com is on the list of disposable domains of [LIST DATE]; let it in: admit domain allow mail.yopmail.com
new@example.com,New,,,,email: example.com is blocked in main; let it in: admit domain allow example.com

"#]]
    );
    assert_eq!(world.status("ann@example.org"), "pending");
    assert_eq!(world.status("new@example.com"), "gone");
}

#[test]
fn an_owner_may_have_any_address() {
    let world = World::fresh();
    let owner = "boss@mailinator.com";
    world.admit(["init", "--template", "customer-portal", "--owner", owner]).assert_code(0);
    assert_eq!(world.status(owner), "active");
}

#[test]
fn a_domain_is_asked_for_in_a_terminal() {
    let world = World::with_store();
    let mut terminal = world.terminal("admit domain block");
    terminal.see("Which domain to block?").press(["ann@example.com", ENTER]);
    terminal.see("name its domain: example.com").press(["\u{15}example.com", ENTER]);
    assert_data_eq!(
        terminal.end().screen,
        str![[r#"
✔ Which domain to block? · example.com
Domain       Result
example.com  blocked
Blocked 1 domain in main.
[exit 0]

"#]]
    );
    let mut terminal = world.terminal("admit domain check");
    terminal.see("Which domain to check?").press(["ann@example.com", ENTER]);
    assert_data_eq!(
        terminal.end().screen,
        str![[r#"
✔ Which domain to check? · ann@example.com
Domain       Result   Reason
example.com  refused  example.com is blocked in main
[exit 1]

"#]]
    );
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
        let mut request = imports::ImportRequest {
            rows: rows.lines().skip(1).zip(2..).map(|(email, line)| row(line, email)).collect(),
            source: "people.csv".to_owned(),
            role: None,
            team: None,
            on_existing: imports::OnExisting::Skip,
            on_unknown_team: imports::OnUnknownTeam::Refuse,
            delivery: admit::domain::template::Delivery::OnCommand,
        };
        let plan = {
            let (tx, session) = access::read(store, context, Operation::Import).unwrap();
            imports::plan(&tx, &session, &mut request).unwrap()
        };
        assert_eq!(plan.totals.invited, 2);
        let blocked = admit::domain::disposable::DomainVerdict::Blocked;
        domains::decide(store, context, &["example.org".parse().unwrap()], blocked).unwrap();
        let random = &mut admit::random::SystemEntropy;
        let progress = &mut |_| std::ops::ControlFlow::Continue(());
        let ended = imports::apply(store, context, random, &mut request, plan, progress);
        assert!(matches!(ended, Err(Error::PlanOutdated(1))), "{ended:?}");
    });
    assert_eq!(world.statuses().len(), 0);
}
