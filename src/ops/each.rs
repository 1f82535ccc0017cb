//! One command on several users: one transaction, one audit entry, and for each user what became of it.
//! What is refused for one does not stop the others; a failing store stops all.

use std::collections::HashSet;

use super::access::{self, Session};
use super::error::Error;
use super::{Context, Mode};
use crate::domain::audit::{Action, AuditEntry, Subject};
use crate::domain::nearest::near_names;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::status::Status;
use crate::domain::user::User;
use crate::domain::user_ref::UserRef;
use crate::store::{ReadTx, Store, WriteTx};

/// What became of one of several users.
#[derive(Debug)]
pub struct PerUser<T> {
    /// Who.
    pub user: UserRef,
    /// What was done, or why not.
    pub result: Result<T, Error>,
}

/// What became of a command on several users.
#[derive(Debug)]
pub struct Outcome<T> {
    /// Where.
    pub organization: Organization,
    /// Each once, in the order asked for.
    pub users: Vec<PerUser<T>>,
}

impl<T> Outcome<T> {
    /// Keeps in the audit what whoever acts tried and may not.
    pub(super) fn note_refusals(
        &self,
        store: &mut Store,
        context: &Context,
        operation: Operation,
    ) -> Result<(), Error> {
        let refused = self.users.iter().filter_map(|user| user.result.as_ref().err());
        access::note(store, context, operation, refused)
    }

    /// How many were done.
    #[must_use]
    pub fn done(&self) -> usize {
        self.users.iter().filter(|user| user.result.is_ok()).count()
    }
}

/// What several users need alike: read for the first of them, in the transaction that changes them all.
pub(super) fn read_once<T, E>(
    known: &mut Option<T>,
    read: impl FnOnce() -> Result<T, E>,
) -> Result<&mut T, E> {
    match known {
        Some(known) => Ok(known),
        none => Ok(none.insert(read()?)),
    }
}

