//! What sort of thing an error is: the table of exit codes (`cli::exit`) starts from it.

use super::Error;
use crate::store::{BackupError, StoreError};

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
            | Self::UnknownAgent { .. }
            | Self::UnknownPremium { .. }
            | Self::UnknownDomain { .. } => Kind::Unknown,
            Self::AmbiguousAgent { .. }
            | Self::WrongVerb { .. }
            | Self::AlreadyThere { .. }
            | Self::RoleHoldsNoAgents { .. }
            | Self::AgentTaken { .. }
            | Self::AgentNotHeld { .. }
            | Self::LastManager { .. }
            | Self::NoSeats { .. }
            | Self::UnwelcomeDomain { .. }
            | Self::Role(_)
            | Self::Clock(_)
            | Self::TeamExists(_)
            | Self::OrganizationExists(_)
            | Self::CurrentOrganization(_)
            | Self::Team(_)
            | Self::LoginLessRefused { .. }
            | Self::ExtensionTaken { .. }
            | Self::HasLogin { .. }
            | Self::NoAddress { .. }
            | Self::NoReset(_)
            | Self::NoSignOn { .. }
            | Self::RowsChanged
            | Self::SameRole { .. } => Kind::Refused,
            Self::Holdings(error) => error.kind(),
            Self::Delivery(error) => error.kind(),
            Self::Acceptance(error) => error.kind(),
            Self::Forbidden(_) => Kind::Forbidden,
            Self::PlanOutdated(_) | Self::BadPin(_) => Kind::BadInput,
            Self::Wording { .. } => Kind::Setting,
            Self::Interrupted => Kind::Interrupted,
            Self::Rows(_) | Self::Entropy(_) | Self::PinHash(_) | Self::PasswordHash(_) => {
                Kind::Failed
            }
            Self::Backup(error) => backup_kind(error),
            Self::Store(error) => store_kind(error),
        }
    }

    /// Whether it concerns one user only, so that others in the same command may go on.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        matches!(self.kind(), Kind::Refused | Kind::Unknown | Kind::Forbidden)
    }
}

const fn backup_kind(error: &BackupError) -> Kind {
    match error {
        BackupError::Exists(_) | BackupError::Itself(_) => Kind::Refused,
        BackupError::CannotCreate { .. } => Kind::CannotCreate,
        BackupError::NotABackup { .. } => Kind::Setting,
        BackupError::CannotOpen { .. } => Kind::NoInput,
        BackupError::Unwritable { .. }
        | BackupError::Unsound { .. }
        | BackupError::Damaged { .. } => Kind::Failed,
        BackupError::InUse { .. } => Kind::Busy,
        BackupError::Stopped => Kind::Interrupted,
        BackupError::Store(error) => store_kind(error),
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
        | StoreError::Altered { .. }
        | StoreError::Full
        | StoreError::NoFileBeside
        | StoreError::NoRoomToShare
        | StoreError::ReadOnly
        | StoreError::Io(_) => Kind::Failed,
        StoreError::Busy { .. } | StoreError::BeingFilled { .. } => Kind::Busy,
        StoreError::OutcomeUnknown(_) => Kind::OutcomeUnknown,
        StoreError::Bug(_) => Kind::Bug,
    }
}
