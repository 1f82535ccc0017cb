//! The audit: which entries to look at.

use super::Context;
use super::access::{self, Session};
use super::each::get_user;
use super::error::Error;
use crate::domain::audit::{Actions, Identity, Seal};
use crate::domain::id::BatchId;
use crate::domain::operation::Operation;
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::domain::user_ref::UserRef;
use crate::store::{AuditFilter, AuditOrder, ReadTx, Store, Verdict};

/// Which entries to list, in the words of the command line.
#[derive(Clone, Debug, Default)]
pub struct AuditRequest {
    /// About this user.
    pub user: Option<UserRef>,
    /// By this actor.
    pub actor: Option<Identity>,
    /// One of these actions.
    pub actions: Option<Actions>,
    /// This batch.
    pub batch: Option<BatchId>,
    /// Not before this moment.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Where.
    pub place: Place,
    /// Older than this entry.
    pub before: Option<u64>,
    /// So many at most.
    pub limit: Option<u32>,
}

/// How many entries make up what is new about a user.
const NEWEST: u32 = 10;

/// How much of what the audit says about a user is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// The newest entries, the newest first.
    Newest,
    /// The whole story, from its beginning.
    Whole,
}

impl History {
    /// The entries on a user.
    pub(super) fn filter(self, user: &User) -> AuditFilter {
        let (order, limit) = match self {
            Self::Newest => (AuditOrder::NewestFirst, Some(NEWEST)),
            Self::Whole => (AuditOrder::OldestFirst, None),
        };
        let user = Some((user.id, user.batch));
        AuditFilter { user, order, limit, ..AuditFilter::default() }
    }
}

/// Whose entries are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Those of the organization that commands work in.
    #[default]
    Here,
    /// Those of all organizations, and those of the store; for the operator.
    Everywhere,
}

/// Resolves the names in a request.
///
/// # Errors
/// When the user is unknown, or whoever acts asks for the entries of others.
pub fn plan_list(
    tx: &ReadTx<'_>,
    session: &Session,
    request: &AuditRequest,
) -> Result<AuditFilter, Error> {
    let organization = &session.organization;
    if request.place == Place::Everywhere {
        session.check_everywhere()?;
    }
    let user = match &request.user {
        Some(user) => {
            match get_user(tx, session, user) {
                Ok(user) => Some((user.id, user.batch)),
                // Who was removed is still in the audit (rule 18).
                Err(unknown @ Error::UnknownUser { .. }) => {
                    match tx.find_removed_user(organization.id, user)? {
                        Some(id) => Some((id, None)),
                        None => return Err(unknown),
                    }
                }
                Err(error) => return Err(error),
            }
        }
        None => None,
    };
    Ok(AuditFilter {
        organization: (request.place == Place::Here).then_some(organization.id),
        user,
        actors: match &request.actor {
            Some(actor) => Some(actor_texts(tx, session, actor)?),
            None => None,
        },
        actions: request.actions.clone(),
        batch: request.batch,
        since: request.since,
        until: request.until,
        before: request.before,
        order: AuditOrder::NewestFirst,
        limit: request.limit,
    })
}

/// How entries name an actor: as given, and where that is a user, by address and by number, since either
/// can stand behind `--as`.
fn actor_texts(tx: &ReadTx<'_>, session: &Session, actor: &Identity) -> Result<Vec<String>, Error> {
    let mut texts = vec![actor.to_string()];
    if let Identity::Person(user) = actor
        && let Some(found) = tx.find_user(session.organization.id, user)?
    {
        for name in [found.reference(), UserRef::Number(found.id)] {
            let text = Identity::Person(name).to_string();
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    Ok(texts)
}

/// Makes sure that whoever acts may list such entries, and keeps a refusal in the audit.
///
/// # Errors
/// As [`plan_list`].
pub fn check_list(
    store: &mut Store,
    context: &Context,
    request: &AuditRequest,
) -> Result<(), Error> {
    access::look(store, context, Operation::AuditList, |tx, session| {
        plan_list(tx, session, request).map(drop)
    })
}

/// Walks the whole chain, and looks in it for a head that was noted earlier.
///
/// # Errors
/// When the store fails.
pub fn verify(
    store: &mut Store,
    context: &Context,
    expected: Option<Seal>,
) -> Result<Verdict, Error> {
    access::look(store, context, Operation::AuditVerify, |tx, _| Ok(tx.verify_audit(expected)?))
}
