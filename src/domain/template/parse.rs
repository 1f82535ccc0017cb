//! The shape of a template file: TOML into raw structs. Whether it makes sense is `check`'s to say.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::fault::{FaultPlace, FaultReason, TemplateError, TemplateFault};
use super::{Delivery, Disposable, LoginLess, ModuleAccess, Reach};
use crate::domain::permission::Offer;
use crate::domain::role::AgentHolding;

/// Takes a text apart. Stops at the first fault: after it the rest of the text cannot be trusted.
pub(super) fn parse(text: &str) -> Result<RawTemplate, TemplateError> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let place = position(text, start);
        let reason = FaultReason::Shape(one_line(error.message()));
        TemplateError { faults: vec![TemplateFault { place, reason }] }
    })
}

/// The file as written; names and scopes are still text, so that `check` can report all of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawTemplate {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) default_role: String,
    #[serde(default)]
    pub(super) login_less: LoginLess,
    pub(super) invites: RawInvites,
    #[serde(default)]
    pub(super) permissions: Vec<RawPermission>,
    #[serde(default)]
    pub(super) roles: Vec<RawRole>,
    #[serde(default)]
    pub(super) modules: Vec<RawModule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawInvites {
    pub(super) lifetime: String,
    #[serde(default)]
    pub(super) delivery: Delivery,
    #[serde(default)]
    pub(super) disposable: Disposable,
    pub(super) subject: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPermission {
    pub(super) name: String,
    pub(super) title: String,
    #[serde(default = "always", with = "OfferWord")]
    pub(super) offer: Offer,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawRole {
    pub(super) name: String,
    pub(super) title: String,
    #[serde(default = "no_agents", with = "AgentHoldingWord")]
    pub(super) agents: AgentHolding,
    #[serde(default)]
    pub(super) permissions: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) invites: Vec<String>,
    #[serde(default)]
    pub(super) modules: Reach,
    #[serde(default)]
    pub(super) sub_accounts: Reach,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawModule {
    pub(super) name: String,
    pub(super) title: String,
    #[serde(default)]
    pub(super) access: ModuleAccess,
}

/// The words for an [`Offer`]: serde checks at compile time that none is missing.
#[derive(Deserialize)]
#[serde(remote = "Offer", rename_all = "kebab-case")]
enum OfferWord {
    Always,
    Premium,
    Limited,
}

/// The words for an [`AgentHolding`].
#[derive(Deserialize)]
#[serde(remote = "AgentHolding", rename_all = "kebab-case")]
enum AgentHoldingWord {
    Allowed,
    Refused,
}

const fn always() -> Offer {
    Offer::Always
}

const fn no_agents() -> AgentHolding {
    AgentHolding::Refused
}

fn position(text: &str, offset: usize) -> FaultPlace {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    FaultPlace::Text { line, column }
}

/// A message may quote a key from the file, and such a key may hold anything.
fn one_line(message: &str) -> String {
    let mut line = String::with_capacity(message.len());
    for c in message.chars() {
        if c.is_control() { line.extend(c.escape_default()) } else { line.push(c) }
    }
    line
}
