//! The users who can manage users: the last active one of an organization stays (rule 4).

use crate::domain::id::RoleId;
use crate::domain::organization::Organization;
use crate::domain::permission::{PermissionName, Scope};
use crate::domain::role::Role;
use crate::domain::status::Status;
use crate::domain::user::{PortalAccess, User, UserState};
use crate::ops::error::Error;
use crate::store::{ReadTx, WriteTx};

/// The last active user who manages users stays one (rule 4). To be asked before they take another role
/// or go.
///
/// # Errors
/// [`Error::LastManager`].
pub(in crate::ops) fn keep_a_manager(
    tx: &WriteTx<'_>,
    organization: &Organization,
    user: &User,
    becoming: Option<&Role>,
) -> Result<(), Error> {
    // Who has no login manages nobody.
    if user.state != UserState::Active || user.portal_access() == PortalAccess::None {
        return Ok(());
    }
    let mut managers = Managers::roles(tx, organization)?;
    if !managers.includes(user.role_id) || becoming.is_some_and(|role| managers.includes(role.id)) {
        return Ok(());
    }
    for role in &managers.roles {
        managers.left += tx.count_active(organization.id, role.id)?;
    }
    if managers.leave() { Ok(()) } else { Err(managers.refusal(user, organization)) }
}

/// The active users of an organization who can manage users.
#[derive(Debug)]
pub(in crate::ops) struct Managers {
    /// The roles that can, highest first.
    roles: Vec<Role>,
    /// How many there are.
    left: u64,
}

impl Managers {
    fn roles(tx: &ReadTx<'_>, organization: &Organization) -> Result<Self, Error> {
        let roles = tx.roles_with(organization.id, PermissionName::MANAGE_USERS, Scope::All)?;
        Ok(Self { roles, left: 0 })
    }

    /// Counts them.
    pub(in crate::ops) fn of(tx: &ReadTx<'_>, organization: &Organization) -> Result<Self, Error> {
        let mut managers = Self::roles(tx, organization)?;
        for (seat, users) in tx.seats(organization.id)? {
            let may_act = seat.status == Status::Active && seat.access == PortalAccess::Granted;
            if may_act && managers.includes(seat.role) {
                managers.left += users;
            }
        }
        Ok(managers)
    }

    /// Whether the users of a role are among them.
    pub(in crate::ops) fn includes(&self, role: RoleId) -> bool {
        self.roles.iter().any(|known| known.id == role)
    }

    /// One of them goes; not the last one.
    #[must_use]
    pub(in crate::ops) const fn leave(&mut self) -> bool {
        if self.left <= 1 {
            return false;
        }
        self.left -= 1;
        true
    }

    /// Why the last one does not go.
    pub(in crate::ops) fn refusal(&self, user: &User, organization: &Organization) -> Error {
        Error::LastManager {
            user: user.reference(),
            organization: organization.slug.clone(),
            roles: self.roles.iter().map(|role| role.name.clone()).collect(),
        }
    }
}
