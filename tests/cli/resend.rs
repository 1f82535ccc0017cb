//! `admit resend`.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::contract::{Case, contract};
use crate::support::World;

const RESEND: Case = Case {
    words: &["resend"],
    fits: Some(Status::Expired),
    after: "invited",
    misfit: Some(Status::Active),
    action: "invite.resend",
};
contract!(RESEND);

/// The states of a user's links, oldest first: 1 is open, 3 expired, 6 replaced.
fn links(world: &World, email: &str) -> Vec<i64> {
    let sql = world.sql();
    let mut states = sql
        .prepare(
            "SELECT i.state FROM invites i JOIN users u ON u.id = i.user_id
             WHERE u.email = ?1 ORDER BY i.id",
        )
        .unwrap();
    states.query_map([email], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn c6_a_new_link_takes_the_place_of_the_old_one_and_says_so() {
    let world = World::with_people();
    assert_eq!(links(&world, "bob@example.com"), [1]);
    assert_data_eq!(
        world.admit(["resend", "bob@example.com"]).to_string(),
        str![[r#"
--- stdout
User             Result                   Link expires
bob@example.com  new link, old one ended  [DAY, HOUR AND ZONE]

Token for bob@example.com:
[TOKEN]
--- stderr
Renewed the links of 1 person in main.
--- exit 0

"#]]
    );
    assert_eq!(links(&world, "bob@example.com"), [6, 1]);
    assert_eq!(world.last_entry(), "invite.resend 1: bob@example.com []");
}

#[test]
fn c1_two_links_are_never_the_same() {
    let world = World::with_people();
    let link = || {
        let run = world.admit(["resend", "bob@example.com", "--format=json", "--fields=link"]);
        run.json()[0]["link"].as_str().unwrap().to_owned()
    };
    assert_ne!(link(), link());
    assert_eq!(links(&world, "bob@example.com"), [6, 6, 1]);
}

#[test]
fn an_expired_user_is_invited_again() {
    let world = World::with_people();
    world.put("bob@example.com", Status::Expired);
    world.admit(["resend", "bob@example.com"]).assert_code(0);
    assert_eq!(world.status("bob@example.com"), "invited");
    assert_eq!(links(&world, "bob@example.com"), [3, 1]);
}

#[test]
fn who_never_had_a_link_is_sent_one_instead() {
    let world = World::with_people();
    assert_data_eq!(
        world.admit(["resend", "cid@example.com"]).to_string(),
        str![[r#"
--- stdout
User             Result   Link expires
cid@example.com  refused  -
--- stderr
error: cid@example.com is invited (no link sent yet), so resend does not apply
hint: send the link: admit send cid@example.com
--- exit 1

"#]]
    );
}

#[test]
fn the_expired_are_piped_from_list() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Expired);
    world.put("bob@example.com", Status::Expired);
    let expired = world.admit(["list", "--status", "expired", "--format", "ids"]);
    assert_eq!(expired.stdout, "ann@example.com\nbob@example.com\n");
    let run = world.admit_with(&expired.stdout, ["resend", "-"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result    Link expires
ann@example.com  new link  [DAY, HOUR AND ZONE]
bob@example.com  new link  [DAY, HOUR AND ZONE]

Token for ann@example.com:
[TOKEN]

Token for bob@example.com:
[TOKEN]
--- stderr
Renewed the links of 2 people in main.
--- exit 0

"#]]
    );
    let none = world.admit(["list", "--status", "expired", "--format", "ids"]);
    assert_eq!(none.assert_code(0).stdout, "");
    assert_data_eq!(
        world.admit_with(&none.stdout, ["resend", "-"]).to_string(),
        str![[r#"
--- exit 0

"#]]
    );
}

#[test]
fn c3_a_lifetime_outside_its_limits_is_refused() {
    let world = World::with_people();
    let before = world.contents();
    for bad in ["3599s", "365d 1s", "1y", "0", "forever"] {
        let run = world.admit(["resend", "bob@example.com", &format!("--expires-in={bad}")]);
        assert!(run.assert_code(2).stderr.contains("a lifetime "), "{run}");
    }
    assert_eq!(world.contents(), before);
    world.admit(["resend", "bob@example.com", "--expires-in=365d"]).assert_code(0);
}

#[test]
fn a_dry_run_makes_no_link_and_shows_none() {
    let world = World::with_people();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["resend", "bob@example.com", "--dry-run"]).to_string(),
        str![[r#"
--- stdout
User             Result                   Link expires
bob@example.com  new link, old one ended  [DAY, HOUR AND ZONE]
--- stderr
Dry run, nothing was changed; it would say: Renewed the links of 1 person in main.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn every_format() {
    let world = World::with_people();
    assert_data_eq!(
        world.in_every_format(&["resend", "bob@example.com", "cid@example.com"]),
        str![[r#"
=== table
--- stdout
User             Result                   Link expires
bob@example.com  new link, old one ended  [DAY, HOUR AND ZONE]
cid@example.com  refused                  -

Token for bob@example.com:
[TOKEN]
--- stderr
error: cid@example.com is invited (no link sent yet), so resend does not apply
hint: send the link: admit send cid@example.com
Renewed the links of 1 person in main.
--- exit 3
=== json
--- stdout
[
{"user":"bob@example.com","name":"Bob Ray","result":"new link, old one ended","expires_at":"[TIME]","link":"[TOKEN]","mail":"not-configured","answer":null,"reason":null,"organization":"main"},
{"user":"cid@example.com","name":null,"result":"refused","expires_at":null,"link":null,"mail":null,"answer":null,"reason":"cid@example.com is invited (no link sent yet), so resend does not apply","organization":"main"}
]
--- stderr
error: cid@example.com is invited (no link sent yet), so resend does not apply
hint: send the link: admit send cid@example.com
Renewed the links of 1 person in main.
--- exit 3
=== jsonl
--- stdout
{"user":"bob@example.com","name":"Bob Ray","result":"new link, old one ended","expires_at":"[TIME]","link":"[TOKEN]","mail":"not-configured","answer":null,"reason":null,"organization":"main"}
{"user":"cid@example.com","name":null,"result":"refused","expires_at":null,"link":null,"mail":null,"answer":null,"reason":"cid@example.com is invited (no link sent yet), so resend does not apply","organization":"main"}
--- stderr
error: cid@example.com is invited (no link sent yet), so resend does not apply
hint: send the link: admit send cid@example.com
Renewed the links of 1 person in main.
--- exit 3
=== csv
--- stdout
user,name,result,expires_at,link,mail,answer,reason,organization
bob@example.com,Bob Ray,"new link, old one ended",[TIME],[TOKEN],not-configured,,,main
cid@example.com,,refused,,,,,"cid@example.com is invited (no link sent yet), so resend does not apply",main
--- stderr
error: cid@example.com is invited (no link sent yet), so resend does not apply
hint: send the link: admit send cid@example.com
Renewed the links of 1 person in main.
--- exit 3
=== ids
--- stdout
bob@example.com
--- stderr
warning: 1 link was made and not shown; nobody can see them any more
hint: make new ones: admit resend USER…; --format json shows them
error: cid@example.com is invited (no link sent yet), so resend does not apply
hint: send the link: admit send cid@example.com
Renewed the links of 1 person in main.
--- exit 3

"#]]
    );
}

#[test]
fn the_link_starts_with_the_portal_where_one_is_set() {
    let world = World::with_people();
    let mut command = world.command();
    command.env("ADMIT_PORTAL", "https://portal.example/join");
    command.args(["resend", "bob@example.com", "--format=csv", "--fields=link"]);
    let output = command.output().unwrap();
    let link = String::from_utf8(output.stdout).unwrap();
    assert!(link.starts_with("link\nhttps://portal.example/join"), "{link}");
}
