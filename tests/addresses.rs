//! The address policy case by case (F1 to F3): what is taken and in which normal form, what is refused
//! and why, who is the same person. The store and the commands have their own tests.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use admit::domain::email::EmailError::{
    DomainTooLong, LabelTooLong, LocalPartTooLong, SeveralAts, TooLong,
};
use admit::domain::email::{ADDRESS_MAX, EmailAddress, EmailError};
use proptest::prelude::*;

#[path = "addresses/domains.rs"]
mod domains;
#[path = "addresses/table.rs"]
mod table;

use domains::DOMAINS;
use table::{DIFFERENT, NAUGHTY, REFUSED, SAME, TAKEN};

fn parse(text: &str) -> Result<EmailAddress, EmailError> {
    text.parse()
}

/// What must hold for any text at all.
fn assert_sound(text: &str) {
    let address = match parse(text) {
        Ok(address) => address,
        Err(reason) => {
            let sentence = reason.to_string();
            assert!(!sentence.ends_with('.') && !sentence.contains(char::is_control), "{sentence}");
            return;
        }
    };
    let normal = address.as_normal();
    assert!(
        normal.len() <= ADDRESS_MAX && normal.bytes().all(|b| b.is_ascii_graphic()),
        "{text:?}"
    );
    assert_eq!(normal, normal.to_ascii_lowercase());
    let settled = parse(normal).unwrap();
    assert_eq!((settled.as_normal(), settled.typed_if_different()), (normal, None), "{text:?}");
    let printed = parse(&address.to_string()).unwrap();
    assert_eq!(printed, address, "{text:?}");
    assert_eq!(printed.as_typed(), address.as_typed(), "{text:?}");
    assert!(!address.as_typed().contains(char::is_control), "{text:?}");
}

#[test]
fn f1_the_table_is_long_enough() {
    assert!(TAKEN.len() + REFUSED.len() >= 150, "{} + {}", TAKEN.len(), REFUSED.len());
}

#[test]
fn f1_good_addresses_are_taken_in_their_normal_form_and_shown_as_typed() {
    for &(typed, normal) in TAKEN {
        let normal = if normal.is_empty() { typed } else { normal };
        let address = parse(typed).unwrap_or_else(|reason| panic!("{typed:?}: {reason}"));
        assert_eq!(address.as_normal(), normal, "{typed:?}");
        assert_eq!(address.to_string(), typed.trim(), "{typed:?}");
        assert_eq!(address.typed_if_different().is_some(), typed.trim() != normal, "{typed:?}");
    }
}

#[test]
fn f1_bad_addresses_are_refused_each_with_its_reason() {
    for &(text, reason) in REFUSED {
        assert_eq!(parse(text).map(|a| a.to_string()), Err(reason), "{text:?}");
    }
}

#[test]
fn f1_lengths_count_in_octets_and_up_to_the_limit() {
    let local = |n: usize| format!("{}@example.com", "a".repeat(n));
    assert!(parse(&local(64)).is_ok());
    assert_eq!(parse(&local(65)), Err(LocalPartTooLong));
    let label = |n: usize| format!("ann@{}.com", "a".repeat(n));
    assert!(parse(&label(63)).is_ok());
    assert_eq!(parse(&label(64)), Err(LabelTooLong));
    // The letters, "xn--" and four octets of punycode.
    let idn = |n: usize| parse(&format!("ann@ß{}.com", "a".repeat(n)));
    assert_eq!(idn(55).unwrap().domain().split('.').next().unwrap().len(), 63);
    assert_eq!(idn(56), Err(LabelTooLong));

    let of_length = |local: &str, total: usize| {
        let mut address = format!("{local}@");
        while address.len() + 50 < total {
            address += &format!("{}.", "d".repeat(49));
        }
        address += &"e".repeat(total - address.len());
        address
    };
    assert_eq!(parse(&of_length("ann", 254)).unwrap().as_normal().len(), 254);
    assert_eq!(parse(&of_length("ann", 255)), Err(TooLong));
    assert!(parse(&of_length(&"l".repeat(64), 254)).is_ok());
    assert_eq!(parse(&of_length("a", 256)), Err(DomainTooLong));
    assert_eq!(parse(&format!("ann@{}", "ü".repeat(1_000_000))), Err(DomainTooLong));
    assert_eq!(parse(&"a@".repeat(1_000_000)), Err(SeveralAts));
}

#[test]
fn f2_one_person_has_one_address_however_it_is_written() {
    for (one, other) in SAME {
        assert_eq!(parse(one).unwrap(), parse(other).unwrap(), "{one:?} {other:?}");
    }
}

#[test]
fn f2_two_people_keep_two_addresses() {
    for (one, other) in DIFFERENT {
        assert_ne!(parse(one).unwrap(), parse(other).unwrap(), "{one:?} {other:?}");
    }
}

#[test]
fn f1_naughty_texts_do_no_harm() {
    for text in NAUGHTY {
        assert_sound(text);
        assert_sound(&format!("{text}@example.com"));
        assert_sound(&format!("ann@{text}.com"));
    }
}

#[test]
fn f3_domains_of_the_whole_world_become_the_a_labels_that_others_make_of_them() {
    assert!(DOMAINS.len() >= 191, "{}", DOMAINS.len());
    for (typed, kept) in DOMAINS {
        let address = parse(&format!("ann@{typed}")).unwrap_or_else(|e| panic!("{typed:?}: {e}"));
        assert_eq!(address.domain(), *kept, "{typed:?}");
        assert_eq!(parse(&format!("ann@{kept}")).unwrap(), address, "{typed:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_sound(text in any::<String>()) {
        assert_sound(&text);
    }

    #[test]
    fn texts_like_addresses_are_sound(
        text in "[A-Za-z0-9.+\"(<, -]{1,10}@(xn--|-)?[a-zßüΣςİא一٣\u{301}\u{200d}A-Z0-9._-]{1,12}[.。][a-zA-Zü]{1,5}",
    ) {
        assert_sound(&text);
    }

    #[test]
    fn good_addresses_survive_any_case(
        text in "[a-z0-9]{1,8}([.+_-][a-z0-9]{1,8}){0,3}@([a-wyz0-9]{1,9}\\.){1,3}[a-z]{2,6}",
    ) {
        let address = parse(&text).unwrap();
        prop_assert_eq!(address.as_normal(), &text);
        prop_assert_eq!(parse(&text.to_uppercase()).unwrap(), address);
        assert_sound(&text.to_uppercase());
    }

    #[test]
    fn f3_international_domains_survive_being_printed(label in "[a-zäöüßéñа-яα-ω一-十]{1,15}") {
        let text = format!("ann@{label}.example");
        let address = parse(&text).unwrap();
        prop_assert_eq!(parse(address.as_normal()).unwrap(), address);
        assert_sound(&text);
    }
}
