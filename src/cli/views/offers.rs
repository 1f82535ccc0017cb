//! What is shown of a link's offer: to whoever follows it, before and after.

use crate::cli::render::{Field, Shape, Value};
use crate::domain::invite::Purpose;
use crate::domain::name::PersonName;
use crate::domain::time::to_human;
use crate::domain::user::User;
use crate::ops::acceptance::{Credential, Offer};

/// An offer, and what became of it.
#[derive(Debug)]
pub struct OfferView {
    /// What was offered.
    pub offer: Offer,
    /// What became of it.
    pub result: &'static str,
}

const USER: Field<OfferView> =
    Field::new("user", "User", |view| Value::text(view.offer.email.as_typed()));
const NAME: Field<OfferView> =
    Field::new("name", "Name", |view| view.offer.user.name.as_ref().map(PersonName::as_str).into());
const WHERE: Field<OfferView> = Field::new("organization", "Organization", |view| {
    Value::text(view.offer.organization.slug.as_str())
});
const WHERE_NAMED: Field<OfferView> =
    Field::new("organization_name", "Organization name", |view| {
        Value::text(view.offer.organization.name.as_str())
    });
const ROLE: Field<OfferView> =
    Field::new("role", "Role", |view| Value::text(view.offer.user.role.as_str()));
const TEAM: Field<OfferView> = Field::new("team", "Team", |view| {
    view.offer.user.team.as_ref().map(|team| team.name.as_str()).into()
});
const INVITER: Field<OfferView> = Field::new("inviter", "Invited by", |view| {
    view.offer.inviter.as_ref().map(|inviter| inviter.reference().to_string()).into()
});
const EXPIRES: Field<OfferView> =
    Field::new("expires_at", "Link expires", |view| Value::Time(view.offer.expires_at));
const ACCOUNT: Field<OfferView> =
    Field::new("account", "Account", |view| Value::text(account(view.offer.credential)));
const RESULT: Field<OfferView> = Field::new("result", "Result", |view| Value::text(view.result));

/// `accept`.
pub static ACCEPTED: Shape<OfferView> = Shape {
    fields: &[USER, NAME, WHERE, WHERE_NAMED, ROLE, TEAM, INVITER, EXPIRES, ACCOUNT, RESULT],
    reference: |view| view.offer.user.reference().to_string(),
};

/// `decline`.
pub static DECLINED: Shape<OfferView> = Shape {
    fields: &[USER, NAME, WHERE, WHERE_NAMED, ROLE, TEAM, INVITER, EXPIRES, RESULT],
    reference: |view| view.offer.user.reference().to_string(),
};

/// Whether there is an account, as scripts read it.
const fn account(credential: Credential) -> &'static str {
    match credential {
        Credential::New => "new",
        Credential::Replaced | Credential::Own => "existing",
        Credential::SignOn => "none",
    }
}

/// `Acme Ltd (acme)`, or the short name where the name says no more.
#[must_use]
pub fn organization(offer: &Offer) -> String {
    let (name, slug) = (offer.organization.name.as_str(), offer.organization.slug.as_str());
    if name.eq_ignore_ascii_case(slug) { slug.to_owned() } else { format!("{name} ({slug})") }
}

/// What a link offers, in a sentence or two (rule 13): by whom, to whom, where, as what, until when.
#[must_use]
pub fn sentence(offer: &Offer) -> String {
    let Offer { email, role_title: role, .. } = offer;
    let (place, end) = (organization(offer), to_human(offer.expires_at));
    let team = offer.user.team.as_ref().map(|team| format!(", in the team {}", team.name));
    let team = team.unwrap_or_default();
    match (offer.purpose, &offer.inviter) {
        (Purpose::SetPassword, _) => {
            format!("{email} is {role} in {place}, and chooses a password until {end}.")
        }
        (Purpose::Join, Some(inviter)) => {
            format!("{} invites {email} to {place} as {role}{team}, until {end}.", named(inviter))
        }
        (Purpose::Join, None) => {
            format!("{email} is invited to {place} as {role}{team}, until {end}.")
        }
    }
}

/// `Ann Lee (ann@example.com)`.
fn named(user: &User) -> String {
    match &user.name {
        Some(name) => format!("{name} ({})", user.reference()),
        None => user.reference().to_string(),
    }
}
