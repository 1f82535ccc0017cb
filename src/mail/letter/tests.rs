//! Messages are made and read again, as a mail program would read them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use mail_parser::{MessageParser, MimeHeaders, PartType};
use proptest::prelude::*;

use super::*;
use crate::domain::wording::OwnWording;
use crate::mail::SubjectLine;

const LINK: &str =
    "https://portal.example.com/join?invite=12.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

struct Counting(u8);

impl Entropy for Counting {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        for byte in buffer {
            *byte = self.0;
            self.0 = self.0.wrapping_add(1);
        }
        Ok(())
    }
}

/// What is different from letter to letter in these tests.
struct Facts {
    organization: OrganizationName,
    recipient: EmailAddress,
    name: Option<PersonName>,
    role: String,
    inviter: Option<PersonName>,
}

impl Facts {
    fn plain() -> Self {
        Self {
            organization: "Main".parse().unwrap(),
            recipient: "Ann@BÜCHER.example".parse().unwrap(),
            name: Some("Ann Lee".parse().unwrap()),
            role: "Team Leader".to_owned(),
            inviter: Some("Bob Ray".parse().unwrap()),
        }
    }

    fn message(&self, kind: DeliveryKind, wording: &Wording) -> Message {
        let email: EmailAddress = "bob@example.com".parse().unwrap();
        let letter = Letter {
            kind,
            organization: &self.organization,
            recipient: &self.recipient,
            name: self.name.as_ref(),
            role: &self.role,
            inviter: Some(Inviter { name: self.inviter.as_ref(), email: &email }),
            link: LinkText::Address(LINK),
            expires_at: "2026-12-06T08:00:00Z".parse().unwrap(),
            sign_on: SignOn::Password,
            account: Account::New,
        };
        let rendered = render(&letter, wording).unwrap();
        let from: EmailAddress = "Invites@Example.com".parse().unwrap();
        let envelope = Envelope {
            from: &from,
            from_name: &self.organization,
            to: &self.recipient,
            date: "2026-11-29T08:00:09Z".parse().unwrap(),
        };
        compose(&rendered, &envelope, &mut Counting(0)).unwrap()
    }
}

fn headers(message: &Message) -> Vec<String> {
    let text = String::from_utf8(message.bytes.to_vec()).unwrap();
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    head.replace("\r\n ", " ").split("\r\n").map(str::to_owned).collect()
}

/// What holds of every message, whatever was in the letter.
fn check(message: &Message, facts: &Facts) {
    let text = std::str::from_utf8(&message.bytes).unwrap();
    assert!(text.is_ascii());
    assert!(text.ends_with("\r\n"));
    for line in text.split("\r\n") {
        assert!(!line.contains(['\r', '\n', '\0']), "{line:?}");
        assert!(line.len() <= 998, "{line}");
    }
    let names: Vec<String> =
        headers(message).iter().map(|h| h.split_once(':').unwrap().0.to_owned()).collect();
    assert_eq!(
        names,
        [
            "Date",
            "Message-ID",
            "From",
            "To",
            "Subject",
            "Auto-Submitted",
            "X-Auto-Response-Suppress",
            "MIME-Version",
            "Content-Type"
        ]
    );
    let read = MessageParser::default().parse(&message.bytes[..]).unwrap();
    let to: Vec<_> = read.to().unwrap().iter().collect();
    assert_eq!(to.len(), 1);
    assert_eq!(to[0].address(), Some(facts.recipient.as_normal()));
    let from: Vec<_> = read.from().unwrap().iter().collect();
    assert_eq!(from.len(), 1);
    assert_eq!(from[0].address(), Some("invites@example.com"));
    assert_eq!(from[0].name(), Some(facts.organization.as_str()));
    assert!(read.cc().is_none() && read.bcc().is_none());
    assert_eq!(read.text_body_count(), 1);
    assert_eq!(read.html_body_count(), 1);
    let kinds: Vec<_> = read
        .parts
        .iter()
        .map(|part| match &part.body {
            PartType::Multipart(_) => "multipart",
            PartType::Text(_) => "text",
            PartType::Html(_) => "html",
            _ => "other",
        })
        .collect();
    assert_eq!(kinds, ["multipart", "text", "html"]);
    assert!(read.body_text(0).unwrap().contains(LINK));
    let html = read.body_html(0).unwrap();
    assert_eq!(html.matches(&minijinja_escaped(LINK)).count(), 3);
    // Every `<` begins a tag of the template's own.
    let tags = ["!DOCTYPE", "html", "head", "meta", "title", "style", "body", "div", "p", "a"];
    let more = ["strong", "bdi", "br", "code"];
    for after in html.split('<').skip(1) {
        let tag: String = after
            .trim_start_matches('/')
            .chars()
            .take_while(|c| c.is_ascii_alphabetic() || *c == '!')
            .collect();
        assert!(tags.contains(&tag.as_str()) || more.contains(&tag.as_str()), "<{after}");
    }
}

