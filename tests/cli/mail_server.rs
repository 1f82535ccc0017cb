//! What becomes of a message whatever the mail server does, over plain SMTP to a server inside the test. TLS
//! is `mail_tls`'s.

use std::time::{Duration, Instant};

use admit::clock;
use admit::domain::delivery::Handover;
use admit::domain::mail_server::{MailServer, MailTimeouts};
use admit::mail::smtp::{Smtp, SmtpTerms};
use admit::mail::{Message, Transport};
use snapbox::{assert_data_eq, str};
use zeroize::Zeroizing;

use crate::support::smtp::{Act, At, Fault, SmtpServer};

/// Where an answer comes, however busy the machine is.
const PATIENT: MailTimeouts = MailTimeouts {
    connect: Duration::from_secs(60),
    reply: Duration::from_secs(60),
    run: Duration::from_secs(60),
};

/// Where none comes.
const SHORT: MailTimeouts = MailTimeouts { reply: Duration::from_millis(300), ..PATIENT };

fn transport(url: &str, timeouts: MailTimeouts) -> Smtp {
    let MailServer::Smtp(server) = url.parse().unwrap() else { panic!("{url}") };
    let terms = SmtpTerms { authorities: None, timeouts, elapsed: clock::elapsed };
    Smtp::new(server, None, terms).unwrap()
}

fn message(to: &str, text: &str) -> Message {
    Message {
        sender: "admit@example.com".parse().unwrap(),
        recipient: to.parse().unwrap(),
        bytes: Zeroizing::new(format!("Subject: test\r\n\r\n{text}").into_bytes()),
    }
}

/// `deferred: 451 4.3.0 later`.
fn shown(handover: &Handover) -> String {
    match handover {
        Handover::Accepted(answer) => format!("accepted: {answer}"),
        Handover::Deferred(answer) => format!("deferred: {answer}"),
        Handover::Refused(answer) => format!("refused: {answer}"),
        Handover::Unknown(answer) => format!("unknown: {answer}"),
        Handover::Unavailable(answer) => format!("unavailable: {answer}"),
    }
}

/// Hands a message over to each of these, and says what came of it.
fn hand_over(smtp: &mut Smtp, recipients: &[&str]) -> Vec<String> {
    let mut one = |to: &&str| shown(&smtp.hand_over(&message(to, "hello\r\n"), &mut |_| {}));
    recipients.iter().map(&mut one).collect()
}

/// What came of one message, and the steps with a `!` at those that went wrong.
fn outcome(server: &SmtpServer, timeouts: MailTimeouts) -> (String, String) {
    let mut steps = Vec::new();
    let mut smtp = transport(&server.url(), timeouts);
    let handover = smtp.hand_over(&message("ann@example.com", "hello\r\n"), &mut |step| {
        let wrong = step.went == admit::mail::Went::Wrong;
        steps.push(format!("{}{}", step.name, if wrong { "!" } else { "" }));
    });
    (shown(&handover), steps.join(" "))
}

#[test]
fn a_message_arrives_byte_for_byte_with_its_envelope() {
    let server = SmtpServer::start();
    let mut smtp = transport(&server.url(), PATIENT);
    let text = ".\r\n..\r\n.a\r\nb\r\n\r\n.\r\nQUIT\r\nlast";
    let handover = smtp.hand_over(&message("Ann@Bücher.example", text), &mut |_| {});
    assert_eq!(shown(&handover), "accepted: 250 2.0.0 queued as 1");
    smtp.close();
    let received = &server.received()[0];
    assert_eq!(received.text(), format!("Subject: test\r\n\r\n{text}\r\n"));
    assert_eq!(received.from, "admit@example.com");
    assert_eq!(received.to, ["ann@xn--bcher-kva.example"]);
    let said = server.said();
    assert!(said[0].starts_with("EHLO "), "{said:?}");
    assert_eq!(
        said[1..],
        [
            "MAIL FROM:<admit@example.com>",
            "RCPT TO:<ann@xn--bcher-kva.example>",
            "DATA",
            "Subject: test\r\n\r\n..\r\n...\r\n..a\r\nb\r\n\r\n..\r\nQUIT\r\nlast\r\n.\r\n",
            "QUIT",
        ]
    );
}

