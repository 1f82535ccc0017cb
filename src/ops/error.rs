//! Refusals: one variant each, with its sentence, its kind and, where there is a way out, the command
//! to type. Exit codes are `cli::exit`'s.

mod hints;
mod holdings;
mod kind;

use std::fmt;

use crate::domain::agent::{AgentKey, AgentRef};
use crate::domain::delivery::DeliveryKind;
use crate::domain::domain_name::DomainName;
use crate::domain::extension::Extension;
use crate::domain::machine::Doubt;
use crate::domain::organization::Slug;
use crate::domain::password::PasswordHashError;
use crate::domain::permission::PermissionName;
use crate::domain::pin::{PinError, PinHashError};
use crate::domain::role::RoleName;
use crate::domain::team::TeamName;
use crate::domain::token::EntropyError;
use crate::domain::user::WrongVerb;
use crate::domain::user_ref::UserRef;
use crate::mail::WordingError;
use crate::ops::acceptance::AcceptanceError;
use crate::ops::access::{Contact, Refusal};
use crate::ops::accounts::NoReset;
use crate::ops::delivery::DeliveryError;
use crate::ops::domains::Unwelcome;
use crate::ops::imports::RowsError;
use crate::ops::roles::RoleError;
use crate::ops::teams::TeamRefusal;
use crate::store::{BackupError, StoreError};

use hints::list;
pub(crate) use hints::shell_word;
pub use holdings::HoldingsError;
pub use kind::Kind;

/// Whether somebody is a user already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Yes.
    There,
    /// Is only being invited.
    Arriving,
}

/// What a team is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamUse {
    /// To put people into; where there is none, it can be made.
    Join,
    /// For itself: to be shown, renamed, deleted.
    Itself,
}

/// Who wants seats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seekers {
    /// This user.
    User(UserRef),
    /// So many at once.
    People(u64),
}

impl fmt::Display for Seekers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => user.fmt(f),
            Self::People(1) => f.write_str("one more person"),
            Self::People(many) => write!(f, "{many} more people"),
        }
    }
}