fn minijinja_escaped(link: &str) -> String {
    link.replace('&', "&amp;").replace('/', "&#x2f;")
}

#[test]
fn h8_a_message_is_one_that_any_mail_program_reads() {
    let facts = Facts::plain();
    let message =
        facts.message(DeliveryKind::Invitation, &Wording::builtin(DeliveryKind::Invitation));
    check(&message, &facts);
    assert_eq!(
        headers(&message),
        [
            "Date: Sun, 29 Nov 2026 08:00:09 +0000",
            "Message-ID: <000102030405060708090a0b0c0d0e0f@example.com>",
            "From: Main <invites@example.com>",
            "To: ann@xn--bcher-kva.example",
            "Subject: Your invitation to Main",
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: OOF, AutoReply",
            "MIME-Version: 1.0",
            "Content-Type: multipart/alternative; boundary=\"part-101112131415161718191a1b1c1d1e1f\"",
        ]
    );
    let read = MessageParser::default().parse(&message.bytes[..]).unwrap();
    for part in &read.parts[1..] {
        let kind = part.content_type().unwrap();
        assert_eq!(kind.attribute("charset"), Some("utf-8"));
    }
    assert_eq!(
        format!("{message:?}"),
        "Message(invites@example.com to ann@xn--bcher-kva.example, …)"
    );
}

#[test]
fn every_kind_of_mail_can_be_put_together() {
    for kind in DeliveryKind::ALL {
        let facts = Facts { name: None, inviter: None, ..Facts::plain() };
        check(&facts.message(kind, &Wording::builtin(kind)), &facts);
    }
}

#[test]
fn a_sender_that_looks_like_something_else_is_quoted_or_encoded() {
    for (name, shown) in [
        ("example.com", "From: \"example.com\" <invites@example.com>"),
        ("Smith & Sons, Inc.", "From: =?utf-8?b?U21pdGggJiBTb25zLCBJbmMu?= <invites@example.com>"),
        ("a@b.de <c@d.de>,", "From: =?utf-8?b?YUBiLmRlIDxjQGQuZGU+LA==?= <invites@example.com>"),
        ("The \"Best\"", "From: \"The \\\"Best\\\"\" <invites@example.com>"),
    ] {
        let facts = Facts { organization: name.parse().unwrap(), ..Facts::plain() };
        let message =
            facts.message(DeliveryKind::Reminder, &Wording::builtin(DeliveryKind::Reminder));
        assert_eq!(headers(&message)[2], shown);
        check(&message, &facts);
    }
}

#[test]
fn h2_what_was_put_into_the_store_by_hand_does_no_harm() {
    let word = "=?utf-8?q?Your=20bank=0D=0ABcc:=20all@example.com?=";
    let facts = Facts {
        organization: OrganizationName::from_stored(word).unwrap(),
        name: Some(PersonName::from_stored(&format!("<b>{word}")).unwrap()),
        inviter: Some(PersonName::from_stored("</p><script>alert(1)</script>").unwrap()),
        role: "<img src=x onerror=alert(1)>\r\n\r\nBcc: all@example.com".to_owned(),
        ..Facts::plain()
    };
    for kind in DeliveryKind::ALL {
        let own = OwnWording {
            subject: Some("{{ organization }} {{ role }}".into()),
            ..OwnWording::default()
        };
        for wording in [
            Wording::builtin(kind),
            Wording::builtin(kind)
                .with_literal_subject(format!("{word}\r\nBcc: all@example.com\0")),
            Wording::builtin(kind).with_own(own),
        ] {
            let message = facts.message(kind, &wording);
            check(&message, &facts);
            let read = MessageParser::default().parse(&message.bytes[..]).unwrap();
            assert!(!read.subject().unwrap().contains("Your bank"), "{:?}", read.subject());
        }
    }
}

