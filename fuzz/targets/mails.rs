//! Mails in an organization's own words: a source that is taken can be filled in for every letter, ends, and
//! leaves a header and an HTML page that hold what they are given as text.
#![no_main]

use admit::domain::delivery::DeliveryKind;
use admit::domain::name::PersonName;
use admit::domain::organization::{OrganizationName, SignOn};
use admit::domain::token::{Entropy, EntropyError};
use admit::domain::wording::{OwnWording, Part};
use admit::mail::letter::{Account, Envelope, Inviter, Letter, LinkText, compose, render};
use admit::mail::wording::{Wording, check};
use admit_fuzz::{assert_clean, assert_sentence};
use libfuzzer_sys::fuzz_target;

struct Zeros;

impl Entropy for Zeros {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        buffer.fill(0);
        Ok(())
    }
}

fuzz_target!(|input: &[u8]| {
    let [how, input @ ..] = input else { return };
    let Ok(text) = std::str::from_utf8(input) else { return };
    let kind = DeliveryKind::ALL[usize::from(how % 3)];
    let part = Part::ALL[usize::from((how / 4) % 3)];
    // Text up to the first NUL is the source, then come the names that are filled in.
    let mut texts = text.split('\0');
    let source = texts.next().unwrap_or_default();
    let name: Option<PersonName> = texts.next().and_then(|text| text.parse().ok());
    let organization: OrganizationName = texts
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| "Acme <Ltd>".parse().unwrap());
    let role = texts.next().unwrap_or("Agent");

    let own = match check(kind, part, source) {
        Ok(()) => OwnWording::default().with(part, Some(source.to_owned())),
        Err(error) => {
            assert_sentence(&error.to_string());
            OwnWording::default()
        }
    };
    let wording = Wording::builtin(kind).with_own(own);
    let from = "no-reply@example.com".parse().unwrap();
    let to = "ann@bücher.example".parse().unwrap();
    let letter = Letter {
        kind,
        organization: &organization,
        recipient: &to,
        name: name.as_ref(),
        role,
        inviter: (how & 0x40 != 0).then_some(Inviter { name: name.as_ref(), email: &from }),
        link: LinkText::Address("https://p.example.com/?invite=1.AAAA"),
        expires_at: "2026-11-29T12:00:00Z".parse().unwrap(),
        sign_on: if how & 0x80 == 0 { SignOn::Password } else { SignOn::Single },
        account: if how & 0x20 == 0 { Account::New } else { Account::Existing },
    };
    let rendered = match render(&letter, &wording) {
        Ok(rendered) => rendered,
        Err(error) => return assert_sentence(&error.to_string()),
    };
    assert_clean(rendered.subject.as_str());
    assert!((1..=150).contains(&rendered.subject.as_str().chars().count()));
    let envelope =
        Envelope { from: &from, from_name: &organization, to: &to, date: letter.expires_at };
    let message = compose(&rendered, &envelope, &mut Zeros).expect("a message");
    let bytes: &[u8] = &message.bytes;
    assert!(bytes.is_ascii());
    let mail = std::str::from_utf8(bytes).unwrap();
    let (head, _) = mail.split_once("\r\n\r\n").unwrap();
    for line in mail.split("\r\n") {
        assert!(line.len() <= 998 && !line.contains(['\r', '\n']), "{line:?}");
    }
    let count = |name: &str| {
        head.lines().filter(|line| line.to_ascii_lowercase().starts_with(name)).count()
    };
    for (name, times) in [("to:", 1), ("from:", 1), ("subject:", 1), ("bcc:", 0), ("cc:", 0)] {
        assert_eq!(count(name), times, "{head}");
    }
});
