//! What is shown of a thing: the fields that every format prints, in one place. The keys are a promise
//! to scripts.

pub mod holdings;
pub mod mails;
pub mod mappings;
pub mod members;
pub mod offers;
pub mod phones;

use crate::cli::mailing::Posted;
use crate::cli::render::{Field, Shape, Tone, Value};
use crate::cli::views::mails::MailView;
use crate::domain::agent::AgentKey;
use crate::domain::portal::PortalAddress;
use crate::domain::status::Status;
use crate::domain::time::Timestamp;
use crate::domain::user::{PortalAccess, User, UserState};
use crate::ops::delivery::{Delivered, Sending};
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
    /// The modules that the user has by name now.
    pub modules: Vec<String>,
    /// The sub-accounts that the user has by name now.
    pub sub_accounts: Vec<String>,
    /// The link, where one was made: shown once.
    pub link: Option<String>,
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
        delivered: Option<&Delivered>,
        portal: Option<&PortalAddress>,
    ) -> Self {
        self.link = sending.link().and_then(|link| link_text(link, portal));
        self.expires_at = match sending {
            Sending::Link(link) => Some(link.expires_at),
            Sending::Queued(_) => delivered.and_then(|delivered| delivered.expires_at),
        };
        self.mail = Some(MailView::of(sending, delivered));
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

const CHANGE_USER: Field<ChangeView> = Field::new("user", "User", |view| Value::text(&view.user));
const CHANGE_NAME: Field<ChangeView> =
    Field::on_request("name", "Name", |view| view.name.as_deref().into());
const CHANGE_RESULT: Field<ChangeView> = Field::new("result", "Result", |view| match view.tone {
    Some(tone) => Value::toned(tone, view.result.as_str()),
    None => Value::text(&view.result),
});
const CHANGE_ROLE: Field<ChangeView> =
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
    Field::on_request("link", "Link", |view| view.link.as_deref().into());
const CHANGE_REASON: Field<ChangeView> =
    Field::on_request("reason", "Reason", |view| view.reason.as_deref().into());
const CHANGE_WHERE: Field<ChangeView> =
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

/// `export`: what `import` reads back.
pub static EXPORT: Shape<UserLine> = Shape {
    fields: &[
        USER_EMAIL,
        USER_NAME,
        USER_ROLE,
        USER_TEAM,
        USER_AGENTS,
        holdings::USER_MODULES,
        holdings::USER_SUB_ACCOUNTS,
    ],
    reference: |line| line.user.reference().to_string(),
};

/// `export --type login-less`: what `import --type login-less` reads back, with PINs of their own.
pub static PHONE_EXPORT: Shape<UserLine> = Shape {
    fields: &[
        USER_NAME,
        Field::new("extension", "Extension", |line| {
            line.extension.as_ref().map(|extension| extension.as_str()).into()
        }),
        USER_ROLE,
        USER_TEAM,
    ],
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
        ..ChangeView::default().with_link(&sent.sending, posted.of(sent.user.id), portal)
    }
}
