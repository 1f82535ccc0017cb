//! Who was invited and has not answered is reminded once, shortly before the link runs out (rule 22). Here the
//! mails are queued; they are handed over as all are.

use crate::domain::audit::Action;
use crate::domain::delivery::{DeliveryKind, DeliveryState};
use crate::domain::email::EmailAddress;
use crate::domain::id::DeliveryId;
use crate::domain::lifetime::Lifetime;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::ops::Context;
use crate::ops::access;
use crate::ops::delivery::Outlet;
use crate::ops::each::{Detail, entry, finish, subject};
use crate::ops::error::Error;
use crate::store::{Ending, Marked, NewDelivery, ReadTx, Store};

/// Whom to remind, and from whom it comes.
#[derive(Clone, Debug)]
pub struct RemindRequest {
    /// Those whose links run out within this time.
    pub within: Lifetime,
    /// Whom mails come from where the organization does not say.
    pub sender: Option<EmailAddress>,
}

/// Somebody who is reminded.
#[derive(Debug)]
pub struct Reminded {
    /// Who.
    pub user: User,
    /// The mail.
    pub delivery: DeliveryId,
    /// Until when the link works.
    pub expires_at: Timestamp,
}

/// Who is reminded in one organization.
#[derive(Debug)]
pub struct Reminders {
    /// Where.
    pub organization: Organization,
    /// Who, the most urgent first; never empty.
    pub users: Vec<Reminded>,
}

impl RemindRequest {
    pub(super) fn ending(&self, now: Timestamp) -> Ending {
        Ending { after: now, until: self.within.after(now) }
    }

    /// The organizations in which there is something to remind of: those that say whom their mails come from,
    /// and those that do not.
    pub(super) fn organizations(
        &self,
        tx: &ReadTx<'_>,
        now: Timestamp,
    ) -> Result<(Vec<Organization>, Vec<Organization>), Error> {
        let outlet = Outlet::Mail { sender: self.sender.clone() };
        let organizations = tx.organizations_to_remind(self.ending(now))?;
        Ok(organizations.into_iter().partition(|one| outlet.check_sender(one).is_ok()))
    }
}

/// Queues the reminders of an organization: one transaction and one audit entry. Nobody, where another
/// `expire` was faster.
pub(super) fn remind(
    store: &mut Store,
    context: &Context,
    request: &RemindRequest,
    organization: Organization,
    detail: Detail,
) -> Result<Option<Reminders>, Error> {
    let (mut tx, _) = access::write(store, context, Operation::Expire)?;
    let mut users = Vec::new();
    let mut subjects = Vec::new();
    for soon in tx.users_to_remind(organization.id, request.ending(context.now))? {
        if tx.mark_reminded(soon.invite)? == Marked::Before {
            continue;
        }
        let delivery = NewDelivery {
            organization: organization.id,
            user: soon.user.id,
            kind: DeliveryKind::Reminder,
            inviter: soon.inviter,
            // The link ends with its invite; this is not asked for.
            lifetime: organization.lifetime,
            invite: Some(soon.invite),
        };
        let delivery = tx.add_delivery(delivery, DeliveryState::Queued)?;
        subjects.push(subject(&soon.user));
        users.push(Reminded { user: soon.user, delivery, expires_at: soon.expires_at });
    }
    if users.is_empty() {
        return Ok(None);
    }
    finish(tx, context, &entry(Action::Remind, &organization, subjects, detail))?;
    Ok(Some(Reminders { organization, users }))
}
