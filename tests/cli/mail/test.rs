//! `admit mail test`: every step and its answer, and how it ends.

use snapbox::{assert_data_eq, str};

use super::{test_mail, to, without_port};
use crate::support::World;
use crate::support::smtp::{Act, At, Fault, SmtpServer};

#[test]
fn every_step_is_shown_with_its_answer() {
    let server = SmtpServer::start();
    let world = to(&server);
    assert_data_eq!(
        test_mail(&world),
        str![[r#"
--- stdout
Step       Result  Answer
connect    done    127.0.0.1:PORT
greeting   done    220 test.invalid ESMTP
EHLO       done    250 test.invalid 8BITMIME
MAIL FROM  done    250 2.1.0 sender ok
RCPT TO    done    250 2.1.5 recipient ok
DATA       done    354 go ahead
message    done    250 2.0.0 queued as 1
--- stderr
Sending a test message from admit@example.com to ann@example.com: smtp://127.0.0.1:PORT.
It was handed over.
--- exit 0

"#]]
    );
    let received = &server.received()[0];
    assert_eq!((&*received.from, &*received.to[0]), ("admit@example.com", "ann@example.com"));
    let text = received.text();
    let random = regex_lite::Regex::new(r"<[0-9a-f]{32}@").unwrap();
    let date = regex_lite::Regex::new(r"Date: \w{3}, \d{1,2} \w{3} \d{4} [\d:]{8} \+0000").unwrap();
    let day = regex_lite::Regex::new(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC").unwrap();
    let text = random.replace(&text, "<[RANDOM]@").into_owned();
    let text = date.replace(&text, "Date: [DATE]").into_owned();
    assert_data_eq!(
        day.replace(&text, "[TIME]").replace("\r\n", "\n"),
        str![[r#"
From: admit@example.com
To: ann@example.com
Subject: Test message of admit
Date: [DATE]
Message-ID: <[RANDOM]@example.com>
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

This is a test: mail can be sent.

An administrator of main sent it with "admit mail test",
[TIME]. There is nothing to do.

"#]]
    );
}

#[test]
fn steps_come_in_every_format() {
    let server = SmtpServer::start();
    let world = to(&server);
    let mut text = String::new();
    for format in ["json", "jsonl", "csv", "ids"] {
        let words = ["mail", "test", "ann@example.com", "--quiet", "--format", format];
        text.push_str(&without_port(&world.admit(words)));
    }
    assert_data_eq!(
        text,
        str![[r#"
--- stdout
[
{"step":"connect","result":"done","answer":"127.0.0.1:PORT"},
{"step":"greeting","result":"done","answer":"220 test.invalid ESMTP"},
{"step":"EHLO","result":"done","answer":"250 test.invalid 8BITMIME"},
{"step":"MAIL FROM","result":"done","answer":"250 2.1.0 sender ok"},
{"step":"RCPT TO","result":"done","answer":"250 2.1.5 recipient ok"},
{"step":"DATA","result":"done","answer":"354 go ahead"},
{"step":"message","result":"done","answer":"250 2.0.0 queued as 1"}
]
--- exit 0
--- stdout
{"step":"connect","result":"done","answer":"127.0.0.1:PORT"}
{"step":"greeting","result":"done","answer":"220 test.invalid ESMTP"}
{"step":"EHLO","result":"done","answer":"250 test.invalid 8BITMIME"}
{"step":"MAIL FROM","result":"done","answer":"250 2.1.0 sender ok"}
{"step":"RCPT TO","result":"done","answer":"250 2.1.5 recipient ok"}
{"step":"DATA","result":"done","answer":"354 go ahead"}
{"step":"message","result":"done","answer":"250 2.0.0 queued as 1"}
--- exit 0
--- stdout
step,result,answer
connect,done,127.0.0.1:PORT
greeting,done,220 test.invalid ESMTP
EHLO,done,250 test.invalid 8BITMIME
MAIL FROM,done,250 2.1.0 sender ok
RCPT TO,done,250 2.1.5 recipient ok
DATA,done,354 go ahead
message,done,250 2.0.0 queued as 1
--- exit 0
--- stdout
connect
greeting
EHLO
MAIL FROM
RCPT TO
DATA
message
--- exit 0

"#]]
    );
    let run = world.admit(["mail", "test", "ann@example.com", "--fields", "password"]);
    run.assert_code(2);
    assert_eq!(server.received().len(), 4, "what cannot be shown is not sent");
}

#[test]
fn how_it_ends_says_what_became_of_the_message() {
    let mut text = String::new();
    for (at, act) in [
        (At::Connect, Act::Say("554 5.3.2 not here")),
        (At::Rcpt, Act::Say("550 5.1.1 no such user \u{1b}]0;x")),
        (At::Rcpt, Act::Say("450 4.2.1 greylisted")),
        (At::Message, Act::Close),
    ] {
        let server = SmtpServer::with([Fault::always(at, act)]);
        let run = to(&server).admit(["mail", "test", "ann@example.com", "--quiet"]);
        text.push_str(&without_port(&run));
    }
    assert_data_eq!(
        text,
        str![[r#"
--- stdout
Step      Result  Answer
connect   done    127.0.0.1:PORT
greeting  failed  554 5.3.2 not here
--- stderr
error: the mail server cannot be used, nothing was sent: 554 5.3.2 not here
--- exit 69
--- stdout
Step       Result  Answer
connect    done    127.0.0.1:PORT
greeting   done    220 test.invalid ESMTP
EHLO       done    250 test.invalid 8BITMIME
MAIL FROM  done    250 2.1.0 sender ok
RCPT TO    failed  550 5.1.1 no such user /u{1b}]0;x
--- stderr
error: the message was refused: 550 5.1.1 no such user /u{1b}]0;x
--- exit 1
--- stdout
Step       Result  Answer
connect    done    127.0.0.1:PORT
greeting   done    220 test.invalid ESMTP
EHLO       done    250 test.invalid 8BITMIME
MAIL FROM  done    250 2.1.0 sender ok
RCPT TO    failed  450 4.2.1 greylisted
--- stderr
error: the message was not taken now: 450 4.2.1 greylisted
hint: try again later; a mail that waits to go out is tried again by itself
--- exit 1
--- stdout
Step       Result  Answer
connect    done    127.0.0.1:PORT
greeting   done    220 test.invalid ESMTP
EHLO       done    250 test.invalid 8BITMIME
MAIL FROM  done    250 2.1.0 sender ok
RCPT TO    done    250 2.1.5 recipient ok
DATA       done    354 go ahead
message    failed  all of the message was sent, and the server closed the connection without an answer
--- stderr
error: the message may have arrived: all of the message was sent, and the server closed the connection without an answer
--- exit 71

"#]]
    );
}

#[test]
fn h4_a_server_that_says_nothing_is_given_up_in_time() {
    for act in [Act::Hang, Act::Drip, Act::Flood] {
        let server = SmtpServer::with([Fault::always(At::Connect, act)]);
        let start = std::time::Instant::now();
        to(&server).admit(["mail", "test", "ann@example.com"]).assert_code(69);
        assert!(start.elapsed() < std::time::Duration::from_secs(10));
    }
}

#[test]
fn without_a_server_there_is_nothing_to_test() {
    let world = World::with_store();
    world.admit(["org", "set", "--sender", "main@example.com"]).assert_code(0);
    assert_data_eq!(
        test_mail(&world),
        str![[r#"
--- stderr
error: no mail server is set up
hint: ADMIT_MAIL, or server in [mail] of the settings file: smtp://[USER@]HOST[:PORT]
--- exit 78

"#]]
    );
    let run = world.bash("ADMIT_MAIL=print admit mail test ann@example.com");
    run.assert_code(78);
}

#[test]
fn mails_come_from_the_organization_or_from_the_settings() {
    let server = SmtpServer::start();
    let world = World::with_store();
    let line = format!("ADMIT_MAIL={} admit mail test ann@example.com", server.url());
    assert_data_eq!(
        without_port(&world.bash(&line)),
        str![[r#"
--- stderr
error: nobody is set whom the mails of main come from
hint: admit org set --sender EMAIL, or from in [mail] of the settings file
--- exit 78

"#]]
    );
    assert_eq!(server.connections(), 0);
    world.admit(["org", "set", "--sender", "Main@example.com"]).assert_code(0);
    world.bash(&line).assert_code(0);
    assert_eq!(server.received()[0].from, "main@example.com");
}

#[test]
fn the_variable_comes_before_the_file() {
    let (one, other) = (SmtpServer::start(), SmtpServer::start());
    let world = to(&one);
    let line = format!("ADMIT_MAIL={} admit mail test ann@example.com", other.url());
    world.bash(&line).assert_code(0);
    assert_eq!((one.received().len(), other.received().len()), (0, 1));
}

#[test]
fn an_address_is_needed_and_only_the_operator_may() {
    let server = SmtpServer::start();
    let world = to(&server);
    assert_data_eq!(
        world.admit(["mail", "test"]).to_string(),
        str![[r#"
--- stderr
error: no address is named
hint: admit mail test EMAIL
--- exit 2

"#]]
    );
    world.admit(["mail", "test", "nobody"]).assert_code(2);
    world.admit(["invite", "eve@example.com", "--role", "admin", "--no-send"]).assert_code(0);
    world.put("eve@example.com", admit::domain::status::Status::Active);
    let run = world.admit(["--as", "eve@example.com", "mail", "test", "ann@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: mail test is for the operator at the shell alone
hint: act as the operator: without --as and ADMIT_AS
--- exit 77

"#]]
    );
    assert_eq!(server.connections(), 0);
}
