//! What is shown of a command that changes users: one row a user.

use super::mails::{self, MailView};
use super::{ShownLink, agent_texts, holdings, texts};
use crate::cli::mailing::Posted;
use crate::cli::render::{Field, Shape, Tone, Value};
use crate::domain::portal::PortalAddress;
use crate::domain::status::Status;
use crate::domain::time::Timestamp;
use crate::ops::delivery::Sending;
use crate::ops::invites::{Released, Sent};
use crate::ops::{Outcome, PerUser};

/// What became of one user in a command that changes users.
#[derive(Clone, Debug, Default)]
pub struct ChangeView {
    /// The reference.
    pub user: String,
    /// The person's name.
    pub name: Option<String>,
    /// What happened, in a word or two.
    pub result: String,
    /// How that is to be taken.
    pub tone: Option<Tone>,
    /// The role now.
    pub role: Option<String>,
    /// The team now.
    pub team: Option<String>,
    /// The agent IDs that the command mapped or released.
    pub agents: Vec<String>,
    /// The modules that the user has by name now.
    pub modules: Vec<String>,
    /// The sub-accounts that the user has by name now.
    pub sub_accounts: Vec<String>,
    /// The link, where one was made: shown once.
    pub link: Option<ShownLink>,
    /// Until when the link works.
    pub expires_at: Option<Timestamp>,
    /// The mail with the link, where one was to leave.
    pub mail: Option<MailView>,
    /// Why nothing happened.
    pub reason: Option<String>,
    /// Where.
    pub organization: String,
}

impl ChangeView {
    /// With the link that left, or what became of its mail.
    #[must_use]
    pub fn with_link(
        mut self,
        sending: &Sending,
        posted: &Posted,
        portal: Option<&PortalAddress>,
    ) -> Self {
        self.link = sending.link().and_then(|link| ShownLink::of(link, portal));
        self.expires_at = match sending {
            Sending::Link(link) => Some(link.expires_at),
            Sending::Queued(id) => posted.of(*id).and_then(|delivered| delivered.expires_at),
        };
        self.mail = Some(MailView::of(sending, Some(posted)));
        self
    }

    /// A user for whom the command was refused.
    fn refused(user: String, reason: &crate::ops::Error, organization: &str) -> Self {
        Self {
            user,
            result: refusal_word(reason).to_owned(),
            tone: Some(Tone::Bad),
            reason: Some(reason.to_string()),
            organization: organization.to_owned(),
            ..Self::default()
        }
    }
}

/// One row a user: what was done, or that it was refused.
pub fn changes<T>(outcome: &Outcome<T>, done: impl Fn(&T) -> ChangeView) -> Vec<ChangeView> {
    let organization = outcome.organization.slug.as_str();
    let view = |user: &PerUser<T>| match &user.result {
        Ok(result) => ChangeView {
            user: user.user.to_string(),
            organization: organization.to_owned(),
            ..done(result)
        },
        Err(error) => ChangeView::refused(user.user.to_string(), error, organization),
    };
    outcome.users.iter().map(view).collect()
}

/// How a refusal is called in a column (rule 6).
#[must_use]
pub fn refusal_word(error: &crate::ops::Error) -> &'static str {
    use crate::ops::Error;
    use crate::ops::domains::Word;
    match error {
        Error::AlreadyThere { wrong, .. } => match wrong.standing {
            crate::domain::user::Standing::Status(Status::Active) => "already active",
            crate::domain::user::Standing::Status(Status::Deactivated) => "deactivated",
            _ => "already invited",
        },
        Error::UnwelcomeDomain { why, .. } => match why.word {
            Word::Listed(_) => "disposable address",
            Word::Blocked(..) => "blocked domain",
        },
        Error::UnknownUser { .. } => "unknown",
        Error::NoSeats { .. } => "no seat",
        _ => "refused",
    }
}

pub(super) const CHANGE_USER: Field<ChangeView> =
    Field::new("user", "User", |view| Value::text(&view.user));
pub(super) const CHANGE_NAME: Field<ChangeView> =
    Field::on_request("name", "Name", |view| view.name.as_deref().into());
pub(super) const CHANGE_RESULT: Field<ChangeView> =
    Field::new("result", "Result", |view| match view.tone {
        Some(tone) => Value::toned(tone, view.result.as_str()),
        None => Value::text(&view.result),
    });
pub(super) const CHANGE_ROLE: Field<ChangeView> =
    Field::new("role", "Role", |view| view.role.as_deref().into());