/// What an audit entry says beside the users.
pub(super) type Detail = Vec<(&'static str, String)>;

/// Changes users one after the other, each only where whoever acts may. `change` refuses before it writes
/// anything.
pub(super) fn change_each<T>(
    store: &mut Store,
    context: &Context,
    operation: Operation,
    action: Action,
    users: &[UserRef],
    mut change: impl FnMut(&mut WriteTx<'_>, &Session, &User, &mut Detail) -> Result<T, Error>,
) -> Result<Outcome<T>, Error> {
    let (mut tx, session) = access::write(store, context, operation)?;
    let organization = session.organization.clone();
    let mut outcome = Outcome { organization, users: Vec::with_capacity(users.len()) };
    let mut subjects = Vec::new();
    let mut detail = Detail::new();
    // All are looked up before any is changed: a user who is named by address and by number is one
    // user, also where the first of the two names is used to remove them.
    let mut suggestions = Suggestions::default();
    let found: Vec<_> =
        users.iter().map(|user| get_one_of(&tx, &session, user, &mut suggestions)).collect();
    let mut seen = HashSet::new();
    for (named, found) in users.iter().zip(found) {
        // Whose number it is, is not told to those out of whose reach they are.
        let user = match &found {
            Ok(found) if session.covers(found) => found.reference(),
            _ => named.clone(),
        };
        if found.as_ref().is_ok_and(|found| !seen.insert(found.id)) {
            continue;
        }
        let result = found.and_then(|found| {
            session.check_user(&tx, &found, &user)?;
            let done = change(&mut tx, &session, &found, &mut detail)?;
            subjects.push(subject(&found));
            Ok(done)
        });
        match result {
            Err(error) if !error.is_refusal() => return Err(error),
            result => outcome.users.push(PerUser { user, result }),
        }
    }
    if subjects.is_empty() {
        drop(tx);
    } else {
        let entry = entry(action, &outcome.organization, subjects, detail);
        finish(tx, context, &entry)?;
    }
    outcome.note_refusals(store, context, operation)?;
    Ok(outcome)
}

/// Commits, or in a dry run does not.
pub(super) fn finish(tx: WriteTx<'_>, context: &Context, entry: &AuditEntry) -> Result<(), Error> {
    match context.mode {
        Mode::Apply => {
            tx.commit(entry)?;
        }
        Mode::DryRun | Mode::Suggest => drop(tx),
    }
    Ok(())
}

/// The entry for a change that concerns the store and no organization.
pub(super) fn store_entry(action: Action, count: u64, detail: Detail) -> AuditEntry {
    AuditEntry { action, organization: None, subjects: Vec::new(), count, batch: None, detail }
}

/// The entry for a change of these users.
pub(super) fn entry(
    action: Action,
    organization: &Organization,
    subjects: Vec<Subject>,
    detail: Detail,
) -> AuditEntry {
    AuditEntry {
        action,
        organization: Some((organization.id, organization.slug.clone())),
        count: subjects.len() as u64,
        subjects,
        batch: None,
        detail,
    }
}

/// A user as the audit names one.
pub(super) fn subject(user: &User) -> Subject {
    Subject { user: user.id, reference: user.reference().to_string() }
}

/// A user who must be there.
pub(super) fn get_user(tx: &ReadTx<'_>, session: &Session, user: &UserRef) -> Result<User, Error> {
    get_one_of(tx, session, user, &mut Suggestions::default())
}

/// A user who must be there, and to whom whoever acts may do this.
pub(super) fn get_user_to_change(
    tx: &ReadTx<'_>,
    session: &Session,
    named: &UserRef,
) -> Result<User, Error> {
    let user = get_user(tx, session, named)?;
    session.check_user(tx, &user, named)?;
    Ok(user)
}

/// A user who must be there, as one of the users of a command.
fn get_one_of(
    tx: &ReadTx<'_>,
    session: &Session,
    user: &UserRef,
    suggestions: &mut Suggestions,
) -> Result<User, Error> {
    let organization = &session.organization;
    match tx.find_user(organization.id, user)? {
        Some(found) => Ok(found),
        None => Err(Error::UnknownUser {
            user: user.clone(),
            organization: organization.slug.to_string(),
            // Who else is there is told to those alone who may see everybody.
            nearest: match session.sees_everything() {
                true => suggestions.next(|| nearest_users(tx, organization, user))?,
                false => Vec::new(),
            },
        }),
    }
}

/// How many unknown names of one command are compared with those that are known.
pub(super) const SUGGESTIONS: usize = 20;

/// What is left of the names that one command makes suggestions for. Each costs a search of up to
/// milliseconds while nobody else can write, and a file may hold a hundred thousand unknown names.
struct Suggestions {
    left: usize,
}

impl Default for Suggestions {
    fn default() -> Self {
        Self { left: SUGGESTIONS }
    }
}

impl Suggestions {
    /// What the search finds, or nothing where the command had its share.
    fn next(
        &mut self,
        search: impl FnOnce() -> Result<Vec<String>, Error>,
    ) -> Result<Vec<String>, Error> {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                search()
            }
            None => Ok(Vec::new()),
        }
    }
}

/// Most people that are compared with a misspelt address.
const CANDIDATES: u32 = 1000;
/// How many letters of a misspelt address must be right for it to be recognised, where there are more
/// than [`CANDIDATES`] people to compare it with.
const SURE_LETTERS: usize = 2;

fn nearest_users(
    tx: &ReadTx<'_>,
    organization: &Organization,
    user: &UserRef,
) -> Result<Vec<String>, Error> {
    let UserRef::Email(email) = user else { return Ok(Vec::new()) };
    // An address is ASCII, so any length is a boundary.
    let address = email.as_normal();
    let local = address.split('@').next().unwrap_or_default();
    let few = tx.count_users(organization.id, &Status::ALL)? <= u64::from(CANDIDATES);
    let sure = if few { 0 } else { SURE_LETTERS.min(local.len()) };
    let mut known = tx.emails_from(organization.id, &address[..sure], CANDIDATES)?;
    known.extend(tx.emails_from(organization.id, local, CANDIDATES)?);
    known.sort();
    known.dedup();
    let known = known.iter().map(String::as_str);
    Ok(near_names(address, known))
}
