//! `admit delivery`, and the outbox behind `invite`, `send` and `resend`: what waits, what was handed over,
//! what was refused, against a mail server that fails on request.

mod bounds;
mod letters;
mod queue;
mod retry;

use snapbox::{assert_data_eq, str};

use crate::support::World;
use crate::support::smtp::{Act, At, Fault, SmtpServer};

#[test]
fn an_invitation_is_mailed_after_the_commit() {
    let server = SmtpServer::start();
    let world = World::mailing(&server);
    let words = ["invite", "ana@example.com", "bob@example.com", "--role=agent"];
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stdout
User             Result   Role   Link expires          Mail
ana@example.com  invited  agent  [DAY, HOUR AND ZONE]  handed over
bob@example.com  invited  agent  [DAY, HOUR AND ZONE]  handed over
--- stderr
Invited 2 people in main.
--- exit 0

"#]]
    );
    let received = server.received();
    assert_eq!(received.iter().map(|it| it.recipient()).collect::<Vec<_>>().len(), 2);
    assert_eq!(received[0].recipient(), "ana@example.com");
    assert_eq!(received[0].from, "people@acme.example");
    assert_eq!(server.connections(), 1);
    assert_eq!(world.status("ana@example.com"), "invited");
    assert_data_eq!(
        world.admit(["delivery", "list"]).to_string(),
        str![[r#"
--- stdout
Number  User             Kind        State        Tries  Next try  Answer
     2  bob@example.com  invitation  handed over      1  -         250 2.0.0 queued as 1
     1  ana@example.com  invitation  handed over      1  -         250 2.0.0 queued as 1
--- exit 0

"#]]
    );
}

#[test]
fn c2_the_link_lives_in_the_mail_alone() {
    let server = SmtpServer::start();
    let world = World::mailing(&server);
    let run = world.admit(["invite", "ana@example.com", "--format=json"]);
    let token = server.received()[0].token();
    let secret = token.split_once('.').unwrap().1;
    assert!(!run.to_string().contains(secret), "{run}");
    assert_eq!(run.json()[0]["link"], serde_json::Value::Null);
    assert_eq!(run.json()[0]["mail"], "handed-over");
    let audit = world.answer(["audit", "list", "--format=json", "--all"]);
    assert!(!audit.contains(secret));
    for file in std::fs::read_dir(world.store_path().parent().unwrap()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "the secret is in the store");
    }
}

/// What one fault leads to: the state, and what is said.
fn fault(at: At, act: Act) -> (String, crate::support::Run) {
    let server = SmtpServer::with([Fault::about(at, "", act)]);
    let world = World::mailing(&server);
    let run = world.admit(["invite", "ana@example.com"]);
    (world.deliveries().join("\n"), run)
}

#[test]
fn h3_four_is_later_five_is_never_and_no_answer_is_unknown() {
    for (at, act, state, says) in [
        (At::Rcpt, Act::Say("450 4.2.1 busy"), "queued", "has to wait until"),
        (At::Rcpt, Act::Say("550 5.1.1 no such user"), "refused", "was refused: 550 5.1.1 no such"),
        (At::Mail, Act::Say("451 4.3.0 later"), "queued", "has to wait until"),
        (At::Data, Act::Say("554 5.7.1 spam"), "refused", "was refused: 554 5.7.1 spam"),
        (At::Message, Act::Say("451 4.3.0 later"), "queued", "has to wait until"),
        (At::Message, Act::Say("554 5.7.1 spam"), "refused", "was refused: 554 5.7.1 spam"),
        (At::Message, Act::Close, "unknown", "may have arrived or not"),
        (At::Message, Act::Hang, "unknown", "may have arrived or not"),
        (At::Connect, Act::Say("554 5.3.2 not here"), "queued", "the mail server cannot be used"),
        (At::Connect, Act::Hang, "queued", "the mail server cannot be used"),
    ] {
        let (deliveries, run) = fault(at, act.clone());
        assert_eq!(deliveries, format!("ana@example.com,invitation,{state},1"), "{at:?} {run}");
        assert_eq!(run.code, 3, "{run}");
        assert!(run.stderr.contains(says), "{at:?} {act:?} {run}");
        assert!(run.stderr.contains("hint: "), "{run}");
    }
}

