//! E-mail addresses: what is taken keeps to the limits of RFC 5321, has one normal form, and is equal to
//! whatever has the same.
#![no_main]

use admit::domain::domain_name::DomainName;
use admit::domain::email::{ADDRESS_MAX, DOMAIN_MAX, EmailAddress, LABEL_MAX, LOCAL_PART_MAX};
use admit::domain::user_ref::UserRef;
use admit_fuzz::reads_back;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    domain(text);
    let Some(email) = reads_back::<EmailAddress>(text) else { return };
    assert_eq!(email.as_typed(), text.trim());
    let normal = email.as_normal();
    assert!(normal.is_ascii() && normal.len() <= ADDRESS_MAX, "{normal}");
    assert!(!normal.bytes().any(|byte| byte.is_ascii_uppercase() || byte <= b' '), "{normal}");
    let (local, host) = normal.split_once('@').unwrap();
    assert!((1..=LOCAL_PART_MAX).contains(&local.len()), "{normal}");
    assert!(!local.starts_with('.') && !local.ends_with('.') && !local.contains(".."), "{normal}");
    assert!(host.len() <= DOMAIN_MAX && host.contains('.') && host == email.domain(), "{normal}");
    for label in host.split('.') {
        assert!((1..=LABEL_MAX).contains(&label.len()), "{normal}");
        assert!(!label.starts_with('-') && !label.ends_with('-'), "{normal}");
        assert!(label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "{normal}");
    }

    // The normal form is its own, and means the same person.
    let again: EmailAddress = normal.parse().unwrap();
    assert_eq!((again.as_normal(), again.typed_if_different()), (normal, None));
    assert_eq!(again, email);
    // So is every other case of the letters.
    let (upper, lower) =
        (email.as_typed().to_ascii_uppercase(), email.as_typed().to_ascii_lowercase());
    for other in [&upper, &lower] {
        let other: EmailAddress =
            other.parse().unwrap_or_else(|e| panic!("{text:?} {other:?} {e}"));
        assert_eq!(other, email, "{text:?}");
    }
    let stored = EmailAddress::from_stored(normal, email.typed_if_different()).unwrap();
    assert_eq!((stored.as_normal(), stored.as_typed()), (normal, email.as_typed()));
    assert_eq!(DomainName::of(&email).as_str(), host);
    assert_eq!(text.parse::<UserRef>().unwrap(), UserRef::Email(email));
});

fn domain(text: &str) {
    let Some(domain) = reads_back::<DomainName>(text) else { return };
    let address: EmailAddress = format!("a@{domain}").parse().unwrap();
    assert_eq!(DomainName::of(&address), domain);
    for parent in domain.with_parents() {
        assert!(domain.as_str().ends_with(parent.as_str()));
    }
}
