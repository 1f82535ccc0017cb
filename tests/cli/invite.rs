//! `admit invite`.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::World;

mod refusals;

#[test]
fn the_first_invite_makes_the_default_store_and_prints_the_link_once() {
    let world = World::fresh();
    let run = world.admit(["invite", "ana@example.com", "--name", "Ana Ruiz"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires
ana@example.com  invited  user  [DAY, HOUR AND ZONE]

Token for ana@example.com:
[TOKEN]
--- stderr
Made the store [HOME]/.local/share/admit/admit.db from the template contact-center.
Invited 1 person in main.
--- exit 0

"#]]
    );
}

#[test]
fn each_person_is_told_what_happened() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Active);
    let run =
        world.admit(["invite", "new@example.com", "ann@example.com", "bob@example.com", "x@@y"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result           Role  Link expires
new@example.com  invited          user  [DAY, HOUR AND ZONE]
ann@example.com  already active   -     -
bob@example.com  already invited  -     -
x@@y             invalid          -     -

Token for new@example.com:
[TOKEN]
--- stderr
error: x@@y is no address: the address has more than one '@'
error: ann@example.com is active already
error: bob@example.com is invited already
hint: send a new link: admit resend bob@example.com
Invited 1 person in main.
--- exit 3

"#]]
    );
}

fn status_and_link(world: &World, email: &str) -> (String, Option<i64>) {
    let seconds = "SELECT i.expires_at - i.created_at FROM users u
                   LEFT JOIN invites i ON i.id = u.invite_id AND i.state = 1 WHERE u.email = ?1";
    let seconds = world.sql().query_row(seconds, [email], |row| row.get(0)).unwrap();
    (world.status(email), seconds)
}

