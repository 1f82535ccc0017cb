//! What is shown of a thing: the fields that every format prints, in one place. The keys are a promise
//! to scripts.

pub mod mappings;

use crate::cli::render::{Field, Shape, Shown, Tone, Value};
use crate::domain::agent::AgentKey;
use crate::domain::portal::PortalAddress;
use crate::domain::status::Status;
use crate::domain::time::Timestamp;
use crate::domain::user::{User, UserState};
use crate::ops::invites::{Released, Sent, SentLink};
use crate::ops::{Outcome, PerUser};
use crate::store::UserLine;

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
    /// The link, where one was made: shown once.
    pub link: Option<String>,
    /// Until when the link works.
    pub expires_at: Option<Timestamp>,
    /// Why nothing happened.
    pub reason: Option<String>,
    /// Where.
    pub organization: String,
}

impl ChangeView {
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
    match error {
        Error::AlreadyThere { wrong, .. } => match wrong.standing {
            crate::domain::user::Standing::Status(Status::Active) => "already active",
            crate::domain::user::Standing::Status(Status::Deactivated) => "deactivated",
            _ => "already invited",
        },
        Error::UnknownUser { .. } => "unknown",
        _ => "refused",
    }
}

macro_rules! field {
    ($name:ident: $thing:ty, $key:literal, $title:literal, $shown:ident, $value:expr) => {
        const $name: Field<$thing> =
            Field { key: $key, title: $title, shown: Shown::$shown, value: $value };
    };
}

field!(CHANGE_USER: ChangeView, "user", "User", Always, |view| Value::text(&view.user));
field!(CHANGE_NAME: ChangeView, "name", "Name", OnRequest, |view| view.name.as_deref().into());
field!(CHANGE_RESULT: ChangeView, "result", "Result", Always, |view| match view.tone {
    Some(tone) => Value::toned(tone, view.result.as_str()),
    None => Value::text(&view.result),
});
field!(CHANGE_ROLE: ChangeView, "role", "Role", Always, |view| view.role.as_deref().into());
field!(CHANGE_TEAM: ChangeView, "team", "Team", OnRequest, |view| view.team.as_deref().into());
field!(CHANGE_AGENTS: ChangeView, "agents", "Agents", OnRequest, |view| texts(&view.agents));
field!(CHANGE_RELEASED: ChangeView, "released", "Released agents", Always, |view| texts(
    &view.agents
));
field!(CHANGE_EXPIRES: ChangeView, "expires_at", "Link expires", Always, |view| view
    .expires_at
    .into());
field!(CHANGE_LINK: ChangeView, "link", "Link", OnRequest, |view| view.link.as_deref().into());
field!(CHANGE_REASON: ChangeView, "reason", "Reason", OnRequest, |view| view
    .reason
    .as_deref()
    .into());
field!(CHANGE_WHERE: ChangeView, "organization", "Organization", OnRequest, |view| Value::text(
    &view.organization
));

/// `invite`.
pub static INVITES: Shape<ChangeView> = Shape {
    fields: &[
        CHANGE_USER,
        CHANGE_NAME,
        CHANGE_RESULT,
        CHANGE_ROLE,
        CHANGE_TEAM,
        CHANGE_AGENTS,
        CHANGE_EXPIRES,
        CHANGE_LINK,
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

/// `reactivate`, `expire`.
pub static PLAIN_CHANGES: Shape<ChangeView> = Shape {
    fields: &[CHANGE_USER, CHANGE_NAME, CHANGE_RESULT, CHANGE_REASON, CHANGE_WHERE],
    reference: |view| view.user.clone(),
};

/// A status in its colour.
#[must_use]
pub const fn status_tone(status: Status) -> Tone {
    match status {
        Status::Active => Tone::Good,
        Status::Invited | Status::Expired => Tone::Warning,
        Status::Deactivated | Status::Cancelled | Status::Declined => Tone::Quiet,
    }
}

/// The link as it is handed over: with the portal's address, or the bare token where none is set.
#[must_use]
pub fn link_text(link: &SentLink, portal: Option<&PortalAddress>) -> Option<String> {
    let token = link.token.as_ref()?;
    Some(match portal {
        Some(portal) => portal.link(token).to_string(),
        None => token.reveal().to_string(),
    })
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

field!(USER_ID: UserLine, "id", "Number", OnRequest, |line| Value::Number(line.user.id.get()));
field!(USER_EMAIL: UserLine, "email", "E-mail", Always, |line| line
    .user
    .email
    .as_ref()
    .map(|email| email.as_typed())
    .into());
field!(USER_NAME: UserLine, "name", "Name", Always, |line| name_of(&line.user));
field!(USER_ROLE: UserLine, "role", "Role", Always, |line| Value::text(line.user.role.as_str()));
field!(USER_TEAM: UserLine, "team", "Team", Always, |line| line
    .user
    .team
    .as_ref()
    .map(|team| team.name.as_str())
    .into());
field!(USER_STATUS: UserLine, "status", "Status", Always, |line| status_of(&line.user));
field!(USER_PENDING: UserLine, "pending", "Pending", OnRequest, |line| Value::Truth(is_pending(
    &line.user
)));
field!(USER_AGENTS: UserLine, "agents", "Agents", Always, |line| Value::many(
    line.agents.iter().map(|agent| Value::Text(agent.to_string().into()))
));
field!(USER_EXPIRES: UserLine, "expires_at", "Link expires", OnRequest, |line| link_end(&line.user)
    .into());
field!(USER_LOGIN: UserLine, "last_login_at", "Last login", OnRequest, |line| line
    .user
    .last_login_at
    .into());
field!(USER_CREATED: UserLine, "created_at", "Created", OnRequest, |line| Value::Time(
    line.user.created_at
));
field!(USER_BATCH: UserLine, "batch", "Import", OnRequest, |line| line
    .user
    .batch
    .map(|batch| batch.get())
    .into());

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
        USER_EXPIRES,
        USER_LOGIN,
        USER_CREATED,
        USER_BATCH,
    ],
    reference: |line| line.user.reference().to_string(),
};

/// `export`: what `import` reads back.
pub static EXPORT: Shape<UserLine> = Shape {
    fields: &[USER_EMAIL, USER_NAME, USER_ROLE, USER_TEAM, USER_AGENTS],
    reference: |line| line.user.reference().to_string(),
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
pub fn sent(sent: &Sent, portal: Option<&PortalAddress>, result: &str) -> ChangeView {
    ChangeView {
        name: sent.user.name.as_ref().map(ToString::to_string),
        result: result.to_owned(),
        tone: Some(Tone::Good),
        link: link_text(&sent.link, portal),
        expires_at: Some(sent.link.expires_at),
        ..ChangeView::default()
    }
}
