//! From the invitation to the login, as everybody lives it: the mail arrives, the link is taken out of it as a
//! mail program does, the invitee joins, is found active, and may log in.

use mail_parser::{MessageParser, MimeHeaders};

use crate::support::World;
use crate::support::links::PASSWORD;
use crate::support::smtp::{Act, At, Fault, Received, SmtpServer};

/// The link in the HTML part, as a mail program opens it when it is clicked.
fn clicked(mail: &Received) -> String {
    let message = MessageParser::default().parse(&mail.bytes[..]).unwrap();
    assert_eq!(message.content_type().unwrap().subtype(), Some("alternative"));
    let html = message.body_html(0).unwrap();
    let links = regex_lite::Regex::new("href=\"([^\"]+)\"").unwrap();
    let href = links.captures(&html).unwrap_or_else(|| panic!("no link in\n{html}"))[1].to_owned();
    // What stands in an attribute is HTML still.
    let href = href.replace("&#x2f;", "/").replace("&#x3d;", "=").replace("&amp;", "&");
    let text = message.body_text(0).unwrap();
    assert!(text.contains(&href), "{href} is not in\n{text}");
    href
}

#[test]
fn h9_an_invitee_gets_in_with_what_the_mail_says() {
    let server = SmtpServer::start();
    let world = World::mailing(&server);
    let portal = "https://portal.example.com/invite";
    world.admit(["org", "set", "--portal", portal]).assert_code(0);
    world.admit(["invite", "ann@example.com", "--name=Ann Lee", "--role=admin"]).assert_code(0);
    let link = clicked(&server.received()[0]);
    let token = link.strip_prefix(&format!("{portal}?invite=")).unwrap();
    // A portal shows what it is about before it asks for a password.
    let offer = world.admit_with(token, ["accept", "--token-stdin", "--dry-run", "--format=json"]);
    let offer = offer.json();
    assert_eq!((&offer["user"], &offer["role"]), (&"ann@example.com".into(), &"admin".into()));
    world.accept(token, PASSWORD, &[]).assert_code(0);
    assert_eq!(world.status("ann@example.com"), "active");
    world.try_login("ann@example.com", PASSWORD, &[]).assert_code(0);
    world.try_login("ann@example.com", "not this one, surely", &[]).assert_code(1);

    // Ann invites Bob, whose mail names her, waits, and goes out by cron.
    server.become_with([Fault::always(At::Rcpt, Act::Say("450 4.2.1 busy"))]);
    let words = ["--as=ann@example.com", "invite", "bob@example.com", "--role=user"];
    world.admit(words).assert_code(3);
    world.try_login("bob@example.com", PASSWORD, &[]).assert_code(1);
    server.become_with([]);
    world.let_pauses_pass();
    world.admit(["send", "--queued"]).assert_code(0);
    let mail = &server.received()[1];
    assert!(mail.text().contains("Ann Lee"), "{}", mail.text());
    let link = clicked(mail);
    // The whole link will do, with what a mail program leaves around it.
    world.accept(&format!("  <{link}>"), PASSWORD, &["--name=Bob Ray"]).assert_code(0);
    world.try_login("bob@example.com", PASSWORD, &[]).assert_code(0);
    let show = world.admit(["show", "bob@example.com", "--format=json"]).json();
    assert_eq!((&show["status"], &show["name"]), (&"active".into(), &"Bob Ray".into()));
    assert!(show["last_login_at"].is_string(), "{show}");

    // In a second organization Bob proves the password that he has, and says yes.
    world.admit(["org", "create", "lab", "--template=security-console"]).assert_code(0);
    world.admit(["--org=lab", "invite", "bob@example.com"]).assert_code(0);
    let login = world.try_login("bob@example.com", PASSWORD, &[]);
    assert!(login.stderr.contains("lab"), "{login}");
    let token = server.received()[2].token();
    world.accept(&token, "not the password of his", &["--yes"]).assert_code(1);
    world.accept(&token, PASSWORD, &["--yes"]).assert_code(0);
    let words = ["--org=lab", "login", "bob@example.com", "--password-stdin"];
    world.admit_with(PASSWORD, words).assert_code(0);

    // Taken out again, nobody gets in.
    world.admit(["deactivate", "bob@example.com"]).assert_code(0);
    world.try_login("bob@example.com", PASSWORD, &[]).assert_code(1);
    world.admit(["audit", "verify"]).assert_code(0);
    world.admit(["doctor"]).assert_code(0);
}

#[test]
fn whoever_lost_the_right_to_invite_takes_the_open_invites_along() {
    let server = SmtpServer::start();
    let world = World::mailing(&server);
    for (who, role) in [("ann@example.com", "admin"), ("max@example.com", "admin")] {
        world.admit(["invite", who, "--role", role]).assert_code(0);
        let token = server.received().last().unwrap().token();
        world.accept(&token, PASSWORD, &[]).assert_code(0);
    }
    world.admit(["--as=ann@example.com", "invite", "bob@example.com"]).assert_code(0);
    let token = server.received().last().unwrap().token();
    world.admit(["deactivate", "ann@example.com"]).assert_code(0);
    world.accept(&token, PASSWORD, &[]).assert_code(1);
    assert_eq!(world.status("bob@example.com"), "invited");
    // Somebody who may invites anew.
    world.admit(["--as=max@example.com", "resend", "bob@example.com"]).assert_code(0);
    let token = server.received().last().unwrap().token();
    world.accept(&token, PASSWORD, &[]).assert_code(0);
    world.admit(["doctor"]).assert_code(0);
}
