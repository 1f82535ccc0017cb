//! `admit send`.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::contract::{Case, contract};
use crate::support::World;

const SEND: Case = Case {
    words: &["send"],
    fits: None,
    after: "invited",
    misfit: Some(Status::Invited),
    action: "invite.send",
};
contract!(SEND);

#[test]
fn a_pending_user_gets_the_first_link() {
    let world = World::with_people();
    assert_data_eq!(
        world.admit(["send", "cid@example.com"]).to_string(),
        str![[r#"
--- stdout
User             Result     Link expires
cid@example.com  link made  [DAY, HOUR AND ZONE]

Token for cid@example.com:
[TOKEN]
--- stderr
Made the links of 1 person in main.
--- exit 0

"#]]
    );
    assert_eq!(world.last_entry(), "invite.send 1: cid@example.com []");
    assert_eq!(world.status("cid@example.com"), "invited");
}

#[test]
fn who_has_a_link_gets_a_new_one_by_resend() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Active);
    let run = world.admit(["send", "ann@example.com", "bob@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Link expires
ann@example.com  refused  -
bob@example.com  refused  -
--- stderr
error: ann@example.com is active, so send does not apply
error: bob@example.com is invited, so send does not apply
hint: send a new link: admit resend bob@example.com
--- exit 1

"#]]
    );
}

#[test]
fn all_who_are_pending_are_sent_once() {
    let world = World::with_people();
    world.admit(["invite", "a@example.com", "z@example.com", "--no-send"]).assert_code(0);
    let entries = world.entries();
    let run = world.admit(["send", "--all", "--format=ids"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
a@example.com
cid@example.com
z@example.com
--- stderr
warning: 3 links were made and not shown; nobody can see them any more
hint: make new ones: admit resend USER…; --format json shows them
Made the links of 3 people in main.
--- exit 0

"#]]
    );
    assert_eq!(world.entries(), entries + 1);
    assert_data_eq!(
        world.admit(["send", "--all"]).to_string(),
        str![[r#"
--- stderr
Nobody is pending in main.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["send", "--all", "--format=json"]).to_string(),
        str![[r#"
--- stdout
[]
--- stderr
Nobody is pending in main.
--- exit 0

"#]]
    );
    assert_eq!(world.entries(), entries + 1);
}

#[test]
fn limit_and_batch_choose_among_the_pending() {
    let world = World::with_people();
    let file = world.file("people.csv", "email\na@example.com\nz@example.com\n");
    world.admit(["import", file.to_str().unwrap()]).assert_code(0);
    let run = world.admit(["send", "--batch=1", "--limit=1", "--format=ids"]);
    assert_eq!(run.assert_code(0).stdout, "a@example.com\n");
    let run = world.admit(["send", "--batch=1", "--format=ids"]);
    assert_eq!(run.assert_code(0).stdout, "z@example.com\n");
    assert_eq!(world.status("cid@example.com"), "pending");
}

#[test]
fn users_and_all_do_not_go_together() {
    let world = World::with_people();
    let before = world.contents();
    for other in ["--all", "--batch=1", "--limit=1"] {
        world.admit(["send", "cid@example.com", other]).assert_code(2);
    }
    assert_eq!(world.contents(), before);
}

#[test]
fn c3_a_lifetime_runs_from_the_sending_and_outside_its_limits_is_refused() {
    let world = World::with_people();
    let before = world.contents();
    for bad in ["59m", "366d", "0h", "-1d", "7", "soon"] {
        let run = world.admit(["send", "cid@example.com", &format!("--expires-in={bad}")]);
        assert!(run.assert_code(2).stderr.contains("a lifetime "), "{run}");
    }
    assert_eq!(world.contents(), before);
    world.admit(["send", "cid@example.com", "--expires-in=1h"]).assert_code(0);
    let seconds = "SELECT i.expires_at - i.created_at FROM invites i
                   JOIN users u ON u.invite_id = i.id WHERE u.email = 'cid@example.com'";
    assert_eq!(world.sql().query_row(seconds, [], |row| row.get(0)), Ok(3_600));
}

#[test]
fn a_line_that_is_no_text_is_65() {
    let world = World::with_people();
    let before = world.contents();
    let run = world.admit_with(b"cid@example.com\nbob\xff@example.com\n", ["send", "-"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: stdin:2: is no UTF-8 text
--- exit 65

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn every_format() {
    let world = World::with_people();
    let words = ["send", "cid@example.com", "bob@example.com", "--dry-run"];
    assert_data_eq!(
        world.in_every_format(&words),
        str![[r#"
=== table
--- stdout
User             Result     Link expires
cid@example.com  link made  [DAY, HOUR AND ZONE]
bob@example.com  refused    -
--- stderr
error: bob@example.com is invited, so send does not apply
hint: send a new link: admit resend bob@example.com
Dry run, nothing was changed; it would say: Made the links of 1 person in main.
Made no link of 1 person.
--- exit 3
=== json
--- stdout
[
{"user":"cid@example.com","name":null,"result":"link made","expires_at":"[TIME]","link":null,"mail":"not-configured","answer":null,"reason":null,"organization":"main"},
{"user":"bob@example.com","name":null,"result":"refused","expires_at":null,"link":null,"mail":null,"answer":null,"reason":"bob@example.com is invited, so send does not apply","organization":"main"}
]
--- stderr
error: bob@example.com is invited, so send does not apply
hint: send a new link: admit resend bob@example.com
Dry run, nothing was changed; it would say: Made the links of 1 person in main.
Made no link of 1 person.
--- exit 3
=== jsonl
--- stdout
{"user":"cid@example.com","name":null,"result":"link made","expires_at":"[TIME]","link":null,"mail":"not-configured","answer":null,"reason":null,"organization":"main"}
{"user":"bob@example.com","name":null,"result":"refused","expires_at":null,"link":null,"mail":null,"answer":null,"reason":"bob@example.com is invited, so send does not apply","organization":"main"}
--- stderr
error: bob@example.com is invited, so send does not apply
hint: send a new link: admit resend bob@example.com
Dry run, nothing was changed; it would say: Made the links of 1 person in main.
Made no link of 1 person.
--- exit 3
=== csv
--- stdout
user,name,result,expires_at,link,mail,answer,reason,organization
cid@example.com,,link made,[TIME],,not-configured,,,main
bob@example.com,,refused,,,,,"bob@example.com is invited, so send does not apply",main
--- stderr
error: bob@example.com is invited, so send does not apply
hint: send a new link: admit resend bob@example.com
Dry run, nothing was changed; it would say: Made the links of 1 person in main.
Made no link of 1 person.
--- exit 3
=== ids
--- stdout
cid@example.com
--- stderr
error: bob@example.com is invited, so send does not apply
hint: send a new link: admit resend bob@example.com
Dry run, nothing was changed; it would say: Made the links of 1 person in main.
Made no link of 1 person.
--- exit 3

"#]]
    );
}

#[test]
fn who_was_asked_for_is_said_where_nobody_is_sent_to() {
    let world = World::with_people();
    for (words, says) in [
        (&["send", "-"][..], "Nobody named.\n"),
        (&["send", "--batch", "999"], "Nobody is pending from import 999 in main.\n"),
    ] {
        assert_eq!(world.admit(words).assert_code(0).stderr, says);
    }
    let run = world.admit(["send", "--limit", "0"]);
    assert!(run.assert_code(2).stderr.contains("0 is not in 1..="), "{run}");
}
