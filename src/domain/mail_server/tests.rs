//! What names a mail server, and what does not.

#![allow(clippy::unwrap_used)]

use super::*;

fn smtp(text: &str) -> SmtpServer {
    match text.parse().unwrap() {
        MailServer::Smtp(server) => server,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_server_is_named_by_its_address() {
    for (text, whole) in [
        ("smtp://mail.example.com", "smtp://mail.example.com:587"),
        (" smtp://Mail.Example.com/\n", "smtp://mail.example.com:587"),
        ("smtps://mail.example.com", "smtps://mail.example.com:465"),
        ("smtp://relay:25", "smtp://relay:25"),
        ("smtps://ann@mail.example.com:10465", "smtps://ann@mail.example.com:10465"),
        (
            "smtp://ann%40example.com@mail.example.com",
            "smtp://ann%40example.com@mail.example.com:587",
        ),
        (
            "smtp://ann@example.com@mail.example.com",
            "smtp://ann%40example.com@mail.example.com:587",
        ),
        ("smtp://a%25b%3Ac@h", "smtp://a%25b%3Ac@h:587"),
        ("smtp://192.0.2.7:2525", "smtp://192.0.2.7:2525"),
        ("smtp://[2001:db8::1]", "smtp://[2001:db8::1]:587"),
        ("smtp://[::1]:25", "smtp://[::1]:25"),
        ("smtp://bücher.example", "smtp://xn--bcher-kva.example:587"),
        ("sendmail", "sendmail:/usr/sbin/sendmail"),
        ("sendmail:/opt/bin/send mail", "sendmail:/opt/bin/send mail"),
        ("folder:/var/spool/admit", "folder:/var/spool/admit"),
        ("folder:mails", "folder:mails"),
        ("print", "print"),
    ] {
        let server: MailServer = text.parse().unwrap();
        assert_eq!(server.to_string(), whole, "{text}");
        assert_eq!(whole.parse(), Ok(server), "{text}");
    }
    assert_eq!(smtp("smtp://ann%40example.com@h").user.as_deref(), Some("ann@example.com"));
    assert_eq!(smtp("smtp://[::1]").host.as_str(), "::1");
    assert_eq!(MailServer::default(), MailServer::Print);
}

#[test]
fn what_is_none_is_refused_with_its_reason() {
    use MailServerError as E;
    let long = format!("smtp://{}.example", "x".repeat(64));
    let user = format!("smtp://{}@h", "x".repeat(255));
    for (text, reason) in [
        ("", E::Malformed),
        ("mail.example.com", E::Malformed),
        ("mail.example.com:25", E::Malformed),
        ("http://mail.example.com", E::Malformed),
        ("SMTP://mail.example.com", E::Malformed),
        ("smtp:mail.example.com", E::Malformed),
        ("print:", E::Malformed),
        ("smtp://ann:secret@mail.example.com", E::Password),
        ("smtp://ann:@mail.example.com", E::Password),
        ("smtp://ann:se@cret@mail.example.com", E::Password),
        ("smtp://", E::NoHost),
        ("smtp://:25", E::NoHost),
        ("smtp://ann@", E::NoHost),
        ("smtp://@mail.example.com", E::User),
        ("smtp://a%4@mail.example.com", E::User),
        ("smtp://a%zz@mail.example.com", E::User),
        ("smtp://a%+4@mail.example.com", E::User),
        ("smtp://a%0d%0aQUIT@mail.example.com", E::User),
        ("smtp://a%ff@mail.example.com", E::User),
        (&user, E::User),
        ("smtp://mail.example.com:", E::Port),
        ("smtp://mail.example.com:0", E::Port),
        ("smtp://mail.example.com:+25", E::Port),
        ("smtp://mail.example.com:65536", E::Port),
        ("smtp://mail.example.com:smtp", E::Port),
        ("smtp://mail.example.com/inbox", E::Path),
        ("smtp://mail.example.com?timeout=1", E::Path),
        ("smtp://2001:db8::1", E::Host),
        ("smtp://[2001:db8::1", E::Host),
        ("smtp://[mail.example.com]", E::Host),
        ("smtp://[::1]25", E::Host),
        ("smtp://192.0.2.700", E::Host),
        ("smtp://mail_1.example.com", E::Host),
        ("smtp://-mail.example.com", E::Host),
        ("smtp://mail..example.com", E::Host),
        ("smtp://mail.example.com\r\nQUIT", E::Host),
        ("smtp://exa\u{202e}mple.com", E::Host),
        (&long, E::Host),
        ("sendmail:sendmail", E::Program),
        ("sendmail:", E::Program),
        ("folder:", E::Folder),
    ] {
        assert_eq!(text.parse::<MailServer>(), Err(reason), "{text:?}");
    }
}

#[test]
fn only_this_machine_is_loopback() {
    for host in ["localhost", "LocalHost", "127.0.0.1", "127.8.9.10", "[::1]"] {
        assert!(smtp(&format!("smtp://{host}")).host.is_loopback(), "{host}");
    }
    for host in
        ["localhost.example.com", "mail", "10.0.0.1", "0.0.0.0", "[::2]", "[::ffff:127.0.0.1]"]
    {
        assert!(!smtp(&format!("smtp://{host}")).host.is_loopback(), "{host}");
    }
}

#[test]
fn a_password_is_the_first_line() {
    let read = |bytes: &[u8]| MailPassword::from_first_line(bytes);
    for (bytes, password) in [
        (&b"secret"[..], "secret"),
        (b"secret\n", "secret"),
        (b"secret\r\nmore\n", "secret"),
        (b" with blanks \n", " with blanks "),
        ("gr\u{fc}n\n".as_bytes(), "gr\u{fc}n"),
    ] {
        assert_eq!(read(bytes).unwrap().reveal(), password);
    }
    assert_eq!(read(b""), Err(MailPasswordError::Empty));
    assert_eq!(read(b"\nsecret"), Err(MailPasswordError::Empty));
    assert_eq!(read(&[b'x'; PASSWORD_MAX + 1]), Err(MailPasswordError::TooLong));
    assert!(read(&[b'x'; PASSWORD_MAX]).is_ok());
    assert_eq!(read(b"\xff"), Err(MailPasswordError::NotText));
    assert_eq!(read(b"a\0b"), Err(MailPasswordError::NotText));
    assert_eq!(format!("{:?}", read(b"secret").unwrap()), "MailPassword(…)");
}

#[test]
fn what_is_as_long_as_it_may_be_is_read_and_what_is_longer_is_not() {
    let seconds = |digits: usize| format!("{}1s", "0".repeat(digits - 1));
    assert_eq!(read_timeout(&seconds(TIMEOUT_DIGITS_MAX)), Ok(Duration::from_secs(1)));
    assert_eq!(read_timeout(&seconds(TIMEOUT_DIGITS_MAX + 1)), Err(TimeoutError));
    let words = |length: usize| format!("1m{}1s", " ".repeat(length - 4));
    assert_eq!(read_timeout(&words(TIMEOUT_TEXT_MAX)), Ok(Duration::from_secs(61)));
    assert_eq!(read_timeout(&words(TIMEOUT_TEXT_MAX + 1)), Err(TimeoutError));
    let label = |length: usize| "a".repeat(length);
    let longest = format!("{}.{}.{}.{}", label(63), label(63), label(63), label(61));
    assert_eq!(longest.len(), DOMAIN_MAX);
    assert!(read_host(&longest).is_ok());
    assert_eq!(read_host(&format!("{longest}a")), Err(MailServerError::Host));
    assert_eq!(read_host(&label(64)), Err(MailServerError::Host));
    assert_eq!(split_port("[::1]"), Ok(("::1", None)));
    assert_eq!(split_port("[::1]x"), Err(MailServerError::Host));
    assert_eq!(split_port("a:1:2"), Err(MailServerError::Host));
}

#[test]
fn a_timeout_is_a_length_of_time_within_limits() {
    for (text, length) in [
        ("1ms", Duration::from_millis(1)),
        ("500ms", Duration::from_millis(500)),
        ("10s", Duration::from_secs(10)),
        (" 1m 30s ", Duration::from_secs(90)),
        ("1day", Duration::from_secs(86_400)),
    ] {
        assert_eq!(read_timeout(text), Ok(length), "{text}");
    }
    let long = "1s ".repeat(30);
    for text in
        ["", "10", "0s", "-1s", "1ns", "2days", "soon", "18446744073709551615s 1000000000ns", &long]
    {
        assert_eq!(read_timeout(text), Err(TimeoutError), "{text:?}");
    }
}
