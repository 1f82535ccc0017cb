//! What becomes of a message whatever the mail server does, over plain SMTP to a server inside the test. TLS
//! is `mail_tls`'s.

use std::time::{Duration, Instant};

use admit::clock;
use admit::domain::delivery::Handover;
use admit::domain::mail_server::{MailServer, MailTimeouts};
use admit::mail::smtp::{Smtp, SmtpTerms};
use admit::mail::{Message, Transport};
use zeroize::Zeroizing;

use crate::support::smtp::{Act, At, Fault, SmtpServer};

const REPLY: Duration = Duration::from_millis(300);

const TIMEOUTS: MailTimeouts =
    MailTimeouts { connect: Duration::from_secs(2), reply: REPLY, run: Duration::from_secs(30) };

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
fn outcome(server: &SmtpServer) -> (String, String) {
    let mut steps = Vec::new();
    let mut smtp = transport(&server.url(), TIMEOUTS);
    let handover = smtp.hand_over(&message("ann@example.com", "hello\r\n"), &mut |step| {
        let wrong = step.went == admit::mail::Went::Wrong;
        steps.push(format!("{}{}", step.name, if wrong { "!" } else { "" }));
    });
    (shown(&handover), steps.join(" "))
}

#[test]
fn a_message_arrives_byte_for_byte_with_its_envelope() {
    let server = SmtpServer::start();
    let mut smtp = transport(&server.url(), TIMEOUTS);
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
fn each_fault_means_what_the_standard_says_it_means() {
    use Act::{Close, Hang, Say, SayAndClose};
    let timeout = "no answer came in time";
    let closed = "the server closed the connection without an answer";
    let garbage = "what came is no answer of a mail server";
    let sent = "all of the message was sent, and";
    let to_ehlo = "connect greeting EHLO";
    let to_mail = "connect greeting EHLO MAIL FROM";
    let to_rcpt = "connect greeting EHLO MAIL FROM RCPT TO";
    let to_data = "connect greeting EHLO MAIL FROM RCPT TO DATA";
    for (at, act, came, steps) in [
        // Nothing was said about the message.
        (
            At::Connect,
            Say("554 5.3.2 not here"),
            "unavailable: 554 5.3.2 not here".to_owned(),
            "connect greeting!".to_owned(),
        ),
        (
            At::Connect,
            Say("421 4.3.2 busy"),
            "unavailable: 421 4.3.2 busy".to_owned(),
            "connect greeting!".to_owned(),
        ),
        (At::Connect, Hang, format!("unavailable: {timeout}"), "connect greeting!".to_owned()),
        (At::Connect, Close, format!("unavailable: {closed}"), "connect greeting!".to_owned()),
        (
            At::Connect,
            Say("HTTP/1.1 400 Bad Request"),
            format!("unavailable: {garbage}"),
            "connect greeting!".to_owned(),
        ),
        (At::Connect, Act::Drip, format!("unavailable: {timeout}"), "connect greeting!".to_owned()),
        (
            At::Connect,
            Act::Flood,
            "unavailable: the server's answer is too long".to_owned(),
            "connect greeting!".to_owned(),
        ),
        (
            At::Ehlo,
            Say("502 what?"),
            "unavailable: 502 what?".to_owned(),
            "connect greeting EHLO!".to_owned(),
        ),
        (
            At::Ehlo,
            Act::Drip,
            format!("unavailable: {timeout}"),
            "connect greeting EHLO!".to_owned(),
        ),
        (
            At::Mail,
            Say("421 4.3.2 closing"),
            "unavailable: 421 4.3.2 closing".to_owned(),
            format!("{to_ehlo} MAIL FROM!"),
        ),
        (
            At::Mail,
            Say("530 5.7.0 log in first"),
            "unavailable: 530 5.7.0 log in first".to_owned(),
            format!("{to_ehlo} MAIL FROM!"),
        ),
        (At::Mail, Close, format!("unavailable: {closed}"), format!("{to_ehlo} MAIL FROM!")),
        (At::Mail, Hang, format!("unavailable: {timeout}"), format!("{to_ehlo} MAIL FROM!")),
        // About this message.
        (
            At::Mail,
            Say("451 4.3.0 later"),
            "deferred: 451 4.3.0 later".to_owned(),
            format!("{to_ehlo} MAIL FROM!"),
        ),
        (
            At::Mail,
            Say("550 5.7.1 not you"),
            "refused: 550 5.7.1 not you".to_owned(),
            format!("{to_ehlo} MAIL FROM!"),
        ),
        (
            At::Rcpt,
            Say("450 4.2.1 greylisted"),
            "deferred: 450 4.2.1 greylisted".to_owned(),
            format!("{to_mail} RCPT TO!"),
        ),
        (
            At::Rcpt,
            Say("550 5.1.1 no such user"),
            "refused: 550 5.1.1 no such user".to_owned(),
            format!("{to_mail} RCPT TO!"),
        ),
        (
            At::Rcpt,
            Say("550-5.1.1 no such\r\n550 5.1.1 user"),
            "refused: 550 5.1.1 no such 5.1.1 user".to_owned(),
            format!("{to_mail} RCPT TO!"),
        ),
        (
            At::Rcpt,
            SayAndClose("421 4.3.2 closing"),
            "deferred: 421 4.3.2 closing".to_owned(),
            format!("{to_mail} RCPT TO!"),
        ),
        (At::Rcpt, Hang, format!("deferred: {timeout}"), format!("{to_mail} RCPT TO!")),
        (At::Rcpt, Close, format!("deferred: {closed}"), format!("{to_mail} RCPT TO!")),
        (
            At::Rcpt,
            Say("this is not SMTP"),
            format!("deferred: {garbage}"),
            format!("{to_mail} RCPT TO!"),
        ),
        (
            At::Rcpt,
            Say("250 yes\r\n250 and yes"),
            format!("deferred: {garbage}"),
            format!("{to_rcpt} DATA!"),
        ),
        (
            At::Data,
            Say("451 4.3.0 later"),
            "deferred: 451 4.3.0 later".to_owned(),
            format!("{to_rcpt} DATA!"),
        ),
        (
            At::Data,
            Say("554 5.5.1 no"),
            "refused: 554 5.5.1 no".to_owned(),
            format!("{to_rcpt} DATA!"),
        ),
        (At::Data, Say("250 what?"), "deferred: 250 what?".to_owned(), format!("{to_rcpt} DATA!")),
        (At::Data, Hang, format!("deferred: {timeout}"), format!("{to_rcpt} DATA!")),
        (
            At::Message,
            Say("451 4.3.0 later"),
            "deferred: 451 4.3.0 later".to_owned(),
            format!("{to_data} message!"),
        ),
        (
            At::Message,
            SayAndClose("421 4.3.2 closing"),
            "deferred: 421 4.3.2 closing".to_owned(),
            format!("{to_data} message!"),
        ),
        (
            At::Message,
            Say("554 5.7.1 spam"),
            "refused: 554 5.7.1 spam".to_owned(),
            format!("{to_data} message!"),
        ),
        // Nobody knows.
        (At::Message, Hang, format!("unknown: {sent} {timeout}"), format!("{to_data} message!")),
        (At::Message, Close, format!("unknown: {sent} {closed}"), format!("{to_data} message!")),
        (
            At::Message,
            Say("sure"),
            format!("unknown: {sent} {garbage}"),
            format!("{to_data} message!"),
        ),
        (
            At::Message,
            Say("354 more"),
            format!("unknown: {sent} {garbage}"),
            format!("{to_data} message!"),
        ),
        (
            At::Message,
            Act::Drip,
            format!("unknown: {sent} {timeout}"),
            format!("{to_data} message!"),
        ),
        // Well, in other words.
        (At::Message, Say("250"), "accepted: 250".to_owned(), format!("{to_data} message")),
        (
            At::Message,
            Say("250-one\r\n250-two\r\n250 three"),
            "accepted: 250 one two three".to_owned(),
            format!("{to_data} message"),
        ),
        (
            At::Message,
            Say("257 f\u{fc}r dich \u{1b}[2J"),
            "accepted: 257 für dich \\u{1b}[2J".to_owned(),
            format!("{to_data} message"),
        ),
    ] {
        let server = SmtpServer::with([Fault::always(at, act.clone())]);
        assert_eq!(outcome(&server), (came, steps), "{at:?} {act:?}");
    }
}

#[test]
fn a_server_that_is_not_there_is_said_to_be_unreachable() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut smtp = transport(&format!("smtp://{closed}"), TIMEOUTS);
    let came = hand_over(&mut smtp, &["ann@example.com"]);
    assert_eq!(came, [format!("unavailable: {closed} cannot be reached: connection refused")]);
    let mut smtp = transport("smtp://nowhere.invalid", TIMEOUTS);
    let came = hand_over(&mut smtp, &["ann@example.com"]).remove(0);
    assert!(came.starts_with("unavailable: the host nowhere.invalid cannot be found: "), "{came}");
}