#[test]
fn h1_the_invite_stands_where_the_server_cannot_be_reached() {
    let world = World::with_store();
    world.mail_settings("server = \"smtp://127.0.0.1:1\"");
    assert_data_eq!(
        world.admit(["invite", "ana@example.com", "bob@example.com"]).to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires  Mail
ana@example.com  invited  user  -             queued
bob@example.com  invited  user  -             queued
--- stderr
Invited 2 people in main.
error: the mail server cannot be used: 127.0.0.1:1 cannot be reached: connection refused
hint: the mails stay queued; try again: admit delivery retry --all
--- exit 3

"#]]
    );
    // No link was made that nobody has: both are pending still.
    assert_eq!(world.status("ana@example.com"), "pending");
    assert_eq!(
        world.deliveries(),
        ["ana@example.com,invitation,queued,1", "bob@example.com,invitation,queued,0"]
    );
}

#[test]
fn h3_one_bad_recipient_stops_nobody_else() {
    let server = SmtpServer::with([Fault::about(At::Rcpt, "bob@", Act::Say("550 5.1.1 unknown"))]);
    let world = World::mailing(&server);
    let words = ["invite", "ana@example.com", "bob@example.com", "cid@example.com"];
    let run = world.admit(words);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires          Mail
ana@example.com  invited  user  [DAY, HOUR AND ZONE]  handed over
bob@example.com  invited  user  -                     refused
cid@example.com  invited  user  [DAY, HOUR AND ZONE]  handed over
--- stderr
Invited 3 people in main.
error: the mail to bob@example.com was refused: 550 5.1.1 unknown
hint: where the address is right, try again: admit delivery retry 2
--- exit 3

"#]]
    );
    let received = server.received();
    let to: Vec<&str> = received.iter().map(|it| it.recipient()).collect();
    assert_eq!(to, ["ana@example.com", "cid@example.com"]);
    let show = world.admit(["show", "bob@example.com", "--format=json"]).json();
    assert_eq!(show["mail"]["state"], "refused");
    assert_eq!(show["mail"]["answer"], "550 5.1.1 unknown");
    assert_eq!(show["pending"], true);
}

