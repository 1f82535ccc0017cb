//! The search index of a store: making it, taking it away, and how it stands. It holds the users of all
//! organizations, and so it is the operator's. That it is kept up is the store's business.

use std::ops::ControlFlow;

use super::access::{self, Session};
use super::each::{finish, store_entry};
use super::error::Error;
use super::users::ListRequest;
use super::{Context, Mode};
use crate::domain::audit::Action;
use crate::domain::operation::Operation;
use crate::domain::status::Status;
use crate::store::{ReadTx, SearchIndex, SearchIndexSize, Store};

/// How many users are put into the index at a time: how often progress is told.
const BLOCK: u64 = 100_000;
/// From how many users on a search without the index is worth a hint.
const MANY: u64 = 100_000;

/// How the index stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether there is one.
    pub index: SearchIndex,
    /// How large it is; nothing where there is none.
    pub size: Option<SearchIndexSize>,
}

/// What became of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// How it stood.
    pub before: SearchIndex,
    /// How many users are, or were, in it.
    pub users: u64,
}

/// How the index stands.
///
/// # Errors
/// When the store fails.
pub fn status(store: &mut Store, context: &Context) -> Result<Standing, Error> {
    access::look(store, context, Operation::SearchIndexStatus, |tx, _| {
        let index = tx.search_index()?;
        let size = match index {
            SearchIndex::Absent => None,
            SearchIndex::Outdated | SearchIndex::Ready => Some(tx.search_index_size()?),
        };
        Ok(Standing { index, size })
    })
}

/// Makes the index, of all users at once; an outdated one is made anew, and one that is there is left as it
/// is. `progress` hears how many users of how many are in it, and may stop it; nothing is left behind then.
///
/// # Errors
/// [`Error::Interrupted`] when `progress` said stop; when the store fails.
pub fn build(
    store: &mut Store,
    context: &Context,
    progress: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<Changed, Error> {
    let (mut tx, _) = access::write(store, context, Operation::SearchIndexBuild)?;
    let before = tx.search_index()?;
    if before == SearchIndex::Ready {
        return Ok(Changed { before, users: tx.search_index_size()?.users });
    }
    let all = count_everybody(&tx)?;
    if context.mode != Mode::Apply {
        return Ok(Changed { before, users: all });
    }
    tx.begin_search_index()?;
    let (mut users, mut last) = (0, None);
    while let Some(indexed) = tx.index_next_users(last, BLOCK)? {
        users += indexed.users;
        last = Some(indexed.last);
        if progress(users, all).is_break() {
            return Err(Error::Interrupted);
        }
    }
    finish(tx, context, &store_entry(Action::BuildSearchIndex, users, Vec::new()))?;
    if users > BLOCK {
        // The index is there; a log that stays long costs room, not searches.
        let _ = store.fold_log();
    }
    Ok(Changed { before, users })
}

/// Takes the index away, if there is one.
///
/// # Errors
/// When the store fails.
pub fn drop_index(store: &mut Store, context: &Context) -> Result<Changed, Error> {
    let (tx, _) = access::write(store, context, Operation::SearchIndexDrop)?;
    let before = tx.search_index()?;
    if before == SearchIndex::Absent {
        return Ok(Changed { before, users: 0 });
    }
    let users = tx.search_index_size()?.users;
    tx.drop_search_index()?;
    finish(tx, context, &store_entry(Action::DropSearchIndex, users, Vec::new()))?;
    Ok(Changed { before, users })
}

/// Whether whoever acts could make such a list faster from now on: they searched many users for something
/// that an index would have found.
///
/// # Errors
/// When the store fails.
pub fn would_help(
    tx: &ReadTx<'_>,
    session: &Session,
    request: &ListRequest,
) -> Result<bool, Error> {
    // Members of a team are walked, and nobody else.
    let Some(search) = request.search.as_ref().filter(|_| request.team.is_none()) else {
        return Ok(false);
    };
    let is_operator = session.person().is_none();
    let is_found_by_index = search.folded().chars().nth(2).is_some();
    Ok(is_operator
        && is_found_by_index
        && tx.count_users(session.organization.id, &Status::ALL)? >= MANY
        && tx.search_index()? != SearchIndex::Ready)
}

fn count_everybody(tx: &ReadTx<'_>) -> Result<u64, Error> {
    let mut users = 0;
    for organization in tx.organizations()? {
        users += tx.count_users(organization.id, &Status::ALL)?;
    }
    Ok(users)
}