#[test]
fn several_messages_go_over_one_connection() {
    let server = SmtpServer::start();
    let mut smtp = transport(&server.url(), TIMEOUTS);
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
    let mut smtp = transport(&server.url(), TIMEOUTS);
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
    let mut smtp = transport(&server.url(), TIMEOUTS);
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
        let mut smtp = transport(&server.url(), TIMEOUTS);
        assert_eq!(hand_over(&mut smtp, &["a@example.com"])[0], "accepted: 250 2.0.0 queued as 1");
        server.become_with([Fault::once(At::Mail, act.clone())]);
        assert_eq!(hand_over(&mut smtp, &["b@example.com"])[0], "accepted: 250 2.0.0 queued as 1");
        assert_eq!((server.connections(), server.received().len()), (2, 2), "{act:?}");
    }
}

#[test]
fn one_recipient_at_whom_the_server_hangs_does_not_stop_the_others() {
    for act in [Act::Hang, Act::Close, Act::SayAndClose("421 4.3.2 closing"), Act::Drip] {
        let server = SmtpServer::with([Fault::about(At::Rcpt, "bad@", act.clone())]);
        let mut smtp = transport(&server.url(), TIMEOUTS);
        let came = hand_over(&mut smtp, &["bad@example.com", "good@example.com"]);
        assert!(came[0].starts_with("deferred: "), "{act:?} {came:?}");
        assert_eq!(came[1], "accepted: 250 2.0.0 queued as 1", "{act:?}");
    }
}

