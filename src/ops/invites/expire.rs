//! Links run out (rule 22). Whoever calls it, cron or a person, finds what is due by the time given;
//! nothing here knows a clock. But where the store noted what the clock showed before, one that jumped ahead
//! since ends nobody's link unasked (trust K6).

use super::remind::{RemindRequest, Reminders, remind};
use crate::domain::audit::Action;
use crate::domain::invite::InviteState;
use crate::domain::machine::{Course, Doubt, Reading};
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::status::Status;
use crate::domain::user::{User, UserState};
use crate::ops::access;
use crate::ops::delivery::DeliveryError;
use crate::ops::each::{Detail, entry, finish, subject};
use crate::ops::error::Error;
use crate::ops::{Context, Mode};
use crate::store::{ReadTx, Store};

/// A link that ran out.
#[derive(Debug)]
pub struct RanOut {
    /// Whose it was; as it was before.
    pub user: User,
    /// Where the user stands now.
    pub status: Status,
}

/// What to go by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockTrust {
    /// The clock, unless it may have jumped ahead.
    #[default]
    Checked,
    /// The clock: somebody looked at it.
    Given,
}

/// What `expire` is to do.
#[derive(Clone, Debug, Default)]
pub struct ExpireRequest {
    /// What to go by.
    pub clock: ClockTrust,
    /// Whom to remind; nobody where nothing is said.
    pub remind: Option<RemindRequest>,
}

/// What `expire` did.
#[derive(Debug)]
pub struct ExpireOutcome {
    /// Where links ran out; nowhere where none was due.
    pub expired: Vec<Expired>,
    /// Where people are reminded.
    pub reminded: Vec<Reminders>,
    /// Where nobody is reminded, because nothing says whom mails come from.
    pub senderless: Vec<DeliveryError>,
    /// Why the clock would not be believed if anything were due.
    pub doubt: Option<Doubt>,
}

/// The links of one organization that ran out.
#[derive(Debug)]
pub struct Expired {
    /// Where.
    pub organization: Organization,
    /// Whose, the longest overdue first; never empty.
    pub links: Vec<RanOut>,
}

/// Marks due invites expired, in every organization, and queues reminders of those that are due soon: one
/// transaction and one audit entry each. Takes no lock where nothing is to be done, save once an hour to
/// note that the store was used; and finds nothing when it runs again.
///
/// # Errors
/// [`Error::Clock`] where there is something to do by a clock that may be wrong; where nothing says whom
/// reminders come from; when the store fails.
pub fn expire(
    store: &mut Store,
    context: &Context,
    request: &ExpireRequest,
) -> Result<ExpireOutcome, Error> {
    let reading = store.reading().cloned();
    let (due, soon, mute, doubt) = access::look(store, context, Operation::Expire, |tx, _| {
        let due = tx.organizations_with_due_invites(context.now)?;
        let (soon, mute) = match &request.remind {
            Some(remind) => remind.organizations(tx, context.now)?,
            None => Default::default(),
        };
        Ok((due, soon, mute, find_doubt(tx, reading.as_ref())?))
    })?;
    let is_idle = due.is_empty() && soon.is_empty();
    let senderless: Vec<DeliveryError> =
        mute.into_iter().map(|one| DeliveryError::NoSender { organization: one.slug }).collect();
    let mut detail = Detail::new();
    let doubt = match (request.clock, doubt) {
        (ClockTrust::Checked, Some(doubt)) if !is_idle => return Err(Error::Clock(doubt)),
        (ClockTrust::Checked, doubt) => doubt,
        (ClockTrust::Given, doubt) => {
            store.trust_clock();
            detail.extend(doubt.map(|doubt| ("forced", doubt.to_string())));
            None
        }
    };
    if is_idle && context.mode == Mode::Apply {
        store.note_reading()?;
    }
    // Where nothing else is to be done, a wrong setting is a refusal.
    if let (true, Some(first)) = (is_idle, senderless.first()) {
        return Err(first.clone().into());
    }
    let mut expired = Vec::new();
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
            let entry = entry(Action::Expire, &organization, subjects, detail.clone());
            finish(tx, context, &entry)?;
            expired.push(Expired { organization, links });
        }
    }
    let mut reminded = Vec::new();
    if let Some(request) = &request.remind {
        for organization in soon {
            let detail = detail.clone();
            reminded.extend(remind(store, context, request, organization, detail)?);
        }
    }
    Ok(ExpireOutcome { expired, reminded, senderless, doubt })
}

/// Why the clock may be wrong, going by what it showed when the store was last used.
fn find_doubt(tx: &ReadTx<'_>, reading: Option<&Reading>) -> Result<Option<Doubt>, Error> {
    let (Some(reading), Some(last)) = (reading, tx.last_reading()?) else { return Ok(None) };
    Ok(match last.course(reading) {
        Course::Doubtful(doubt) => Some(doubt),
        Course::Steady | Course::Behind => None,
    })
}