#[test]
fn h3_each_fault_means_what_the_standard_says_it_means() {
    use Act::{Close, Drip, Flood, Hang, Say, SayAndClose};
    let mut text = String::new();
    for (at, act) in [
        // Nothing was said about the message.
        (At::Connect, Say("554 5.3.2 not here")),
        (At::Connect, Say("421 4.3.2 busy")),
        (At::Connect, Say("HTTP/1.1 400 Bad Request")),
        (At::Connect, Hang),
        (At::Connect, Close),
        (At::Connect, Drip),
        (At::Connect, Flood),
        (At::Ehlo, Say("502 what?")),
        (At::Ehlo, Drip),
        (At::Mail, Say("421 4.3.2 closing")),
        (At::Mail, Say("530 5.7.0 log in first")),
        (At::Mail, Close),
        (At::Mail, Hang),
        // About this message.
        (At::Mail, Say("451 4.3.0 later")),
        (At::Mail, Say("550 5.7.1 not you")),
        (At::Rcpt, Say("450 4.2.1 greylisted")),
        (At::Rcpt, Say("550 5.1.1 no such user")),
        (At::Rcpt, Say("550-5.1.1 no such\r\n550 5.1.1 user")),
        (At::Rcpt, SayAndClose("421 4.3.2 closing")),
        (At::Rcpt, Hang),
        (At::Rcpt, Close),
        (At::Rcpt, Say("this is not SMTP")),
        (At::Rcpt, Say("250 yes\r\n250 and yes")),
        (At::Data, Say("451 4.3.0 later")),
        (At::Data, Say("554 5.5.1 no")),
        (At::Data, Say("250 what?")),
        (At::Data, SayAndClose("354 go ahead\r\n552 5.3.4 too large")),
        (At::Data, Hang),
        (At::Message, Say("451 4.3.0 later")),
        (At::Message, SayAndClose("421 4.3.2 closing")),
        (At::Message, Say("554 5.7.1 spam")),
        // Nobody knows.
        (At::Message, Hang),
        (At::Message, Close),
        (At::Message, Drip),
        (At::Message, Say("sure")),
        (At::Message, Say("354 more")),
        // Well, in other words.
        (At::Message, Say("250")),
        (At::Message, Say("250-one\r\n250-two\r\n250 three")),
        (At::Message, Say("257 f\u{fc}r dich \u{1b}[2J")),
    ] {
        let server = SmtpServer::with([Fault::always(at, act.clone())]);
        let timeouts = if matches!(act, Hang | Drip) { SHORT } else { PATIENT };
        let (came, steps) = outcome(&server, timeouts);
        text.push_str(&format!("{at:?} {act:?}\n    {came}\n    {steps}\n"));
    }
    assert_data_eq!(
        text,
        str![[r#"
Connect Say("554 5.3.2 not here")
    unavailable: 554 5.3.2 not here
    connect greeting!
Connect Say("421 4.3.2 busy")
    unavailable: 421 4.3.2 busy
    connect greeting!
Connect Say("HTTP/1.1 400 Bad Request")
    unavailable: greeting: what came is no answer of a mail server
    connect greeting!
Connect Hang
    unavailable: greeting: no answer came in time
    connect greeting!
Connect Close
    unavailable: greeting: the server closed the connection without an answer
    connect greeting!
Connect Drip
    unavailable: greeting: no answer came in time
    connect greeting!
Connect Flood
    unavailable: greeting: the server's answer is too long
    connect greeting!
Ehlo Say("502 what?")
    unavailable: 502 what?
    connect greeting EHLO!
Ehlo Drip
    unavailable: EHLO: no answer came in time
    connect greeting EHLO!
Mail Say("421 4.3.2 closing")
    unavailable: 421 4.3.2 closing
    connect greeting EHLO MAIL FROM!
Mail Say("530 5.7.0 log in first")
    unavailable: 530 5.7.0 log in first
    connect greeting EHLO MAIL FROM!
Mail Close
    unavailable: MAIL FROM: the server closed the connection without an answer
    connect greeting EHLO MAIL FROM!
Mail Hang
    unavailable: MAIL FROM: no answer came in time
    connect greeting EHLO MAIL FROM!
Mail Say("451 4.3.0 later")
    deferred: 451 4.3.0 later
    connect greeting EHLO MAIL FROM!
Mail Say("550 5.7.1 not you")
    refused: 550 5.7.1 not you
    connect greeting EHLO MAIL FROM!
Rcpt Say("450 4.2.1 greylisted")
    deferred: 450 4.2.1 greylisted
    connect greeting EHLO MAIL FROM RCPT TO!
Rcpt Say("550 5.1.1 no such user")
    refused: 550 5.1.1 no such user
    connect greeting EHLO MAIL FROM RCPT TO!
Rcpt Say("550-5.1.1 no such/r/n550 5.1.1 user")
    refused: 550 5.1.1 no such 5.1.1 user
    connect greeting EHLO MAIL FROM RCPT TO!
Rcpt SayAndClose("421 4.3.2 closing")
    deferred: 421 4.3.2 closing
    connect greeting EHLO MAIL FROM RCPT TO!
Rcpt Hang
    deferred: RCPT TO: no answer came in time
    connect greeting EHLO MAIL FROM RCPT TO!
Rcpt Close
    deferred: RCPT TO: the server closed the connection without an answer
    connect greeting EHLO MAIL FROM RCPT TO!
Rcpt Say("this is not SMTP")
    deferred: RCPT TO: what came is no answer of a mail server
    connect greeting EHLO MAIL FROM RCPT TO!
Rcpt Say("250 yes/r/n250 and yes")
    deferred: DATA: what came is no answer of a mail server
    connect greeting EHLO MAIL FROM RCPT TO DATA!
Data Say("451 4.3.0 later")
    deferred: 451 4.3.0 later
    connect greeting EHLO MAIL FROM RCPT TO DATA!
Data Say("554 5.5.1 no")
    refused: 554 5.5.1 no
    connect greeting EHLO MAIL FROM RCPT TO DATA!
Data Say("250 what?")
    deferred: 250 what?
    connect greeting EHLO MAIL FROM RCPT TO DATA!
Data SayAndClose("354 go ahead/r/n552 5.3.4 too large")
    refused: 552 5.3.4 too large
    connect greeting EHLO MAIL FROM RCPT TO DATA message!
Data Hang
    deferred: DATA: no answer came in time
    connect greeting EHLO MAIL FROM RCPT TO DATA!
Message Say("451 4.3.0 later")
    deferred: 451 4.3.0 later
    connect greeting EHLO MAIL FROM RCPT TO DATA message!
Message SayAndClose("421 4.3.2 closing")
    deferred: 421 4.3.2 closing
    connect greeting EHLO MAIL FROM RCPT TO DATA message!
Message Say("554 5.7.1 spam")
    refused: 554 5.7.1 spam
    connect greeting EHLO MAIL FROM RCPT TO DATA message!
Message Hang
    unknown: all of the message was sent, and no answer came in time
    connect greeting EHLO MAIL FROM RCPT TO DATA message!
Message Close
    unknown: all of the message was sent, and the server closed the connection without an answer
    connect greeting EHLO MAIL FROM RCPT TO DATA message!
Message Drip
    unknown: all of the message was sent, and no answer came in time
    connect greeting EHLO MAIL FROM RCPT TO DATA message!
Message Say("sure")
    unknown: all of the message was sent, and what came is no answer of a mail server
    connect greeting EHLO MAIL FROM RCPT TO DATA message!
Message Say("354 more")
    unknown: all of the message was sent, and what came is no answer of a mail server
    connect greeting EHLO MAIL FROM RCPT TO DATA message!
Message Say("250")
    accepted: 250
    connect greeting EHLO MAIL FROM RCPT TO DATA message
Message Say("250-one/r/n250-two/r/n250 three")
    accepted: 250 one two three
    connect greeting EHLO MAIL FROM RCPT TO DATA message
Message Say("257 für dich /u{1b}[2J")
    accepted: 257 für dich /u{1b}[2J
    connect greeting EHLO MAIL FROM RCPT TO DATA message

"#]]
    );
}

#[test]
fn a_server_that_is_not_there_is_said_to_be_unreachable() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut smtp = transport(&format!("smtp://{closed}"), PATIENT);
    let came = hand_over(&mut smtp, &["ann@example.com"]);
    assert_eq!(came, [format!("unavailable: {closed} cannot be reached: connection refused")]);
    let mut smtp = transport("smtp://nowhere.invalid", PATIENT);
    let came = hand_over(&mut smtp, &["ann@example.com"]).remove(0);
    assert!(came.starts_with("unavailable: the host nowhere.invalid cannot be found: "), "{came}");
}

#[test]
fn several_messages_go_over_one_connection() {
    let server = SmtpServer::start();
    let mut smtp = transport(&server.url(), PATIENT);
    let came = hand_over(&mut smtp, &["a@example.com", "b@example.com", "c@example.com"]);
    assert_eq!(came, ["accepted: 250 2.0.0 queued as 1"; 3]);
    assert_eq!(server.connections(), 1);
    let to: Vec<String> = server.received().into_iter().flat_map(|it| it.to).collect();
    assert_eq!(to, ["a@example.com", "b@example.com", "c@example.com"]);
}

#[test]
fn who_is_refused_is_not_among_the_recipients_of_the_next_message() {
    let server = SmtpServer::with([
        Fault::about(At::Data, "DATA", Act::Say("451 later")),
        Fault::about(At::Rcpt, "b@", Act::Say("550 5.1.1 no such user")),
    ]);
    let mut smtp = transport(&server.url(), PATIENT);
    assert_eq!(hand_over(&mut smtp, &["a@example.com"]), ["deferred: 451 later"]);
    server.become_with([Fault::about(At::Rcpt, "b@", Act::Say("550 5.1.1 no such user"))]);
    let came = hand_over(&mut smtp, &["b@example.com", "c@example.com"]);
    assert_eq!(came, ["refused: 550 5.1.1 no such user", "accepted: 250 2.0.0 queued as 1"]);
    assert_eq!(server.received()[0].to, ["c@example.com"]);
    assert_eq!(server.connections(), 1);
    assert_eq!(server.said().iter().filter(|line| *line == "RSET").count(), 2);
}

#[test]
fn a_server_that_will_not_begin_anew_gets_a_new_connection() {
    let server = SmtpServer::with([
        Fault::about(At::Rcpt, "a@", Act::Say("550 5.1.1 no such user")),
        Fault::always(At::Rset, Act::Say("500 no")),
    ]);
    let mut smtp = transport(&server.url(), PATIENT);
    let came = hand_over(&mut smtp, &["a@example.com", "b@example.com"]);
    assert_eq!(came, ["refused: 550 5.1.1 no such user", "accepted: 250 2.0.0 queued as 1"]);
    assert_eq!(server.received()[0].to, ["b@example.com"]);
    assert_eq!(server.connections(), 2);
}

#[test]
fn a_connection_that_the_server_has_closed_is_made_again() {
    for act in [
        Act::Close,
        Act::SayAndClose("421 4.4.2 too long idle"),
        Act::Say("452 too many"),
        Act::Hang,
    ] {
        let server = SmtpServer::start();
        let mut smtp = transport(&server.url(), SHORT);
        assert_eq!(hand_over(&mut smtp, &["a@example.com"])[0], "accepted: 250 2.0.0 queued as 1");
        server.become_with([Fault::once(At::Mail, act.clone())]);
        assert_eq!(hand_over(&mut smtp, &["b@example.com"])[0], "accepted: 250 2.0.0 queued as 1");
        assert_eq!((server.connections(), server.received().len()), (2, 2), "{act:?}");
    }
}

#[test]
fn h4_one_recipient_at_whom_the_server_hangs_does_not_stop_the_others() {
    for act in [Act::Hang, Act::Close, Act::SayAndClose("421 4.3.2 closing"), Act::Drip] {
        let server = SmtpServer::with([Fault::about(At::Rcpt, "bad@", act.clone())]);
        let mut smtp = transport(&server.url(), SHORT);
        let came = hand_over(&mut smtp, &["bad@example.com", "good@example.com"]);
        assert!(came[0].starts_with("deferred: "), "{act:?} {came:?}");
        assert_eq!(came[1], "accepted: 250 2.0.0 queued as 1", "{act:?}");
    }
}

#[test]
fn h4_every_wait_ends_and_none_outlives_the_run() {
    let server = SmtpServer::with([Fault::always(At::Rcpt, Act::Drip)]);
    let run = Duration::from_millis(500);
    let timeouts = MailTimeouts { reply: Duration::from_secs(20), run, ..PATIENT };
    let mut smtp = transport(&server.url(), timeouts);
    let start = Instant::now();
    let came = hand_over(&mut smtp, &["a@example.com", "b@example.com"]);
    assert_eq!(
        came,
        [
            "unavailable: the time for this run is over (run-timeout)",
            "unavailable: the time for this run is over (run-timeout)"
        ]
    );
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert!(start.elapsed() >= run);
}

#[test]
fn h2_a_message_that_could_be_taken_for_two_is_not_sent() {
    let server = SmtpServer::start();
    let mut smtp = transport(&server.url(), PATIENT);
    let smuggled = message("ann@example.com", "a\n.\nMAIL FROM:<eve@example.com>\r\n");
    assert_eq!(
        shown(&smtp.hand_over(&smuggled, &mut |_| {})),
        "refused: the message has a line end that is not CR LF"
    );
    assert_eq!(server.connections(), 0);
}

#[test]
fn eight_bit_text_goes_only_where_it_is_taken() {
    let server = SmtpServer::start();
    let mut smtp = transport(&server.url(), PATIENT);
    let message = message("ann@example.com", "für dich\r\n");
    let came = shown(&smtp.hand_over(&message, &mut |_| {}));
    assert_eq!(came, "accepted: 250 2.0.0 queued as 1");
    assert_eq!(server.said()[1], "MAIL FROM:<admit@example.com> BODY=8BITMIME");
    let server = SmtpServer::with([Fault::always(At::Ehlo, Act::Say("250 plain"))]);
    let mut smtp = transport(&server.url(), PATIENT);
    let came = shown(&smtp.hand_over(&message, &mut |_| {}));
    assert_eq!(came, "refused: the server takes ASCII messages only");
    assert_eq!(server.received(), []);
}

#[test]
fn h6_starttls_that_is_offered_is_used_and_never_passed_over() {
    let offered = Fault::always(At::Ehlo, Act::Say("250-me\r\n250 STARTTLS"));
    for (act, came) in [
        (Act::Say("454 4.7.0 not now"), "unavailable: 454 4.7.0 not now"),
        (Act::Say("220 go"), "unavailable: the server closed the connection while TLS began"),
        // Said before TLS, so by anybody.
        (
            Act::Say("220 go\r\n250 injected"),
            "unavailable: STARTTLS: what came is no answer of a mail server",
        ),
    ] {
        let server = SmtpServer::with([offered.clone(), Fault::always(At::StartTls, act.clone())]);
        assert_eq!(outcome(&server, PATIENT).0, came, "{act:?}");
        assert_eq!(server.received(), []);
    }
}

#[test]
fn h6_nothing_goes_over_a_network_unencrypted() {
    let server = SmtpServer::start();
    // Another name of this machine, which nobody would call so.
    let mut smtp = transport(&server.url().replace("127.0.0.1", "0.0.0.0"), PATIENT);
    let came = hand_over(&mut smtp, &["ann@example.com"]);
    let words = "the server offers no STARTTLS, and nothing goes over a network unencrypted";
    assert_eq!(came, [format!("unavailable: {words}")]);
    assert_eq!(server.said().len(), 1, "EHLO alone");
}

#[test]
fn h7_a_password_is_never_sent_without_tls() {
    let server = SmtpServer::with([Fault::always(At::Ehlo, Act::Say("250-me\r\n250 AUTH PLAIN"))]);
    let url = server.url().replace("smtp://", "smtp://ann@");
    let MailServer::Smtp(setting) = url.parse().unwrap() else { panic!("{url}") };
    let password = admit::domain::mail_server::MailPassword::from_first_line(b"secret").unwrap();
    let terms = SmtpTerms { authorities: None, timeouts: PATIENT, elapsed: clock::elapsed };
    let mut smtp = Smtp::new(setting, Some(password), terms).unwrap();
    let came = hand_over(&mut smtp, &["ann@example.com"]);
    let words = "unavailable: the server offers no TLS, and a password is never sent without";
    assert_eq!(came, [words]);
    assert_eq!(server.said().len(), 1, "EHLO alone");
}

#[test]
fn two_hundred_messages_take_no_time_to_speak_of() {
    let server = SmtpServer::start();
    let mut smtp = transport(&server.url(), PATIENT);
    let start = Instant::now();
    for _ in 0..200 {
        let text = "All is well.\r\n".repeat(300);
        let handover = smtp.hand_over(&message("ann@example.com", &text), &mut |_| {});
        assert!(matches!(handover, Handover::Accepted(_)));
    }
    // At 40 ms each, which waiting for a delayed ACK costs, it would be 8 seconds.
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    assert_eq!(server.connections(), 1);
}