#[test]
fn where_no_server_is_set_up_the_link_is_printed_and_that_is_remembered() {
    let world = World::with_store();
    world.admit(["invite", "ana@example.com"]).assert_code(0);
    assert_eq!(world.deliveries(), ["ana@example.com,invitation,not-configured,0"]);
    let run = world.admit(["delivery", "retry", "ana@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: no mail server is set up
hint: name one: ADMIT_MAIL, or server in the table [mail] of the settings file
--- exit 78

"#]]
    );
}

#[test]
fn a_wrong_setting_is_found_before_anything_is_written() {
    let world = World::with_store();
    let before = world.contents();
    for lines in [
        "server = \"smtp://\"",
        "server = \"ftp://x\"",
        "ca-file = \"/nowhere.pem\"\nserver = \"smtps://localhost\"",
    ] {
        world.mail_settings(lines);
        world.admit(["invite", "ana@example.com"]).assert_code(78);
    }
    // Mail has to come from somebody.
    world.file(".config/admit/config.toml", "[mail]\nserver = \"smtp://127.0.0.1:1\"\n");
    assert_data_eq!(
        world.admit(["invite", "ana@example.com"]).to_string(),
        str![[r#"
--- stderr
error: nothing says whom the mails of main come from
hint: name the sender: admit org set main --sender EMAIL, or from in the settings file
--- exit 78

"#]]
    );
    assert_eq!(world.contents(), before);
    // Who is only to be there needs no sender.
    world.admit(["invite", "ana@example.com", "--no-send"]).assert_code(0);
    assert_eq!(world.deliveries(), Vec::<String>::new());
}

#[test]
fn h10_a_dry_run_mails_nobody() {
    let server = SmtpServer::start();
    let world = World::mailing(&server);
    let before = world.contents();
    let run = world.admit(["invite", "ana@example.com", "--dry-run"]);
    assert!(run.assert_code(0).stdout.contains("queued"), "{run}");
    assert_eq!(world.contents(), before);
    assert_eq!(server.connections(), 0);
}

#[test]
fn c6_resending_ends_the_old_link_at_once_and_mails_a_new_one() {
    let server = SmtpServer::start();
    let world = World::mailing(&server);
    world.admit(["invite", "ana@example.com"]).assert_code(0);
    let run = world.admit(["resend", "ana@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result                   Link expires          Mail
ana@example.com  new link, old one ended  [DAY, HOUR AND ZONE]  handed over
--- stderr
Renewed the links of 1 person in main.
--- exit 0

"#]]
    );
    let received = server.received();
    assert_eq!(received.len(), 2);
    assert_ne!(received[0].token(), received[1].token());
    let states = "SELECT group_concat(state) FROM (SELECT state FROM invites ORDER BY id)";
    let states: String = world.sql().query_row(states, [], |row| row.get(0)).unwrap();
    assert_eq!(states, "6,1");
    server.become_with([Fault::always(At::Rcpt, Act::Say("451 4.2.1 try later"))]);
    assert_data_eq!(
        world.admit(["resend", "ana@example.com"]).to_string(),
        str![[r#"
--- stdout
User             Result                          Link expires  Mail
ana@example.com  old link ended, no new one yet  -             queued
--- stderr
Renewed the links of 1 person in main.
error: the mail to ana@example.com has to wait until [DAY, HOUR AND ZONE]: 451 4.2.1 try later
hint: try at once: admit delivery retry 3
--- exit 3

"#]]
    );
}

#[test]
fn an_owner_is_mailed_a_link_to_set_a_password() {
    let server = SmtpServer::start();
    let world = World::mailing(&server);
    let words = ["org", "create", "acme", "--template=security-console", "--owner=o@acme.example"];
    let run = world.admit(words);
    assert!(run.assert_code(0).stdout.contains("Mail          handed over"), "{run}");
    let received = server.received();
    assert!(received[0].text().contains("Set your password for acme"), "{}", received[0].text());
    assert_eq!(received[0].recipient(), "o@acme.example");
}

#[test]
fn every_format_of_the_list() {
    let server = SmtpServer::with([Fault::about(At::Rcpt, "bob@", Act::Say("450 4.2.1 busy"))]);
    let world = World::mailing(&server);
    world.admit(["invite", "ana@example.com", "bob@example.com"]).assert_code(3);
    assert_data_eq!(
        world.in_every_format(&["delivery", "list", "--state=queued,handed-over"]),
        str![[r#"
=== table
--- stdout
Number  User             Kind        State        Tries  Next try              Answer
     2  bob@example.com  invitation  queued           1  [DAY, HOUR AND ZONE]  450 4.2.1 busy
     1  ana@example.com  invitation  handed over      1  -                     250 2.0.0 queued as 1
--- exit 0
=== json
--- stdout
[
{"number":2,"user":"bob@example.com","kind":"invitation","state":"queued","attempts":1,"next_try_at":"[TIME]","answer":"450 4.2.1 busy","created_at":"[TIME]","changed_at":"[TIME]","organization":"main"},
{"number":1,"user":"ana@example.com","kind":"invitation","state":"handed-over","attempts":1,"next_try_at":null,"answer":"250 2.0.0 queued as 1","created_at":"[TIME]","changed_at":"[TIME]","organization":"main"}
]
--- exit 0
=== jsonl
--- stdout
{"number":2,"user":"bob@example.com","kind":"invitation","state":"queued","attempts":1,"next_try_at":"[TIME]","answer":"450 4.2.1 busy","created_at":"[TIME]","changed_at":"[TIME]","organization":"main"}
{"number":1,"user":"ana@example.com","kind":"invitation","state":"handed-over","attempts":1,"next_try_at":null,"answer":"250 2.0.0 queued as 1","created_at":"[TIME]","changed_at":"[TIME]","organization":"main"}
--- exit 0
=== csv
--- stdout
number,user,kind,state,attempts,next_try_at,answer,created_at,changed_at,organization
2,bob@example.com,invitation,queued,1,[TIME],450 4.2.1 busy,[TIME],[TIME],main
1,ana@example.com,invitation,handed-over,1,,250 2.0.0 queued as 1,[TIME],[TIME],main
--- exit 0
=== ids
--- stdout
2
1
--- exit 0

"#]]
    );
    for (words, many) in [
        (&["--user=ana@example.com"][..], 1),
        (&["--state=refused"], 0),
        (&["--before=2"], 1),
        (&["--limit=1"], 1),
    ] {
        let words = ["delivery", "list", "--format=ids"].into_iter().chain(words.iter().copied());
        assert_eq!(world.admit(words).lines().len(), many);
    }
    let run = world.admit(["delivery", "list", "--state=lost"]);
    assert!(run.assert_code(2).stderr.contains("a mail is queued, sending, handed-over"), "{run}");
    world.admit(["delivery", "list", "--user=eve@example.com"]).assert_code(67);
}