const CHANGE_TEAM: Field<ChangeView> =
    Field::on_request("team", "Team", |view| view.team.as_deref().into());
const CHANGE_TEAM_NOW: Field<ChangeView> =
    Field::new("team", "Team", |view| view.team.as_deref().into());
const CHANGE_AGENTS: Field<ChangeView> =
    Field::on_request("agents", "Agents", |view| texts(&view.agents));
const CHANGE_RELEASED: Field<ChangeView> =
    Field::new("released", "Released agents", |view| texts(&view.agents));
const CHANGE_EXPIRES: Field<ChangeView> =
    Field::new("expires_at", "Link expires", |view| view.expires_at.into());
const CHANGE_LINK: Field<ChangeView> =
    Field::on_request("link", "Link", |view| view.link.as_ref().map(ShownLink::as_str).into());
pub(super) const CHANGE_REASON: Field<ChangeView> =
    Field::on_request("reason", "Reason", |view| view.reason.as_deref().into());
pub(super) const CHANGE_WHERE: Field<ChangeView> =
    Field::on_request("organization", "Organization", |view| Value::text(&view.organization));

/// `invite`.
pub static INVITES: Shape<ChangeView> = Shape {
    fields: &[
        CHANGE_USER,
        CHANGE_NAME,
        CHANGE_RESULT,
        CHANGE_ROLE,
        CHANGE_TEAM,
        CHANGE_AGENTS,
        holdings::CHANGE_MODULES,
        holdings::CHANGE_SUB_ACCOUNTS,
        CHANGE_EXPIRES,
        CHANGE_LINK,
        mails::CHANGE_MAIL,
        mails::CHANGE_ANSWER,
        CHANGE_REASON,
        CHANGE_WHERE,
    ],
    reference: |view| view.user.clone(),
};

/// `send` and `resend`.
pub static LINKS: Shape<ChangeView> = Shape {
    fields: &[
        CHANGE_USER,
        CHANGE_NAME,
        CHANGE_RESULT,
        CHANGE_EXPIRES,
        CHANGE_LINK,
        mails::CHANGE_MAIL,
        mails::CHANGE_ANSWER,
        CHANGE_REASON,
        CHANGE_WHERE,
    ],
    reference: |view| view.user.clone(),
};

/// `cancel`, `deactivate`, `remove`: what releases agent IDs.
pub static RELEASES: Shape<ChangeView> = Shape {
    fields: &[
        CHANGE_USER,
        CHANGE_NAME,
        CHANGE_RESULT,
        CHANGE_RELEASED,
        CHANGE_REASON,
        CHANGE_WHERE,
    ],
    reference: |view| view.user.clone(),
};

/// `set-role`.
pub static ROLE_CHANGES: Shape<ChangeView> = Shape {
    fields: &[
        CHANGE_USER,
        CHANGE_NAME,
        CHANGE_RESULT,
        CHANGE_ROLE,
        CHANGE_RELEASED,
        CHANGE_REASON,
        CHANGE_WHERE,
    ],
    reference: |view| view.user.clone(),
};

/// `set-team`, `team leaders`.
pub static TEAM_CHANGES: Shape<ChangeView> = Shape {
    fields: &[
        CHANGE_USER,
        CHANGE_NAME,
        CHANGE_RESULT,
        CHANGE_TEAM_NOW,
        CHANGE_REASON,
        CHANGE_WHERE,
    ],
    reference: |view| view.user.clone(),
};

/// `reactivate`, `expire`.
pub static PLAIN_CHANGES: Shape<ChangeView> = Shape {
    fields: &[CHANGE_USER, CHANGE_NAME, CHANGE_RESULT, CHANGE_REASON, CHANGE_WHERE],
    reference: |view| view.user.clone(),
};

/// Somebody who lost an invite or the access.
#[must_use]
pub fn released(done: &Released, result: &str, tone: Tone) -> ChangeView {
    ChangeView {
        name: done.user.name.as_ref().map(ToString::to_string),
        result: result.to_owned(),
        tone: Some(tone),
        agents: agent_texts(&done.agents),
        ..ChangeView::default()
    }
}

/// Somebody who got a link.
#[must_use]
pub fn sent(
    sent: &Sent,
    portal: Option<&PortalAddress>,
    posted: &Posted,
    result: &str,
) -> ChangeView {
    ChangeView {
        name: sent.user.name.as_ref().map(ToString::to_string),
        result: result.to_owned(),
        tone: Some(Tone::Good),
        ..ChangeView::default().with_link(&sent.sending, posted, portal)
    }
}
