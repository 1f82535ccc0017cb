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
