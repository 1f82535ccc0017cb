//! What is mailed, whatever people are called, and to whom the connection goes (trust H1, H2, H11).

use std::io::ErrorKind;
use std::net::TcpListener;

use crate::support::World;
use crate::support::smtp::{Act, At, Fault, SmtpServer};

/// Names that admit takes, and that mean something to a header, to an address list or to SMTP.
const NAMES: [&str; 8] = [
    "Bcc: eve@evil.example",
    "Ann, eve@evil.example",
    "\"Ann\" <eve@evil.example>",
    "Ann <eve@evil.example>, Bob",
    ". RCPT TO:<eve@evil.example>",
    "Ann; eve@evil.example",
    "(comment) Ann \\",
    "Ann%0d%0aBcc: eve@evil.example",
];

#[test]
fn h2_whatever_somebody_is_called_the_mail_goes_to_one_address_and_has_one_of_each_header() {
    let server = SmtpServer::start();
    let world = World::mailing(&server);
    // Lines of dots, and one that looks like a header, in the words of the organization.
    world.file(
        "text.txt",
        ".\n..\nBcc: eve@evil.example\n{% if name %}{{ name }}{% endif %}\n{{ link }}\n.\n",
    );
    world.file("subject.txt", "{{ organization }}{% if name %} for {{ name }}{% endif %}\n");
    for (part, file) in [("text", "text.txt"), ("subject", "subject.txt")] {
        let words = ["mail", "template", "set", "--kind=invitation", "--part", part, file];
        world.admit(words).assert_code(0);
    }
    for (number, name) in NAMES.iter().enumerate() {
        let email = format!("n{number}@example.com");
        let run = world.admit(["invite", &email, "--name", name]);
        assert_eq!(run.code, 0, "{name}: {run}");
        let run = world.admit(["resend", &email]);
        assert_eq!(run.code, 0, "{name}: {run}");
    }
    let received = server.received();
    assert_eq!(received.len(), 2 * NAMES.len());
    for (number, mail) in received.iter().enumerate() {
        let email = format!("n{}@example.com", number / 2);
        assert_eq!(mail.recipient(), email);
        let text = mail.text();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let names: Vec<String> =
            unfolded.lines().map(|line| line.split(':').next().unwrap().to_lowercase()).collect();
        for once in ["to", "from", "subject", "date", "message-id", "mime-version"] {
            assert_eq!(names.iter().filter(|name| *name == once).count(), 1, "{once}\n{head}");
        }
        assert!(!names.iter().any(|name| ["cc", "bcc"].contains(&name.as_str())), "{head}");
        let read = mail_parser::MessageParser::default().parse(&*mail.bytes).unwrap();
        let to = read.to().unwrap().first().unwrap();
        assert_eq!(read.to().unwrap().iter().count(), 1, "{head}");
        assert_eq!(to.address(), Some(&*email), "{head}");
        // The whole text arrived, its dots too.
        assert!(body.contains("Bcc: eve@evil.example"), "{body}");
        assert!(text.lines().all(|line| line.len() < 998));
        mail.token();
    }
}

#[test]
fn h1_after_a_mail_that_failed_a_new_link_is_mailed_by_resend() {
    let server = SmtpServer::with([Fault::always(At::Rcpt, Act::Say("550 5.1.1 no such user"))]);
    let world = World::mailing(&server);
    world.admit(["invite", "ann@example.com", "bob@example.com"]).assert_code(3);
    assert_eq!(
        world.deliveries(),
        ["ann@example.com,invitation,refused,1", "bob@example.com,invitation,refused,1"]
    );
    assert_eq!(world.status("ann@example.com"), "pending");
    server.become_with([]);
    world.admit(["send", "ann@example.com", "bob@example.com"]).assert_code(0);
    world.admit(["resend", "ann@example.com"]).assert_code(0);
    let to: Vec<String> =
        server.received().iter().map(|mail| mail.recipient().to_owned()).collect();
    assert_eq!(to, ["ann@example.com", "bob@example.com", "ann@example.com"]);
}

#[test]
fn h11_nobody_is_connected_to_but_the_server_that_is_set_up() {
    // What the address, the sender and the portal name are names; the server is the setting alone.
    let server = SmtpServer::start();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    other.set_nonblocking(true).unwrap();
    let elsewhere = other.local_addr().unwrap();
    let world = World::mailing(&server);
    world.admit(["org", "set", "--sender=people@localhost.example"]).assert_code(0);
    let portal = format!("--portal=http://{elsewhere}/join");
    world.admit(["org", "set", &portal]).assert_code(0);
    for line in [
        "invite ann@localhost.example bob@example.com --no-send",
        "send ann@localhost.example",
        "mail preview bob@example.com",
        "list",
        "resend ann@localhost.example",
        "doctor",
    ] {
        world.admit(line.split(' ')).assert_code(0);
    }
    assert_eq!(server.received().len(), 2);
    assert_eq!(server.connections(), 2, "one for each command that mails, none for the others");
    assert_eq!(other.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    // Without a server nothing is mailed at all.
    world.mail_settings("");
    world.admit(["invite", "cid@example.com"]).assert_code(0);
    world.admit(["resend", "ann@localhost.example"]).assert_code(0);
    assert_eq!(server.connections(), 2);
}
