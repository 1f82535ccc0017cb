//! What keeps mails and links within bounds: how many somebody is sent, whose eyes a printed one is for, and
//! that what is wrong with the settings is found before anything is written.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::World;
use crate::support::smtp::{Act, At, Fault, SmtpServer};

const PASSWORD: &str = "quiet yellow trams";

#[test]
fn c6_nobody_is_sent_link_upon_link() {
    let server = SmtpServer::start();
    let world = World::mailing(&server);
    world.admit(["invite", "ann@example.com", "bob@example.com"]).assert_code(0);
    for _ in 0..4 {
        world.admit(["resend", "ann@example.com"]).assert_code(0);
    }
    assert_data_eq!(
        world.admit(["resend", "ann@example.com", "bob@example.com"]).to_string(),
        str![[r#"
--- stdout
User             Result                   Link expires          Mail
ann@example.com  refused                  -                     -
bob@example.com  new link, old one ended  [DAY, HOUR AND ZONE]  handed over
--- stderr
error: ann@example.com was sent 5 links within an hour
hint: the next one from [DAY, HOUR AND ZONE] on
Renewed the links of 1 person in main.
--- exit 3

"#]]
    );
    let to_ann = server.received().iter().filter(|it| it.recipient() == "ann@example.com").count();
    assert_eq!(to_ann, 5);
    // The last link works, and an hour later there is another.
    world.sql().execute("UPDATE deliveries SET changed_at = changed_at - 3600", []).unwrap();
    world.admit(["resend", "ann@example.com"]).assert_code(0);
}

#[test]
fn c6_to_withdraw_and_invite_again_is_no_way_around_the_limit_of_links() {
    let server = SmtpServer::start();
    let world = World::mailing(&server);
    for _ in 0..5 {
        world.admit(["invite", "ann@example.com"]).assert_code(0);
        world.admit(["cancel", "ann@example.com"]).assert_code(0);
    }
    world.admit(["invite", "ann@example.com"]).assert_code(1);
    world.admit(["invite", "ann@example.com", "--no-send"]).assert_code(0);
    assert_eq!(server.received().len(), 5);
}

#[test]
fn two_names_of_one_mail_are_one() {
    let server = SmtpServer::with([Fault::always(At::Rcpt, Act::Say("550 5.1.1 no such"))]);
    let world = World::mailing(&server);
    world.admit(["invite", "ann@example.com"]).assert_code(3);
    server.become_with([]);
    assert_data_eq!(
        world.admit(["delivery", "retry", "1", "ann@example.com", "1"]).to_string(),
        str![[r#"
--- stdout
Mail  Number  User             State        Answer                 Next try
1          1  ann@example.com  handed over  250 2.0.0 queued as 1  -
--- stderr
Tried 1 mail in main again.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["delivery", "retry", "1", "ann@example.com"]).to_string(),
        str![[r#"
--- stdout
Mail  Number  User  State      Answer  Next try
1     -       -     not tried  -       -
--- stderr
error: delivery 1 to ann@example.com is handed over, and is not tried again
hint: make a link anew: admit resend ann@example.com
--- exit 1

"#]]
    );
    assert_eq!(server.received().len(), 1);
}

#[test]
fn everybody_pending_is_not_who_has_a_mail_that_waits_or_was_refused() {
    let server = SmtpServer::with([
        Fault::about(At::Rcpt, "ann@", Act::Say("451 4.2.1 try later")),
        Fault::about(At::Rcpt, "bob@", Act::Say("550 5.1.1 no such")),
    ]);
    let world = World::mailing(&server);
    world.admit(["invite", "ann@example.com", "bob@example.com", "--quiet"]).assert_code(3);
    world.admit(["invite", "cid@example.com", "--no-send"]).assert_code(0);
    server.become_with([]);
    assert_data_eq!(
        world.admit(["send", "--all"]).to_string(),
        str![[r#"
--- stdout
User             Result       Link expires          Mail
cid@example.com  mail queued  [DAY, HOUR AND ZONE]  handed over
--- stderr
Queued the mails to 1 person in main.
Left 2 people pending.
hint: whose mail waits or did not leave: admit delivery list --state queued,refused,unknown
--- exit 0

"#]]
    );
    assert_eq!(server.received().len(), 1);
    // Who is named is meant.
    world.admit(["send", "bob@example.com"]).assert_code(0);
    assert_eq!(server.received().len(), 2);
}

/// Olga is an owner in `lab`; Leo is in `main` alone.
fn two_organizations() -> World {
    let world = World::with_store();
    world.admit(["invite", "leo@example.com", "--no-send"]).assert_code(0);
    world.put("leo@example.com", Status::Active);
    world.admit(["org", "create", "lab", "--owner=olga@example.com"]).assert_code(0);
    world
}

#[test]
fn a_link_that_opens_more_than_ones_own_organization_is_printed_for_the_operator() {
    let world = two_organizations();
    let invite = ["--org=lab", "--as=olga@example.com", "invite", "leo@example.com"];
    let before = world.contents();
    assert_data_eq!(
        world.admit(invite).to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires
leo@example.com  refused  -     -
--- stderr
error: the link of leo@example.com can be mailed, and is printed for the operator alone
hint: set up a mail server, or act as the operator: without --as and ADMIT_AS
--- exit 1

"#]]
    );
    let file = world.file("people.csv", "email\nleo@example.com\nzoe@example.com\n");
    let import = ["--org=lab", "--as=olga@example.com", "import", file.to_str().unwrap(), "--send"];
    assert_data_eq!(
        world.admit(import.iter().chain(&["--dry-run"])).to_string(),
        str![[r#"
--- stderr
[HOME]/people.csv:2: email: leo@example.com: its link can be mailed, and is printed for the operator alone
error: [HOME]/people.csv has 1 bad row; nothing was imported
hint: correct the file, or import the good rows: --keep-going --rejects FILE
--- exit 65

"#]]
    );
    world.admit(import).assert_code(65);
    // But for the note of what was refused, nothing came of it.
    let kept = |contents: Vec<String>| {
        contents
            .into_iter()
            .filter(|line| line.contains("leo@") && !line.contains("refuse"))
            .count()
    };
    assert_eq!(kept(world.contents()), kept(before));
    // The operator, and whoever invites somebody with an account, see one.
    world.admit(["--org=lab", "invite", "leo@example.com"]).assert_code(0);
    world.admit(["--org=lab", "cancel", "leo@example.com"]).assert_code(0);
    world.account("leo@example.com", PASSWORD);
    world.admit(invite).assert_code(0);
}

#[test]
fn a_printed_link_does_not_open_where_its_person_came_in_later() {
    let world = two_organizations();
    world.admit(["--org=lab", "invite", "max@example.com", "--no-send"]).assert_code(0);
    let token = world.token(["--org=lab", "--as=olga@example.com", "send", "max@example.com"]);
    let own = world.token(["org", "create", "corp", "--owner=max@example.com"]);
    world.accept(&token, PASSWORD, &[]).assert_code(1);
    assert_eq!(
        world.last_entry_anywhere(),
        "max@example.com,invite.refuse,lab,max@example.com,\"reason=the link was printed for its inviter, and opens another organization, too;invite=#2\""
    );
    // Who has a password proves it, whoever saw the link.
    world.accept(&own, PASSWORD, &[]).assert_code(0);
    world.accept(&token, PASSWORD, &["--yes"]).assert_code(0);
}

#[test]
fn a_mailed_link_opens_whatever_was_printed_or_mailed_before() {
    let server = SmtpServer::start();
    let world = two_organizations();
    world.admit(["--org=lab", "invite", "leo@example.com", "--no-send"]).assert_code(0);
    // Printed for the operator, as Leo is in elsewhere; then mailed for Olga.
    world.admit(["--org=lab", "send", "leo@example.com"]).assert_code(0);
    world.mail_settings(&format!("server = \"{}\"", server.url()));
    let words = ["--org=lab", "--as=olga@example.com", "resend", "leo@example.com"];
    world.admit(words).assert_code(0);
    let token = server.received()[0].token();
    world.accept(&token, PASSWORD, &[]).assert_code(0);
}

#[test]
fn what_was_refused_before_an_invite_was_withdrawn_is_not_of_the_next_one() {
    let server = SmtpServer::with([Fault::always(At::Rcpt, Act::Say("550 5.1.1 no such"))]);
    let world = World::mailing(&server);
    world.admit(["invite", "ann@example.com", "--expires-in=30d"]).assert_code(3);
    world.admit(["cancel", "ann@example.com"]).assert_code(0);
    world.sql().execute("UPDATE deliveries SET created_at = created_at - 60", []).unwrap();
    world.admit(["invite", "ann@example.com", "--no-send"]).assert_code(0);
    server.become_with([]);
    assert_data_eq!(
        world.admit(["delivery", "retry", "--all"]).to_string(),
        str![[r#"
--- stderr
Nothing waits or was refused in main.
--- exit 0

"#]]
    );
    world.admit(["send", "--all"]).assert_code(0);
    assert_eq!(server.received().len(), 1);
}

#[test]
fn all_that_is_in_doubt_is_mailed_again_with_a_yes() {
    let server = SmtpServer::with([Fault::always(At::Message, Act::Close)]);
    let world = World::mailing(&server);
    world.admit(["invite", "ann@example.com", "bob@example.com", "--quiet"]).assert_code(3);
    server.become_with([]);
    world.admit(["delivery", "retry", "--all"]).assert_code(0);
    assert_eq!(server.received().len(), 0);
    world.admit(["delivery", "retry", "--all", "--yes"]).assert_code(0);
    assert_eq!(server.received().len(), 2);
}

#[test]
fn a_page_is_filled_with_what_is_meant() {
    let server = SmtpServer::with([Fault::about(At::Rcpt, "p0@", Act::Say("550 5.1.1 no such"))]);
    let world = World::mailing(&server);
    for n in 0..4 {
        let email = format!("p{n}@example.com");
        world.admit(["invite", &email, "--quiet"]).assert_code(if n == 0 { 3 } else { 0 });
    }
    // Three that are still being handed over, and one of which nobody knows.
    world.sql().execute("UPDATE deliveries SET state = 2, due_at = 9999999999", []).unwrap();
    world.sql().execute("UPDATE deliveries SET due_at = 0 WHERE id = 1", []).unwrap();
    let words = ["delivery", "list", "--state=unknown", "--limit=2", "--format=ids"];
    assert_eq!(world.admit(words).stdout, "1\n");
}

#[test]
fn a_password_is_as_long_as_the_strictest_organization_wants_it() {
    let world = two_organizations();
    world.admit(["org", "set", "main", "--password-minimum=8"]).assert_code(0);
    world.admit(["org", "set", "lab", "--password-minimum=20"]).assert_code(0);
    world.admit(["--org=lab", "invite", "leo@example.com", "--no-send"]).assert_code(0);
    let token = world.token(["password", "reset", "leo@example.com"]);
    assert_data_eq!(
        world.accept(&token, PASSWORD, &[]).to_string(),
        str![[r#"
--- stderr
error: the password has 18 characters; 20 or more are needed
--- exit 65

"#]]
    );
    world.accept(&token, "quiet yellow trams at night", &[]).assert_code(0);
    // One that was set before must be long enough for where it is to count next.
    world.account("zoe@example.com", PASSWORD);
    let token = world.token(["--org=lab", "invite", "zoe@example.com"]);
    assert_data_eq!(
        world.accept(&token, PASSWORD, &["--yes"]).to_string(),
        str![[r#"
--- stderr
error: your password has 18 characters; 20 or more are needed here
hint: set a longer one first, where you are in already: admit password reset USER
--- exit 65

"#]]
    );
}

#[test]
fn a_new_password_ends_the_links_for_another_one_everywhere() {
    let world = two_organizations();
    world.admit(["--org=lab", "invite", "leo@example.com", "--no-send"]).assert_code(0);
    world.sql().execute("UPDATE users SET status = 3 WHERE email = 'leo@example.com'", []).unwrap();
    let here = world.token(["password", "reset", "leo@example.com"]);
    let there = world.token(["--org=lab", "password", "reset", "leo@example.com"]);
    world.accept(&here, PASSWORD, &[]).assert_code(0);
    world.accept(&there, "another one of that sort", &[]).assert_code(1);
}

#[test]
fn a_program_that_is_none_is_found_before_anything_is_written() {
    let world = World::with_store();
    let before = world.contents();
    for path in ["/nope", "/", "/etc/passwd"] {
        world.mail_settings(&format!("server = \"sendmail:{path}\""));
        world.admit(["invite", "ann@example.com"]).assert_code(78);
    }
    world.mail_settings("server = \"sendmail:/etc/passwd\"");
    assert_data_eq!(
        world.admit(["invite", "ann@example.com"]).to_string(),
        str![[r#"
--- stderr
error: mail is to go through /etc/passwd: it is no program
--- exit 78

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn a_hint_names_the_organization_whose_mail_it_is_about() {
    let server = SmtpServer::with([Fault::always(At::Rcpt, Act::Say("451 4.2.1 try later"))]);
    let world = World::mailing(&server);
    assert_data_eq!(
        world.admit(["org", "create", "lab", "--owner=olga@example.com", "--quiet"]).to_string(),
        str![[r#"
--- stdout
Organization  lab
Name          lab
Template      contact-center
Owner         olga@example.com
Mail          queued
Link expires  -
--- stderr
error: the mail to olga@example.com has to wait until [DAY, HOUR AND ZONE]: 451 4.2.1 try later
hint: try at once: admit --org lab delivery retry 1
--- exit 3

"#]]
    );
    server.become_with([]);
    world.admit(["--org=lab", "delivery", "retry", "1"]).assert_code(0);
}

#[test]
fn whom_the_mails_of_a_new_organization_come_from_is_asked_of_the_settings() {
    let server = SmtpServer::start();
    let world = World::mailing(&server);
    world.file(".config/admit/config.toml", format!("[mail]\nserver = \"{}\"\n", server.url()));
    assert_data_eq!(
        world.admit(["org", "create", "lab", "--owner=olga@example.com"]).to_string(),
        str![[r#"
--- stderr
error: nothing says whom the mails of lab come from
hint: name the sender: from in the table [mail] of the settings file
--- exit 78

"#]]
    );
}