#[test]
fn moments_beyond_the_calendar_of_mails_make_no_panic() {
    let facts = Facts::plain();
    let subject = SubjectLine::new("x").unwrap();
    let rendered = Rendered {
        subject,
        text: Zeroizing::new(LINK.to_owned()),
        html: Zeroizing::new(String::new()),
    };
    for date in [Timestamp::MIN_UTC, Timestamp::UNIX_EPOCH, Timestamp::MAX_UTC] {
        let envelope = Envelope {
            from: &facts.recipient,
            from_name: &facts.organization,
            to: &facts.recipient,
            date,
        };
        assert!(compose(&rendered, &envelope, &mut Counting(0)).is_ok());
    }
}

#[test]
fn h8_a_line_of_any_length_arrives_whole_in_lines_that_are_short_enough() {
    let facts = Facts::plain();
    for length in (1..200).chain([997, 998, 999, 5_000]) {
        let line = "x".repeat(length);
        for text in
            [line.clone(), format!("a\n{line}\nb\n"), format!("{line}\n"), format!("\n{line}")]
        {
            let rendered = Rendered {
                subject: SubjectLine::new("x").unwrap(),
                text: Zeroizing::new(text.clone()),
                html: Zeroizing::new(text.clone()),
            };
            let envelope = Envelope {
                from: &facts.recipient,
                from_name: &facts.organization,
                to: &facts.recipient,
                date: Timestamp::UNIX_EPOCH,
            };
            let message = compose(&rendered, &envelope, &mut Counting(0)).unwrap();
            let sent = str::from_utf8(&message.bytes).unwrap();
            // The boundary of the parts stands in a header that is longer, and may be (RFC 5322 §2.1.1).
            let long =
                sent.lines().filter(|line| line.len() > LINE_MAX && !line.contains("boundary"));
            assert_eq!(long.count(), 0, "{length}");
            let read = MessageParser::default().parse(&message.bytes[..]).unwrap();
            let body = read.body_text(0).unwrap().replace("\r\n", "\n");
            assert_eq!(body.trim_end(), text.trim_end(), "{length}");
        }
    }
}

#[test]
fn a_message_needs_random_numbers() {
    struct Dry;
    impl Entropy for Dry {
        fn fill(&mut self, _: &mut [u8]) -> Result<(), EntropyError> {
            Err(EntropyError("dry".to_owned()))
        }
    }
    let facts = Facts::plain();
    let rendered = Rendered {
        subject: SubjectLine::new("x").unwrap(),
        text: Zeroizing::default(),
        html: Zeroizing::default(),
    };
    let envelope = Envelope {
        from: &facts.recipient,
        from_name: &facts.organization,
        to: &facts.recipient,
        date: Timestamp::UNIX_EPOCH,
    };
    let error = compose(&rendered, &envelope, &mut Dry).unwrap_err();
    assert_eq!(error.to_string(), "the system gives no random numbers: dry");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_name_changes_what_a_message_is(
        organization in "\\PC{1,99}|[ -~]{1,99}|[=?<>\"\\\\,;:@a-z .]{1,40}",
        name in "\\PC{1,190}|[ -~]{1,190}",
        inviter in "\\PC{1,40}|[ -~]{1,40}",
        role in any::<String>(),
        subject in any::<String>(),
    ) {
        let Ok(organization) = OrganizationName::from_stored(&organization) else { return Ok(()) };
        let facts = Facts {
            organization,
            name: PersonName::from_stored(&name).ok(),
            inviter: PersonName::from_stored(&inviter).ok(),
            role,
            ..Facts::plain()
        };
        let kind = DeliveryKind::Invitation;
        check(&facts.message(kind, &Wording::builtin(kind).with_literal_subject(format!("x{subject}"))), &facts);
        let own = OwnWording { subject: Some("{{ organization }}{{ name | default(role) }}".into()), ..OwnWording::default() };
        check(&facts.message(kind, &Wording::builtin(kind).with_own(own)), &facts);
    }
}