#[test]
fn every_wait_ends_and_none_outlives_the_run() {
    let server = SmtpServer::with([Fault::always(At::Rcpt, Act::Drip)]);
    let run = Duration::from_millis(500);
    let timeouts = MailTimeouts { reply: Duration::from_secs(20), run, ..TIMEOUTS };
    let mut smtp = transport(&server.url(), timeouts);
    let start = Instant::now();
    let came = hand_over(&mut smtp, &["a@example.com", "b@example.com"]);
    assert_eq!(
        came,
        [
            "unavailable: no answer came in time",
            "unavailable: the time for this run is over (run-timeout)"
        ]
    );
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert!(start.elapsed() >= run);
}

#[test]
fn a_message_that_could_be_taken_for_two_is_not_sent() {
    let server = SmtpServer::start();
    let mut smtp = transport(&server.url(), TIMEOUTS);
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
    let mut smtp = transport(&server.url(), TIMEOUTS);
    let message = message("ann@example.com", "für dich\r\n");
    let came = shown(&smtp.hand_over(&message, &mut |_| {}));
    assert_eq!(came, "accepted: 250 2.0.0 queued as 1");
    assert_eq!(server.said()[1], "MAIL FROM:<admit@example.com> BODY=8BITMIME");
    let server = SmtpServer::with([Fault::always(At::Ehlo, Act::Say("250 plain"))]);
    let mut smtp = transport(&server.url(), TIMEOUTS);
    let came = shown(&smtp.hand_over(&message, &mut |_| {}));
    assert_eq!(came, "refused: the server takes ASCII messages only");
    assert_eq!(server.received(), []);
}

#[test]
fn starttls_that_is_offered_is_used_and_never_passed_over() {
    let offered = Fault::always(At::Ehlo, Act::Say("250-me\r\n250 STARTTLS"));
    for (act, came) in [
        (Act::Say("454 4.7.0 not now"), "unavailable: 454 4.7.0 not now"),
        (Act::Say("220 go"), "unavailable: the server closed the connection while TLS began"),
        // Said before TLS, so by anybody.
        (
            Act::Say("220 go\r\n250 injected"),
            "unavailable: what came is no answer of a mail server",
        ),
    ] {
        let server = SmtpServer::with([offered.clone(), Fault::always(At::StartTls, act.clone())]);
        assert_eq!(outcome(&server).0, came, "{act:?}");
        assert_eq!(server.received(), []);
    }
}

#[test]
fn a_password_is_never_sent_without_tls() {
    let server = SmtpServer::with([Fault::always(At::Ehlo, Act::Say("250-me\r\n250 AUTH PLAIN"))]);
    let url = server.url().replace("smtp://", "smtp://ann@");
    let MailServer::Smtp(setting) = url.parse().unwrap() else { panic!("{url}") };
    let password = admit::domain::mail_server::MailPassword::from_first_line(b"secret").unwrap();
    let terms = SmtpTerms { authorities: None, timeouts: TIMEOUTS, elapsed: clock::elapsed };
    let mut smtp = Smtp::new(setting, Some(password), terms).unwrap();
    let came = hand_over(&mut smtp, &["ann@example.com"]);
    let words = "unavailable: the server offers no TLS, and a password is never sent without";
    assert_eq!(came, [words]);
    assert_eq!(server.said().len(), 1, "EHLO alone");
}

#[test]
fn two_hundred_messages_take_no_time_to_speak_of() {
    let server = SmtpServer::start();
    let mut smtp = transport(&server.url(), TIMEOUTS);
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
