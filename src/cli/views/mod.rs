//! What is shown of a thing: the fields that every format prints, in one place. The keys are a promise
//! to scripts.

mod changes;
pub mod exports;
pub mod holdings;
pub mod mails;
pub mod mappings;
pub mod members;
pub mod offers;
pub mod phones;

pub use changes::{
    ChangeView, INVITES, LINKS, PLAIN_CHANGES, RELEASES, ROLE_CHANGES, TEAM_CHANGES, changes,
    refusal_word, released, sent,
};

use std::fmt;

use zeroize::Zeroizing;

use crate::cli::render::{Field, Shape, Tone, Value};
use crate::domain::agent::AgentKey;
use crate::domain::portal::PortalAddress;
use crate::domain::status::Status;
use crate::domain::time::Timestamp;
use crate::domain::user::{PortalAccess, User, UserState};
use crate::ops::invites::SentLink;
use crate::store::UserLine;

/// A status in its colour.
#[must_use]
pub const fn status_tone(status: Status) -> Tone {
    match status {
        Status::Active => Tone::Good,
        Status::Invited | Status::Expired => Tone::Warning,
        Status::Deactivated | Status::Cancelled | Status::Declined => Tone::Quiet,
    }
}

/// A link as it is handed over: with the portal's address, or the bare token where none is set. Wiped when
/// dropped; never printed by `Debug`.
#[derive(Clone)]
pub struct ShownLink(Zeroizing<String>);

impl ShownLink {
    /// The link that was made, if one was.
    #[must_use]
    pub fn of(link: &SentLink, portal: Option<&PortalAddress>) -> Option<Self> {
        let token = link.token.as_ref()?;
        Some(Self(portal.map_or_else(|| token.reveal(), |portal| portal.link(token))))
    }

    /// The text, for the answer alone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ShownLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShownLink(…)")
    }
}

/// A count.
#[must_use]
pub fn count<'a>(number: u64) -> Value<'a> {
    Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
}

/// A list of texts.
pub fn texts<'a>(items: &'a [String]) -> Value<'a> {
    Value::many(items.iter().map(|item| Value::text(item.as_str())))
}

/// A list of agents.
#[must_use]
pub fn agent_texts(agents: &[AgentKey]) -> Vec<String> {
    agents.iter().map(ToString::to_string).collect()
}

fn name_of(user: &User) -> Value<'_> {
    user.name.as_ref().map(|name| name.as_str()).into()
}

fn link_end(user: &User) -> Option<Timestamp> {
    match user.state {
        UserState::Invited { link: crate::domain::user::Link::Open { expires_at, .. } } => {
            Some(expires_at)
        }
        _ => None,
    }
}

/// The status: a person reads "pending" where no link was made yet (S3), a script has a field for that.
#[must_use]
pub fn status_of(user: &User) -> Value<'_> {
    let status = user.state.status();
    let tone = status_tone(status);
    match is_pending(user) {
        true => Value::Phrased { tone, word: status.as_str().into(), phrase: "pending".into() },
        false => Value::toned(tone, status.as_str()),
    }
}

/// Whether somebody is invited and has no link yet (rule 9).
#[must_use]
pub fn is_pending(user: &User) -> bool {
    matches!(user.state, UserState::Invited { link: crate::domain::user::Link::NotSent })
}

const USER_ID: Field<UserLine> =
    Field::on_request("id", "Number", |line| Value::Number(line.user.id.get()));
const USER_EMAIL: Field<UserLine> = Field::new("email", "E-mail", |line| {
    match &line.user.email {
        Some(email) => Value::text(email.as_typed()),
        // A desk phone has none; a person needs something to name it by.
        None => Value::Instead(line.user.reference().to_string().into()),
    }
});
const USER_NAME: Field<UserLine> = Field::new("name", "Name", |line| name_of(&line.user));
const USER_ROLE: Field<UserLine> =
    Field::new("role", "Role", |line| Value::text(line.user.role.as_str()));
const USER_TEAM: Field<UserLine> = Field::new("team", "Team", |line| {
    line.user.team.as_ref().map(|team| team.name.as_str()).into()
});
const USER_STATUS: Field<UserLine> = Field::new("status", "Status", |line| status_of(&line.user));
const USER_PENDING: Field<UserLine> =
    Field::on_request("pending", "Pending", |line| Value::Truth(is_pending(&line.user)));
const USER_AGENTS: Field<UserLine> = Field::new("agents", "Agents", |line| {
    Value::many(line.agents.iter().map(|agent| Value::Text(agent.to_string().into())))
});
const USER_EXPIRES: Field<UserLine> =
    Field::on_request("expires_at", "Link expires", |line| link_end(&line.user).into());
const USER_LOGIN: Field<UserLine> =
    Field::on_request("last_login_at", "Last login", |line| line.user.last_login_at.into());
const USER_CREATED: Field<UserLine> =
    Field::on_request("created_at", "Created", |line| Value::Time(line.user.created_at));
const USER_BATCH: Field<UserLine> =
    Field::on_request("batch", "Import", |line| line.user.batch.map(|batch| batch.get()).into());

const USER_EXTENSION: Field<UserLine> = Field::on_request("extension", "Extension", |line| {
    line.extension.as_ref().map(|extension| extension.as_str()).into()
});
const USER_ACCESS: Field<UserLine> = Field::on_request("portal_access", "Portal access", |line| {
    Value::Truth(line.user.portal_access() == PortalAccess::Granted)
});

/// `list`.
pub static USERS: Shape<UserLine> = Shape {
    fields: &[
        USER_ID,
        USER_EMAIL,
        USER_NAME,
        USER_ROLE,
        USER_TEAM,
        USER_STATUS,
        USER_PENDING,
        USER_AGENTS,
        holdings::USER_MODULES,
        holdings::USER_SUB_ACCOUNTS,
        USER_EXPIRES,
        USER_LOGIN,
        USER_CREATED,
        USER_BATCH,
        USER_EXTENSION,
        USER_ACCESS,
    ],
    reference: |line| line.user.reference().to_string(),
};
