//! Refusals: one variant each, with its sentence, its kind and, where there is a way out, the command
//! to type. Exit codes are `cli::exit`'s.

mod hints;

use crate::domain::agent::{AgentKey, AgentRef};
use crate::domain::organization::Slug;
use crate::domain::permission::PermissionName;
use crate::domain::role::RoleName;
use crate::domain::team::TeamName;
use crate::domain::template::ModuleName;
use crate::domain::token::EntropyError;
use crate::domain::user::WrongVerb;
use crate::domain::user_ref::UserRef;
use crate::ops::access::{Contact, Refusal};
use crate::ops::roles::RoleError;
use crate::store::StoreError;

use hints::list;
pub(crate) use hints::shell_word;

/// What sort of thing an error is; the table of exit codes starts from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A rule says no.
    Refused,
    /// There is no such thing.
    Unknown,
    /// The input is bad; nothing was written.
    BadInput,
    /// The input cannot be opened.
    NoInput,
    /// The store or the output cannot be made.
    CannotCreate,
    /// Reading or writing failed.
    Failed,
    /// Somebody else is writing.
    Busy,
    /// A setting or template is wrong, or the file is no store of ours.
    Setting,
    /// The change may or may not have been kept.
    OutcomeUnknown,
    /// Whoever acts may not.
    Forbidden,
    /// The person stopped it; nothing was written.
    Interrupted,
    /// A bug.
    Bug,
}

/// Whether somebody is a user already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Yes.
    There,
    /// Is only being invited.
    Arriving,
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
    #[error("{organization} has {limit} seats, of which {left} are left, and {wanted} are wanted")]
    NoSeats {
        /// Where.
        organization: Slug,
        /// How many there are.
        limit: u32,
        /// How many are left.
        left: u64,
        /// How many are wanted.
        wanted: u64,
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
    /// No such module.
    #[error("no module {module} in {organization}")]
    UnknownModule {
        /// What was asked for.
        module: ModuleName,
        /// Where.
        organization: Slug,
        /// The nearest modules.
        nearest: Vec<String>,
    },
    /// No such sub-account.
    #[error("no sub-account {sub_account} in {organization}")]
    UnknownSubAccount {
        /// What was asked for.
        sub_account: String,
        /// Where.
        organization: Slug,
        /// The nearest sub-accounts.
        nearest: Vec<String>,
    },
    /// A rule about roles says no.
    #[error(transparent)]
    Role(#[from] RoleError),
    /// The team is there already.
    #[error("there is a team {0} already")]
    TeamExists(TeamName),
    /// The user has this role already.
    #[error("{user} has the role {role} already")]
    SameRole {
        /// Who.
        user: UserRef,
        /// The role.
        role: RoleName,
    },
    /// Rows of an import are bad, and nothing was imported.
    #[error("the store changed while the import was planned, and {0} rows no longer fit")]
    PlanOutdated(usize),
    /// The person stopped it.
    #[error("interrupted; nothing was changed")]
    Interrupted,
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Error {
    /// What sort of thing it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::UnknownUser { .. }
            | Self::UnknownOrganization { .. }
            | Self::ForeignOrganization { .. }
            | Self::UnknownRole { .. }
            | Self::UnknownTeam { .. }
            | Self::UnknownPermission { .. }
            | Self::UnknownModule { .. }
            | Self::UnknownSubAccount { .. }
            | Self::UnknownAgent { .. } => Kind::Unknown,
            Self::AmbiguousAgent { .. }
            | Self::WrongVerb { .. }
            | Self::AlreadyThere { .. }
            | Self::RoleHoldsNoAgents { .. }
            | Self::AgentTaken { .. }
            | Self::AgentNotHeld { .. }
            | Self::LastManager { .. }
            | Self::NoSeats { .. }
            | Self::Role(_)
            | Self::TeamExists(_)
            | Self::SameRole { .. } => Kind::Refused,
            Self::Forbidden(_) => Kind::Forbidden,
            Self::PlanOutdated(_) => Kind::BadInput,
            Self::Interrupted => Kind::Interrupted,
            Self::Entropy(_) => Kind::Failed,
            Self::Store(error) => store_kind(error),
        }
    }

    /// Whether it concerns one user only, so that others in the same command may go on.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        matches!(self.kind(), Kind::Refused | Kind::Unknown | Kind::Forbidden)
    }
}

const fn store_kind(error: &StoreError) -> Kind {
    match error {
        StoreError::Missing(_) | StoreError::CannotOpen { .. } => Kind::NoInput,
        StoreError::CannotCreate { .. } => Kind::CannotCreate,
        StoreError::Exists(_) => Kind::Refused,
        StoreError::BadPath { .. } | StoreError::NotAStore { .. } | StoreError::Newer { .. } => {
            Kind::Setting
        }
        StoreError::Moved(_)
        | StoreError::Damaged(_)
        | StoreError::Full
        | StoreError::ReadOnly
        | StoreError::Io(_) => Kind::Failed,
        StoreError::Busy { .. } => Kind::Busy,
        StoreError::OutcomeUnknown(_) => Kind::OutcomeUnknown,
        StoreError::Bug(_) => Kind::Bug,
    }
}
