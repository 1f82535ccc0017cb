//! Names and other human text: what is taken is in its one normal form, keeps to its limit and holds nothing
//! that steers; comparing folds once and for all; escaping is safe and settled.
#![no_main]

use admit::domain::name::{PERSON_NAME_MAX, PersonName};
use admit::domain::organization::{OrganizationName, PlanName};
use admit::domain::team::TeamName;
use admit::domain::template::TITLE_MAX;
use admit::domain::text::{clean, clean_for_header, escape, fold, holds_encoded_word};
use admit::domain::title::Title;
use admit::mail::SubjectLine;
use admit_fuzz::{assert_clean, reads_back};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Some(name) = reads_back::<PersonName>(text) {
        assert_eq!(PersonName::from_stored(name.as_str()).as_ref(), Ok(&name));
        assert!(!holds_encoded_word(name.as_str()));
        within(name.as_str(), PERSON_NAME_MAX);
    }
    if let Some(name) = reads_back::<OrganizationName>(text) {
        assert_eq!(OrganizationName::from_stored(name.as_str()).as_ref(), Ok(&name));
    }
    if let Some(team) = reads_back::<TeamName>(text) {
        let folded = team.folded();
        if let Ok(again) = folded.parse::<TeamName>() {
            assert_eq!(again.folded(), folded, "{text:?}");
        }
    }
    reads_back::<PlanName>(text);
    if let Some(title) = reads_back::<Title>(text) {
        within(title.as_str(), TITLE_MAX);
    }
    if let Ok(cleaned) = clean(text, 40) {
        within(&cleaned, 40);
        assert_eq!(clean(&cleaned, 40).as_ref(), Ok(&cleaned));
        assert_eq!(fold(&cleaned), fold(text.trim()));
        assert_eq!(clean_for_header(text, 40).is_err(), holds_encoded_word(&cleaned));
    }

    let folded = fold(text);
    assert_eq!(fold(&folded), folded, "{text:?}");
    // A part of ASCII is found in the whole.
    if text.is_ascii() {
        assert!(folded.contains(&fold(&text[text.len() / 2..])));
    }

    let escaped = escape(text);
    assert_clean(&escaped);
    assert_eq!(escape(&escaped), escaped, "{text:?}");
    if let Some(subject) = SubjectLine::new(text) {
        assert_clean(subject.as_str());
        assert!(!holds_encoded_word(subject.as_str()), "{subject}");
        within(subject.as_str(), 150);
    }
});

fn within(text: &str, max: usize) {
    assert!((1..=max).contains(&text.chars().count()), "{text:?}");
}
