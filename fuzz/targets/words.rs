//! The words that arguments take beside people: roles, teams, agents, modules, times, filters, servers. Each
//! reads back from what it prints as, keeps to its limits, and is refused in one clean sentence.
#![no_main]

use admit::domain::agent::{AGENT_ID_MAX, AgentId, AgentKey, AgentRef, AgentSource};
use admit::domain::audit::{Action, Actions, Identity, Seal};
use admit::domain::delivery::DeliveryState;
use admit::domain::delivery_ref::DeliveryRef;
use admit::domain::extension::Extension;
use admit::domain::filter::SearchText;
use admit::domain::lifetime::{LIFETIME_MAX_SECONDS, LIFETIME_MIN_SECONDS, Lifetime};
use admit::domain::mail_server::{MailPassword, MailServer, read_timeout};
use admit::domain::module::ModuleName;
use admit::domain::organization::Slug;
use admit::domain::password::PasswordMinimum;
use admit::domain::permission::{Grant, PermissionName, Scope};
use admit::domain::portal::PortalAddress;
use admit::domain::rate::Rate;
use admit::domain::role::{ROLE_NAME_MAX, RoleName};
use admit::domain::since::Since;
use admit::domain::status::Status;
use admit::domain::sub_account::SubAccountName;
use admit::domain::template::TemplateName;
use admit::domain::text::{fold, is_slug, to_slug};
use admit::domain::time::Timestamp;
use admit::domain::title::Title;
use admit::domain::user_ref::UserRef;
use admit::domain::wording::Part;
use admit::files::{Delimiter, Encoding};
use admit_fuzz::{assert_clean, assert_sentence, reads_back, reads_back_raw};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let _ = MailPassword::from_first_line(input);
    let Ok(text) = std::str::from_utf8(input) else { return };
    names(text);
    people(text);
    times(text);
    reads_back::<Status>(text);
    reads_back::<Action>(text);
    reads_back::<Scope>(text);
    reads_back::<Part>(text);
    reads_back::<Delimiter>(text);
    reads_back::<Encoding>(text);
    reads_back::<Seal>(text);
    reads_back::<PasswordMinimum>(text);
    reads_back::<DeliveryState>(text);
    refused::<Identity>(text);
    refused::<Actions>(text);
    if let Some(portal) = reads_back::<PortalAddress>(text) {
        let shown = portal.to_string();
        assert!(
            shown.is_ascii() && shown.len() <= 500 && !shown.contains(['?', '#', ' ']),
            "{shown}"
        );
    }
    if let Some(MailServer::Smtp(_)) = reads_back_raw::<MailServer>(text) {
        assert!(text.trim().starts_with("smtp"), "{text:?}");
    }
    assert_eq!(SearchText::new(text).folded(), fold(SearchText::new(text).folded()));
});

fn names(text: &str) {
    if let Some(role) = reads_back::<RoleName>(text) {
        assert!(is_slug(role.as_str(), ROLE_NAME_MAX), "{role}");
        assert_clean(Title::of_name(role.as_str()).as_str());
        assert_eq!(role.as_str().to_uppercase().parse::<RoleName>().as_ref(), Ok(&role));
    }
    if let Some(slug) = to_slug(text, 40) {
        assert!(is_slug(&slug, 40));
        assert_eq!(to_slug(&slug, 40).as_ref(), Some(&slug));
    }
    for name in [
        reads_back::<ModuleName>(text).map(|name| name.to_string()),
        reads_back::<SubAccountName>(text).map(|name| name.to_string()),
        reads_back::<Slug>(text).map(|name| name.to_string()),
        reads_back::<TemplateName>(text).map(|name| name.to_string()),
        reads_back::<PermissionName>(text).map(|name| name.to_string()),
    ]
    .into_iter()
    .flatten()
    {
        assert!(is_slug(&name, 60), "{name}");
    }
    reads_back::<Grant>(text);
}

fn people(text: &str) {
    reads_back::<UserRef>(text);
    reads_back::<DeliveryRef>(text);
    if let Some(extension) = reads_back::<Extension>(text) {
        assert!((2..=15).contains(&extension.as_str().len()));
    }
    reads_back::<AgentSource>(text);
    reads_back::<AgentKey>(text);
    reads_back::<AgentRef>(text);
    if let Some(id) = reads_back::<AgentId>(text) {
        assert!(!id.as_str().contains(';') && id.as_str().chars().count() <= AGENT_ID_MAX);
    }
}

fn times(text: &str) {
    let now: Timestamp = "2026-11-29T12:00:00Z".parse().unwrap();
    if let Some(lifetime) = reads_back::<Lifetime>(text) {
        assert!((LIFETIME_MIN_SECONDS..=LIFETIME_MAX_SECONDS).contains(&lifetime.seconds()));
        assert!(lifetime.after(now) > now);
    }
    if let Some(since) = refused::<Since>(text) {
        let _ = since.moment(now);
        let _ = since.moment(Timestamp::MIN_UTC);
        let _ = since.moment(Timestamp::MAX_UTC);
    }
    if let Some(rate) = reads_back::<Rate>(text) {
        assert!(rate.pause() >= std::time::Duration::from_millis(1));
    }
    match read_timeout(text) {
        Ok(length) => assert!(length.as_secs() <= 86_400 && length.as_millis() >= 1),
        Err(error) => assert_sentence(&error.to_string()),
    }
}

/// Read, or refused in one clean sentence.
fn refused<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Option<T> {
    text.parse().map_err(|error: T::Err| assert_sentence(&error.to_string())).ok()
}
