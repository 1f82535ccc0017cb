//! What may become a password, rule by rule and for any text.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;

fn typed(text: &str) -> TypedPassword {
    TypedPassword::new(text.to_owned())
}

fn read_with(text: &str, minimum: u8) -> Result<String, PasswordError> {
    let own_words = OwnWords::default().with_email(&"ann@example.com".parse().unwrap());
    let minimum = PasswordMinimum::new(minimum).unwrap();
    let password = typed(text).read(&PasswordPolicy { minimum, own_words: &own_words })?;
    Ok(password.0.to_string())
}

fn read(text: &str) -> Result<String, PasswordError> {
    read_with(text, 15)
}

/// A text of so many characters that nothing but its length can be said against.
fn of_length(characters: usize) -> String {
    "quiet yellow tram; brown fox on 7 hills! ".chars().cycle().take(characters).collect()
}

fn too_short(length: usize) -> Result<String, PasswordError> {
    Err(PasswordError::TooShort { length, minimum: PasswordMinimum::default() })
}

/// So many characters of four bytes each; the last makes it more than one piece over and over.
fn crabs(characters: usize) -> String {
    "🦀🐙🦑🦐🐚🐠🐬".chars().cycle().take(characters - 1).chain(['🐳']).collect()
}

#[test]
fn d1_a_password_has_fifteen_characters_or_more_however_many_bytes_each_has() {
    for short in [7, 14] {
        assert_eq!(read(&of_length(short)), too_short(short));
        assert_eq!(read(&crabs(short)), too_short(short));
    }
    for good in [15, 16] {
        assert_eq!(read(&of_length(good)).unwrap().chars().count(), good);
        assert_eq!(read(&crabs(good)).unwrap().chars().count(), good);
    }
}

#[test]
fn d2_a_password_has_up_to_a_thousand_and_twenty_four_bytes_and_none_is_cut() {
    for good in [64, 128, 256, 1_024] {
        assert_eq!(read(&of_length(good)).unwrap().len(), good);
    }
    for bad in [1_025, 10_000_000] {
        assert_eq!(read(&of_length(bad)), Err(PasswordError::TooLong), "{bad}");
    }
    // Characters are counted for the one, bytes for the other: 257 of the one are 1,028 of the other.
    assert_eq!(read(&crabs(256)).unwrap().len(), 1_024);
    assert_eq!(read(&crabs(257)), Err(PasswordError::TooLong));
}

#[test]
fn d1_the_minimum_is_the_organizations() {
    assert!(read_with("tram hat", 8).is_ok());
    assert!(matches!(read_with("tram ha", 8), Err(PasswordError::TooShort { length: 7, .. })));
    assert!(matches!(read_with(&of_length(63), 64), Err(PasswordError::TooShort { .. })));
    assert!(read_with(&of_length(64), 64).is_ok());
}

#[test]
fn d4_blanks_count_and_one_line_end_goes() {
    for (text, kept) in [
        ("  quiet yellow tram ", "  quiet yellow tram "),
        ("quiet yellow tram\n", "quiet yellow tram"),
        ("quiet yellow tram\r\n", "quiet yellow tram"),
        ("\u{a0}quiet yellow\u{3000}tram\u{a0}", "\u{a0}quiet yellow\u{3000}tram\u{a0}"),
    ] {
        assert_eq!(read(text).unwrap(), kept, "{text:?}");
    }
    for (text, control) in [
        ("quiet yellow tram\n\n", '\n'),
        ("quiet yellow tram\n\r\n", '\n'),
        ("quiet yellow tram\r", '\r'),
        ("quiet\tyellow tram", '\t'),
        ("quiet\0yellow tram", '\0'),
        ("quiet yellow tram\u{7f}", '\u{7f}'),
        ("quiet yellow tram\u{9b}", '\u{9b}'),
    ] {
        assert_eq!(read(text), Err(PasswordError::Control(control)), "{text:?}");
    }
    assert_eq!(read(""), Err(PasswordError::Missing));
    assert_eq!(read("\n"), Err(PasswordError::Missing));
    assert!(typed("\r\n").is_empty() && !typed(" \n").is_empty());
    let said = PasswordError::Control('\0').to_string();
    assert_eq!(said, "holds the control character U+0000");
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let bytes = b"quiet \xff yellow tram".to_vec();
    assert_eq!(TypedPassword::from_bytes(bytes).unwrap_err(), PasswordError::NotText);
    assert!(TypedPassword::from_bytes(b"quiet".to_vec()).is_ok());
}

#[test]
fn d5_there_are_no_rules_about_kinds_of_characters() {
    for good in ["quietyellowtrams", "KJHWQPBNMZTRXVD", "480213905721847", "!)(&%$*^@#~|}{;"] {
        assert!(read(good).is_ok(), "{good}");
    }
}

#[test]
fn d6_what_is_guessed_first_is_refused_with_its_reason() {
    for (text, minimum, error) in [
        ("Password1", 8, PasswordError::Common),
        ("QWERTYUIOP123", 8, PasswordError::Common),
        ("password48213905721", 15, PasswordError::Common),
        ("!! Administrator 2026 !!", 15, PasswordError::Common),
        ("AAAAAAAAAAAAAAAA", 15, PasswordError::Repeated),
        ("Abcdefghijklmnop", 15, PasswordError::Sequence),
        ("Ann@Example.com", 15, PasswordError::OwnWord(OwnWord::Address)),
    ] {
        assert_eq!(read_with(text, minimum), Err(error), "{text}");
    }
}

#[test]
fn d6_every_common_password_that_is_long_enough_is_refused_in_any_case() {
    let long = |most| common_passwords::all().filter(move |line| line.chars().count() >= most);
    assert!(long(15).count() >= 48, "{}", long(15).count());
    for line in long(15) {
        assert_eq!(read(line), Err(PasswordError::Common), "{line}");
        assert_eq!(read(&line.to_ascii_uppercase()), Err(PasswordError::Common), "{line}");
    }
    for line in long(8) {
        assert_eq!(read_with(line, 8), Err(PasswordError::Common), "{line}");
    }
}

#[test]
fn debug_output_and_reasons_hold_no_secret() {
    let own_words = OwnWords::default();
    let policy = PasswordPolicy { minimum: PasswordMinimum::default(), own_words: &own_words };
    let text = typed("quiet yellow tram");
    let password = text.read(&policy).unwrap();
    assert!(!format!("{text:?} {password:?}").contains("tram"));
    let refused = typed("admitadmitadmitx").read(&policy).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "is guessed at once: it is little more than the product's name"
    );
}

proptest! {
    #[test]
    fn d4_composed_and_decomposed_letters_are_one_password(text in "\\PC{15,40}") {
        let (composed, decomposed): (String, String) = (text.nfc().collect(), text.nfd().collect());
        prop_assert_eq!(read(&composed), read(&decomposed));
        prop_assert_eq!(&*typed(&composed).0, &*typed(&decomposed).0);
    }

    #[test]
    fn what_is_accepted_is_what_was_typed(text in "\\PC{0,40}") {
        if let Ok(kept) = read(&text) {
            prop_assert_eq!(kept, text.nfc().collect::<String>());
        }
    }

    #[test]
    fn d5_any_fifteen_letters_by_chance_are_a_password(text in "[a-z]{15}") {
        prop_assert!(read(&text).is_ok(), "{}", text);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        if let Ok(typed) = TypedPassword::from_bytes(bytes) {
            let minimum = PasswordMinimum::default();
            let _ = typed.read(&PasswordPolicy { minimum, own_words: &OwnWords::default() });
        }
    }
}