#[test]
fn one_command_takes_name_role_team_and_agents() {
    let world = World::with_people();
    let run = world.admit([
        "invite",
        "Ana@Example.com",
        "--name=Ana Ruiz",
        "--role=agent",
        "--team=support",
        "--agent=voice:4711",
        "--agent=ana.r",
        "--format=json",
    ]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
[
{"user":"Ana@Example.com","name":"Ana Ruiz","result":"invited","role":"agent","team":"Support","agents":["voice:4711","chat:ana.r"],"modules":[],"sub_accounts":[],"expires_at":"[TIME]","link":"[TOKEN]","mail":"not-configured","answer":null,"reason":null,"organization":"main"}
]
--- stderr
Invited 1 person in main.
--- exit 0

"#]]
    );
    assert_eq!(
        world.last_entry(),
        "user.invite 1: Ana@Example.com [role=agent team=Support agent=voice:4711 agent=chat:ana.r]"
    );
    let run = world.admit(["list", "--search=ana", "--format=jsonl"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
{"id":4,"email":"Ana@Example.com","name":"Ana Ruiz","role":"agent","team":"Support","status":"invited","pending":false,"agents":["chat:ana.r","voice:4711"],"modules":[],"sub_accounts":[],"expires_at":"[TIME]","last_login_at":null,"created_at":"[TIME]","batch":null,"extension":null,"portal_access":true}
--- exit 0

"#]]
    );
}

#[test]
fn without_a_role_the_default_is_given_and_the_link_lives_seven_days() {
    let world = World::with_people();
    world.admit(["invite", "new@example.com"]).assert_code(0);
    assert_eq!(status_and_link(&world, "new@example.com"), ("invited".to_owned(), Some(604_800)));
    let run = world.admit(["list", "--role=user", "--format=ids"]);
    assert_eq!(run.stdout, "new@example.com\n");
}

#[test]
fn making_and_mailing_are_separable() {
    let world = World::with_people();
    let run = world.admit(["invite", "new@example.com", "--no-send"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires
new@example.com  invited  user  -
--- stderr
Invited 1 person in main.
hint: no link yet; make it: admit send new@example.com
--- exit 0

"#]]
    );
    assert_eq!(status_and_link(&world, "new@example.com"), ("pending".to_owned(), None));
    let run = world.admit(["list", "--pending", "--format=ids"]);
    assert_eq!(run.stdout, "cid@example.com\nnew@example.com\n");
    world.admit(["invite", "x@example.com", "--send", "--no-send"]).assert_code(2);
}

#[test]
fn c14_who_was_removed_cancelled_or_declined_is_invited_again() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Declined);
    world.admit(["cancel", "bob@example.com"]).assert_code(0);
    world.admit(["remove", "cid@example.com", "--yes"]).assert_code(0);
    let run = world.admit([
        "invite",
        "ann@example.com",
        "bob@example.com",
        "cid@example.com",
        "--role=team-leader",
        "--team=Support",
    ]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result         Role         Link expires
ann@example.com  invited again  team-leader  [DAY, HOUR AND ZONE]
bob@example.com  invited again  team-leader  [DAY, HOUR AND ZONE]
cid@example.com  invited        team-leader  [DAY, HOUR AND ZONE]

Token for ann@example.com:
[TOKEN]

Token for bob@example.com:
[TOKEN]

Token for cid@example.com:
[TOKEN]
--- stderr
Invited 3 people in main.
--- exit 0

"#]]
    );
    let run = world.admit(["list", "--format=csv", "--fields=email,name,role,team,status"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
email,name,role,team,status
ann@example.com,Ann Lee,team-leader,Support,invited
bob@example.com,Bob Ray,team-leader,Support,invited
cid@example.com,,team-leader,Support,invited
--- exit 0

"#]]
    );
}

#[test]
fn if_not_exists_takes_who_is_there_for_done() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Active);
    let there = ["invite", "ann@example.com", "bob@example.com", "--if-not-exists"];
    let before = world.contents();
    assert_data_eq!(
        world.admit(there).to_string(),
        str![[r#"
--- stdout
User             Result           Role  Link expires
ann@example.com  already active   -     -
bob@example.com  already invited  -     -
--- stderr
2 were there already.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
    world.admit(there.into_iter().chain(["new@example.com"])).assert_code(0);
    assert_eq!(world.status("new@example.com"), "invited");
}

#[test]
fn if_not_exists_with_a_refusal_is_partly_done() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Deactivated);
    let run = world.admit(["invite", "ann@example.com", "bob@example.com", "--if-not-exists"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result           Role  Link expires
ann@example.com  deactivated      -     -
bob@example.com  already invited  -     -
--- stderr
error: ann@example.com is deactivated already
hint: bring back: admit reactivate ann@example.com
1 was there already.
--- exit 3

"#]]
    );
    world.admit(["invite", "ann@example.com", "--if-not-exists"]).assert_code(1);
    world.admit(["invite", "bob@example.com", "x@@y", "--if-not-exists"]).assert_code(3);
    world.admit(["invite", "x@@y", "--if-not-exists"]).assert_code(1);
}

#[test]
fn a_dry_run_on_a_fresh_machine_makes_no_store() {
    let world = World::fresh();
    let run = world.admit(["invite", "ana@example.com", "--dry-run"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires
ana@example.com  invited  user  [DAY, HOUR AND ZONE]
--- stderr
There is no store yet; it would be made at [HOME]/.local/share/admit/admit.db.
Dry run, nothing was changed; it would say: Invited 1 person in main.
--- exit 0

"#]]
    );
    assert!(!world.home().join(".local").exists());
}

#[test]
fn a_dry_run_shows_what_would_happen_without_a_link() {
    let world = World::with_people();
    let before = world.contents();
    let words = ["invite", "new@example.com", "bob@example.com", "--dry-run"];
    assert_data_eq!(
        world.in_every_format(&words),
        str![[r#"
=== table
--- stdout
User             Result           Role  Link expires
new@example.com  invited          user  [DAY, HOUR AND ZONE]
bob@example.com  already invited  -     -
--- stderr
error: bob@example.com is invited already
hint: send a new link: admit resend bob@example.com
Dry run, nothing was changed; it would say: Invited 1 person in main.
--- exit 3
=== json
--- stdout
[
{"user":"new@example.com","name":null,"result":"invited","role":"user","team":null,"agents":[],"modules":[],"sub_accounts":[],"expires_at":"[TIME]","link":null,"mail":"not-configured","answer":null,"reason":null,"organization":"main"},
{"user":"bob@example.com","name":null,"result":"already invited","role":null,"team":null,"agents":[],"modules":[],"sub_accounts":[],"expires_at":null,"link":null,"mail":null,"answer":null,"reason":"bob@example.com is invited already","organization":"main"}
]
--- stderr
error: bob@example.com is invited already
hint: send a new link: admit resend bob@example.com
Dry run, nothing was changed; it would say: Invited 1 person in main.
--- exit 3
=== jsonl
--- stdout
{"user":"new@example.com","name":null,"result":"invited","role":"user","team":null,"agents":[],"modules":[],"sub_accounts":[],"expires_at":"[TIME]","link":null,"mail":"not-configured","answer":null,"reason":null,"organization":"main"}
{"user":"bob@example.com","name":null,"result":"already invited","role":null,"team":null,"agents":[],"modules":[],"sub_accounts":[],"expires_at":null,"link":null,"mail":null,"answer":null,"reason":"bob@example.com is invited already","organization":"main"}
--- stderr
error: bob@example.com is invited already
hint: send a new link: admit resend bob@example.com
Dry run, nothing was changed; it would say: Invited 1 person in main.
--- exit 3
=== csv
--- stdout
user,name,result,role,team,agents,modules,sub_accounts,expires_at,link,mail,answer,reason,organization
new@example.com,,invited,user,,,,,[TIME],,not-configured,,,main
bob@example.com,,already invited,,,,,,,,,,bob@example.com is invited already,main
--- stderr
error: bob@example.com is invited already
hint: send a new link: admit resend bob@example.com
Dry run, nothing was changed; it would say: Invited 1 person in main.
--- exit 3
=== ids
--- stdout
new@example.com
--- stderr
error: bob@example.com is invited already
hint: send a new link: admit resend bob@example.com
Dry run, nothing was changed; it would say: Invited 1 person in main.
--- exit 3

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn stdin_names_people_one_a_line_and_each_once() {
    let world = World::with_people();
    let lines = "\nb@example.com\r\n\n a@example.com \nx@@y\nB@EXAMPLE.com\nc@example.com\n";
    let entries = world.entries();
    let run = world.admit_with(lines, ["invite", "-", "--format=csv", "--fields=user,result"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
user,result
b@example.com,invited
a@example.com,invited
x@@y,invalid
c@example.com,invited
--- stderr
error: x@@y is no address: the address has more than one '@'
warning: 3 links were made and not shown; nobody can see them any more
hint: make new ones: admit resend USER…; --format json shows them
Invited 3 people in main.
--- exit 3

"#]]
    );
    assert_eq!(world.entries(), entries + 1);
    let run = world.admit_with("\n", ["invite", "-"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- exit 0

"#]]
    );
    assert_eq!(world.entries(), entries + 1);
}

#[test]
fn rows_stand_in_the_order_asked_for() {
    let world = World::with_people();
    let words = ["a@example.com", "A@Example.com", "x@@y", "b@example.com", "nobody", "-q"];
    let run = world.admit(["invite", "--format=csv", "--fields=user"].iter().chain(&words));
    let expected = ["user", "a@example.com", "x@@y", "b@example.com", "nobody"];
    assert_eq!(run.assert_code(3).stdout.lines().collect::<Vec<_>>(), expected, "{run}");
}

#[test]
fn references_for_another_command_are_those_who_were_invited() {
    let world = World::with_people();
    let words = ["a@example.com", "x@@y", "ann@example.com", "b@example.com"];
    let run = world.admit(["invite", "--format=ids"].iter().chain(&words));
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
a@example.com
b@example.com
--- stderr
error: x@@y is no address: the address has more than one '@'
warning: 2 links were made and not shown; nobody can see them any more
hint: make new ones: admit resend USER…; --format json shows them
error: ann@example.com is invited already
hint: send a new link: admit resend ann@example.com
Invited 2 people in main.
--- exit 3

"#]]
    );
}

#[test]
fn quiet_leaves_the_answer_and_the_errors() {
    let world = World::with_people();
    let run = world.admit(["invite", "new@example.com", "bob@example.com", "-q"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result           Role  Link expires
new@example.com  invited          user  [DAY, HOUR AND ZONE]
bob@example.com  already invited  -     -

Token for new@example.com:
[TOKEN]
--- stderr
error: bob@example.com is invited already
hint: send a new link: admit resend bob@example.com
--- exit 3

"#]]
    );
}

#[test]
fn every_format_carries_the_link_but_ids() {
    let world = World::with_people();
    let mut text = String::new();
    for format in ["table", "json", "jsonl", "csv", "ids"] {
        let run = world.admit(["invite", &format!("{format}@example.com"), "--format", format]);
        text.push_str(&run.to_string());
    }
    assert_data_eq!(
        text,
        str![[r#"
--- stdout
User               Result   Role  Link expires
table@example.com  invited  user  [DAY, HOUR AND ZONE]

Token for table@example.com:
[TOKEN]
--- stderr
Invited 1 person in main.
--- exit 0
--- stdout
[
{"user":"json@example.com","name":null,"result":"invited","role":"user","team":null,"agents":[],"modules":[],"sub_accounts":[],"expires_at":"[TIME]","link":"[TOKEN]","mail":"not-configured","answer":null,"reason":null,"organization":"main"}
]
--- stderr
Invited 1 person in main.
--- exit 0
--- stdout
{"user":"jsonl@example.com","name":null,"result":"invited","role":"user","team":null,"agents":[],"modules":[],"sub_accounts":[],"expires_at":"[TIME]","link":"[TOKEN]","mail":"not-configured","answer":null,"reason":null,"organization":"main"}
--- stderr
Invited 1 person in main.
--- exit 0
--- stdout
user,name,result,role,team,agents,modules,sub_accounts,expires_at,link,mail,answer,reason,organization
csv@example.com,,invited,user,,,,,[TIME],[TOKEN],not-configured,,,main
--- stderr
Invited 1 person in main.
--- exit 0
--- stdout
ids@example.com
--- stderr
warning: 1 link was made and not shown; nobody can see them any more
hint: make new ones: admit resend USER…; --format json shows them
Invited 1 person in main.
--- exit 0

"#]]
    );
}

#[test]
fn c2_a_secret_is_nowhere_in_the_store() {
    let world = World::with_store();
    // While somebody reads, the write-ahead log stays beside the store.
    let reader = world.sql();
    reader.query_row("SELECT count(*) FROM audit", [], |row| row.get::<_, i64>(0)).unwrap();
    let tokens = [
        world.admit(["invite", "ana@example.com"]),
        world.admit(["resend", "ana@example.com"]),
        world.admit(["resend", "ana@example.com"]),
    ]
    .map(|run| run.lines().last().unwrap().to_string());
    world.admit(["deactivate", "ana@example.com"]).assert_code(1);

    let directory = world.store_path().parent().unwrap().to_owned();
    let files = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> = files.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect();
    assert_eq!(files.len(), 3, "the store, its -wal and its -shm");
    let find = |needle: &[u8]| {
        let holds = |bytes: &Vec<u8>| bytes.windows(needle.len()).any(|window| window == needle);
        files.iter().find(|(_, bytes)| holds(bytes)).map(|(path, _)| path)
    };
    for token in tokens {
        let secret = token.split_once('.').unwrap().1;
        let raw = data_encoding::BASE64URL_NOPAD.decode(secret.as_bytes()).unwrap();
        assert_eq!(raw.len(), 32);
        assert_eq!(find(token.as_bytes()), None);
        assert_eq!(find(secret.as_bytes()), None);
        assert_eq!(find(&raw), None);
        for text in [data_encoding::HEXLOWER.encode(&raw), data_encoding::BASE64.encode(&raw)] {
            assert_eq!(find(text.as_bytes()), None);
        }
        // The search can find: what stands there is the hash.
        let hash = <sha2::Sha256 as sha2::Digest>::digest(&raw);
        assert!(find(&hash).is_some());
    }
}
