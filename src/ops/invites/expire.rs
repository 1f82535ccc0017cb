//! Links run out (rule 22). Whoever calls it, cron or a person, finds what is due by the time given;
//! nothing here knows a clock.

use crate::domain::audit::Action;
use crate::domain::invite::InviteState;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::status::Status;
use crate::domain::user::{User, UserState};
use crate::ops::Context;
use crate::ops::access;
use crate::ops::each::{Detail, entry, finish, subject};
use crate::ops::error::Error;
use crate::store::Store;

/// A link that ran out.
#[derive(Debug)]
pub struct RanOut {
    /// Whose it was; as it was before.
    pub user: User,
    /// Where the user stands now.
    pub status: Status,
}

/// The links of one organization that ran out.
#[derive(Debug)]
pub struct ExpireOutcome {
    /// Where.
    pub organization: Organization,
    /// Whose, the longest overdue first; never empty.
    pub links: Vec<RanOut>,
}

/// Marks due invites expired, in every organization: one transaction and one audit entry each. Takes
/// no lock where nothing is due, and finds nothing when it runs again.
///
/// # Errors
/// When the store fails.
pub fn expire(store: &mut Store, context: &Context) -> Result<Vec<ExpireOutcome>, Error> {
    let due = access::look(store, context, Operation::Expire, |tx, _| {
        Ok(tx.organizations_with_due_invites(context.now)?)
    })?;
    let mut outcomes = Vec::new();
    for organization in due {
        let (mut tx, _) = access::write(store, context, Operation::Expire)?;
        let mut links = Vec::new();
        let mut subjects = Vec::new();
        // Asked again: another `expire` may have been faster.
        for user in tx.users_with_due_invites(organization.id, context.now)? {
            tx.close_invites(organization.id, user.id, InviteState::Expired)?;
            let state: UserState = user.state.expired_at(context.now);
            if state != user.state {
                tx.set_state(&user, state)?;
            }
            subjects.push(subject(&user));
            links.push(RanOut { user, status: state.status() });
        }
        if !links.is_empty() {
            finish(tx, context, &entry(Action::Expire, &organization, subjects, Detail::new()))?;
            outcomes.push(ExpireOutcome { organization, links });
        }
    }
    Ok(outcomes)
}
