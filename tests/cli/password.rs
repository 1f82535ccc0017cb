//! `admit password reset`: who forgot theirs sets a new one, with a link that is mailed to them alone.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::World;
use crate::support::smtp::SmtpServer;

const OLD: &str = "violet kettle sings low";
const NEW: &str = "seven green umbrellas";

/// Ana is in, with a password.
fn world(server: &SmtpServer) -> World {
    let world = World::mailing(server);
    world.admit(["invite", "ana@example.com", "--role=user"]).assert_code(0);
    world.accept(&server.received()[0].token(), OLD, &[]).assert_code(0);
    world
}

#[test]
fn a_link_is_mailed_and_sets_a_new_password() {
    let server = SmtpServer::start();
    let world = world(&server);
    assert_data_eq!(
        world.admit(["password", "reset", "ana@example.com"]).to_string(),
        str![[r#"
--- stdout
User             Result                  Link expires          Mail
ana@example.com  link to set a password  [DAY, HOUR AND ZONE]  handed over
--- stderr
Let 1 person set a password in main.
--- exit 0

"#]]
    );
    let mail = &server.received()[1];
    assert_eq!(mail.recipient(), "ana@example.com");
    assert!(mail.text().contains("Set your password for main"), "{}", mail.text());
    // The old one works until a new one is set.
    world.try_login("ana@example.com", OLD, &[]).assert_code(0);
    world.accept(&mail.token(), NEW, &[]).assert_code(0);
    world.try_login("ana@example.com", OLD, &[]).assert_code(1);
    world.try_login("ana@example.com", NEW, &[]).assert_code(0);
    // The link works once.
    world.accept(&mail.token(), OLD, &[]).assert_code(1);
    assert_eq!(world.status("ana@example.com"), "active");
}

#[test]
fn a_second_link_ends_the_first() {
    let server = SmtpServer::start();
    let world = world(&server);
    for _ in 0..2 {
        world.admit(["password", "reset", "ana@example.com"]).assert_code(0);
    }
    let received = server.received();
    world.accept(&received[1].token(), NEW, &[]).assert_code(1);
    world.accept(&received[2].token(), NEW, &[]).assert_code(0);
}

#[test]
fn d13_who_has_no_password_or_no_login_gets_no_link_to_set_one() {
    let server = SmtpServer::start();
    let world = world(&server);
    world.admit(["org", "set", "--login-less=allowed"]).assert_code(0);
    world.admit(["add", "Lobby", "--extension=1001"]).assert_code(0);
    world.admit(["invite", "bob@example.com", "cid@example.com", "--no-send"]).assert_code(0);
    world.put("cid@example.com", Status::Deactivated);
    let words = ["password", "reset", "bob@example.com", "cid@example.com", "ext:1001"];
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stdout
User             Result   Link expires
bob@example.com  refused  -
cid@example.com  refused  -
#2               refused  -
--- stderr
error: bob@example.com is invited (no link sent yet), and sets a password by accepting an invite
hint: send the link to join: admit send bob@example.com
error: cid@example.com is deactivated, and sets a password by accepting an invite
hint: see how they stand: admit show cid@example.com
error: #2 has no login, and so no password
hint: give a new PIN: admit pin reset '#2'
--- exit 1

"#]]
    );
    world.admit(["org", "set", "--sso=on"]).assert_code(0);
    assert_data_eq!(
        world.admit(["password", "reset", "ana@example.com"]).to_string(),
        str![[r#"
--- stdout
User             Result                  Link expires          Mail
ana@example.com  link to set a password  [DAY, HOUR AND ZONE]  handed over
--- stderr
Let 1 person set a password in main.
--- exit 0

"#]]
    );
    assert_eq!(server.received().len(), 2);
}

#[test]
fn d11_a_link_for_a_password_is_printed_for_the_operator_alone() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Active);
    world.put("bob@example.com", Status::Active);
    let run = world.admit(["--as=ann@example.com", "password", "reset", "bob@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Link expires
bob@example.com  refused  -
--- stderr
error: bob@example.com can be mailed a link to set a password, and no mail server is set up
hint: the operator can have it printed: without --as and ADMIT_AS
--- exit 1

"#]]
    );
    let run = world.admit(["password", "reset", "bob@example.com", "--expires-in=1h"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result                  Link expires
bob@example.com  link to set a password  [DAY, HOUR AND ZONE]

Token for bob@example.com:
[TOKEN]
--- stderr
Let 1 person set a password in main.
--- exit 0

"#]]
    );
    assert_eq!(world.last_entry(), "password.reset 1: bob@example.com []");
}

#[test]
fn nobody_resets_the_password_of_somebody_above() {
    let server = SmtpServer::start();
    let world = World::mailing(&server);
    world.admit(["role", "create", "desk", "--grant", "manage-users"]).assert_code(0);
    world.admit(["invite", "ann@example.com", "--role=admin", "--no-send"]).assert_code(0);
    world.admit(["invite", "dee@example.com", "--role=desk", "--no-send"]).assert_code(0);
    world.put("ann@example.com", Status::Active);
    world.put("dee@example.com", Status::Active);
    world.admit(["--as=dee@example.com", "password", "reset", "ann@example.com"]).assert_code(77);
    world.admit(["--as=dee@example.com", "password", "reset", "dee@example.com"]).assert_code(0);
    assert_eq!(server.received().len(), 1);
    let before = world.contents();
    world.admit(["password", "reset", "ann@example.com", "--dry-run"]).assert_code(0);
    world.admit(["password", "reset", "eve@example.com"]).assert_code(67);
    world.admit(["password", "reset"]).assert_code(2);
    assert_eq!(world.contents(), before);
}