const fn is_are(many: u64) -> &'static str {
    if many == 1 { "is" } else { "are" }
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such user.
    #[error("no user {user} in {organization}")]
    UnknownUser {
        /// Who was asked for.
        user: UserRef,
        /// Where.
        organization: String,
        /// Who may have been meant.
        nearest: Vec<String>,
    },
    /// No such organization.
    #[error("no organization {organization}")]
    UnknownOrganization {
        /// What was asked for.
        organization: Slug,
        /// The nearest ones.
        nearest: Vec<String>,
    },
    /// An organization of others; told in the same words as one that is not there (rule 30).
    #[error("no organization {organization}")]
    ForeignOrganization {
        /// What was asked for.
        organization: Slug,
        /// The nearest ones of those that whoever acts is in.
        nearest: Vec<String>,
    },
    /// Whoever acts may not, and whom they may ask.
    #[error("{}", .0.0)]
    Forbidden(Box<(Refusal, Vec<Contact>)>),
    /// The last active user who manages users goes nowhere (rule 4).
    #[error("{user} is the last active user of {organization} who can manage users")]
    LastManager {
        /// Who.
        user: UserRef,
        /// Where.
        organization: Slug,
        /// The roles that can.
        roles: Vec<RoleName>,
    },
    /// The plan has no room (rule 5).
    #[error("{organization} has no room for {seekers}: {left} of its {limit} seats {} left", is_are(*left))]
    NoSeats {
        /// Where.
        organization: Slug,
        /// How many there are.
        limit: u32,
        /// How many are left.
        left: u64,
        /// For whom they are wanted.
        seekers: Seekers,
    },
    /// The short name is another organization's.
    #[error("there is an organization {0} already")]
    OrganizationExists(Slug),
    /// The current organization goes nowhere.
    #[error("{0} is the current organization, and is not deleted")]
    CurrentOrganization(Slug),
    /// The plan sells no such thing.
    #[error("{permission} is no premium permission of {organization}")]
    UnknownPremium {
        /// What was asked for.
        permission: PermissionName,
        /// Where.
        organization: Slug,
        /// What could have been.
        known: Vec<PermissionName>,
    },
    /// No such role.
    #[error("no role {role} in {organization}")]
    UnknownRole {
        /// What was asked for.
        role: RoleName,
        /// Where.
        organization: String,
        /// The nearest roles.
        nearest: Vec<String>,
        /// All of them.
        known: Vec<String>,
    },
    /// No such team.
    #[error("no team {team} in {organization}")]
    UnknownTeam {
        /// What was asked for.
        team: TeamName,
        /// What for.
        wanted: TeamUse,
        /// Where.
        organization: String,
        /// The nearest teams.
        nearest: Vec<String>,
    },
    /// No such agent.
    #[error("no agent {agent} in {organization}")]
    UnknownAgent {
        /// What was asked for.
        agent: AgentRef,
        /// Where.
        organization: String,
        /// The nearest agents.
        nearest: Vec<String>,
    },
    /// Several sources have an agent of this ID.
    #[error("agent ID {agent} is in several sources: {}", list(candidates))]
    AmbiguousAgent {
        /// What was asked for.
        agent: AgentRef,
        /// What it may be.
        candidates: Vec<AgentKey>,
    },
    /// The organization has no word of its own on the domain.
    #[error("{organization} neither allows nor blocks {domain}")]
    UnknownDomain {
        /// What was asked for.
        domain: DomainName,
        /// Where.
        organization: Slug,
        /// The nearest ones.
        nearest: Vec<String>,
    },
    /// Nobody of that domain is let in (rule 40).
    #[error("{user} cannot be invited: {why}")]
    UnwelcomeDomain {
        /// Who.
        user: UserRef,
        /// Why.
        why: Box<Unwelcome>,
    },
    /// The verb does not fit the status (rule 15).
    #[error("{user} is {}, so {} does not apply", wrong.standing, wrong.verb)]
    WrongVerb {
        /// Who.
        user: UserRef,
        /// What does not fit, and what does.
        wrong: WrongVerb,
    },
    /// Who is invited is there already (rule 6).
    #[error("{user} is {} already", wrong.standing)]
    AlreadyThere {
        /// Who.
        user: UserRef,
        /// How the user stands, and the verb for that.
        wrong: WrongVerb,
    },
    /// The role may not hold agent IDs (rule 23).
    #[error("{user} has the role {role}, which holds no agent IDs")]
    RoleHoldsNoAgents {
        /// Who.
        user: UserRef,
        /// The role.
        role: RoleName,
        /// The roles that may.
        fitting: Vec<RoleName>,
        /// Whether that is a user yet.
        presence: Presence,
    },
    /// Somebody else has the agent ID (rule 24).
    #[error("agent {agent} belongs to {holder}")]
    AgentTaken {
        /// The agent.
        agent: Box<AgentKey>,
        /// Who has it.
        holder: UserRef,
        /// Who was to have it.
        wanted_by: UserRef,
        /// In the place of which other one.
        instead_of: Option<Box<AgentKey>>,
        /// Whether that is a user yet.
        presence: Presence,
    },
    /// The user does not have the agent ID.
    #[error("{user} does not hold agent {agent}")]
    AgentNotHeld {
        /// The agent.
        agent: AgentKey,
        /// Who does not have it.
        user: UserRef,
        /// What the user does have.
        held: Vec<AgentKey>,
    },
    /// No such permission.
    #[error("no permission {permission} in {organization}")]
    UnknownPermission {
        /// What was asked for.
        permission: PermissionName,
        /// Where.
        organization: Slug,
        /// The nearest permissions.
        nearest: Vec<String>,
    },
    /// A rule about roles says no.
    #[error(transparent)]
    Role(#[from] RoleError),
    /// The team is there already.
    #[error("there is a team {0} already")]
    TeamExists(TeamName),
    /// The organization has people with a login only (rule 32).
    #[error("{organization} has no users without a login")]
    LoginLessRefused {
        /// Where.
        organization: Slug,
    },
    /// Somebody else has the extension.
    #[error("extension {extension} belongs to {holder}")]
    ExtensionTaken {
        /// The extension.
        extension: Extension,
        /// Who has it.
        holder: UserRef,
    },
    /// Whoever has a login has no PIN (trust D13).
    #[error("{user} has a login, and so no PIN")]
    HasLogin {
        /// Who.
        user: UserRef,
    },
    /// People of the organization log in with passwords.
    #[error("{organization} has no single sign-on")]
    NoSignOn {
        /// Where.
        organization: Slug,
    },
    /// A password could not be hashed.
    #[error(transparent)]
    PasswordHash(#[from] PasswordHashError),
    /// A PIN that was given is none to use.
    #[error("the PIN {0}")]
    BadPin(#[from] PinError),
    /// A PIN could not be hashed.
    #[error(transparent)]
    PinHash(#[from] PinHashError),
    /// The user has this role already.
    #[error("{user} has the role {role} already")]
    SameRole {
        /// Who.
        user: UserRef,
        /// The role.
        role: RoleName,
    },
    /// Something about a team or its leaders.
    #[error(transparent)]
    Team(#[from] TeamRefusal),
    /// Somebody gets no link to set a password.
    #[error(transparent)]
    NoReset(#[from] NoReset),
    /// Something about deliveries.
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
    /// A link leads nobody in.
    #[error(transparent)]
    Acceptance(#[from] AcceptanceError),
    /// It is about modules or sub-accounts.
    #[error(transparent)]
    Holdings(Box<HoldingsError>),
    /// The clock may have jumped ahead, and something is due by it (trust K6).
    #[error("{0}; nothing was changed")]
    Clock(Doubt),
    /// No mail goes to whoever has no address.
    #[error("{user} has no e-mail address, so there is no mail")]
    NoAddress {
        /// Who.
        user: UserRef,
    },
    /// The words of a mail cannot be used.
    #[error("the {kind} cannot be put into words: {error}")]
    Wording {
        /// Of which mail.
        kind: DeliveryKind,
        /// What is wrong with them.
        error: WordingError,
    },
    /// Rows of an import are bad, and nothing was imported.
    #[error("the store changed while the import was planned, and {0} rows no longer fit")]
    PlanOutdated(usize),
    /// What was looked at is not what is there now.
    #[error("rows were changed while somebody looked at them; none was taken")]
    RowsChanged,
    /// There is no room for the rows of an import while they are sorted.
    #[error("{0}; nothing was imported")]
    Rows(#[from] RowsError),
    /// The person stopped it.
    #[error("interrupted; nothing was changed")]
    Interrupted,
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// Something about a backup.
    #[error(transparent)]
    Backup(Box<BackupError>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<BackupError> for Error {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Store(error) => Self::Store(error),
            other => Self::Backup(Box::new(other)),
        }
    }
}

impl From<HoldingsError> for Error {
    fn from(error: HoldingsError) -> Self {
        Self::Holdings(Box::new(error))
    }
}
