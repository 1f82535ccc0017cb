//! The audit: which entries to look at.

use super::Context;
use super::access::{self, Session};
use super::each::get_user;
use super::error::Error;
use crate::domain::audit::{Action, Seal};
use crate::domain::id::BatchId;
use crate::domain::operation::Operation;
use crate::domain::time::Timestamp;
use crate::domain::user_ref::UserRef;
use crate::store::{AuditFilter, ReadTx, Store, Verdict};

/// Which entries to list, in the words of the command line.
#[derive(Clone, Debug, Default)]
pub struct AuditRequest {
    /// About this user.
    pub user: Option<UserRef>,
    /// This action.
    pub action: Option<Action>,
    /// This batch.
    pub batch: Option<BatchId>,
    /// Not before this moment.
    pub since: Option<Timestamp>,
    /// Older than this entry.
    pub before: Option<u64>,
    /// So many at most.
    pub limit: Option<u32>,
}

/// Resolves the names in a request.
///
/// # Errors
/// When the user is unknown.
pub fn plan_list(
    tx: &ReadTx<'_>,
    session: &Session,
    request: &AuditRequest,
) -> Result<AuditFilter, Error> {
    let organization = &session.organization;
    let user = match &request.user {
        Some(user) => {
            match get_user(tx, organization, user) {
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
        organization: Some(organization.id),
        user,
        action: request.action,
        batch: request.batch,
        since: request.since,
        before: request.before,
        limit: request.limit,
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
