//! Bulk import: what would become of every row (`plan`), and doing it in one transaction (`apply`).
//! Reading files is `files`' work, asking and showing `cli`'s.

mod apply;
mod holdings;
mod lookups;
mod plan;
mod wishes;

pub use crate::store::{RowSorter, RowsError, SortedRows};
pub use apply::apply;
pub(super) use lookups::sentence;
pub use plan::plan;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::agent::Agent;
use crate::domain::email::EmailAddress;
use crate::domain::id::{BatchId, DeliveryId, RoleId, TeamId};
use crate::domain::import::RejectedRow;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::permission::PermissionName;
use crate::domain::role::RoleName;
use crate::domain::team::TeamName;
use crate::domain::template::Delivery;
use crate::domain::user::Standing;
use crate::domain::user_ref::UserRef;
use crate::ops::access::Session;
use crate::ops::delivery::Outlet;
use crate::ops::error::{Error, Seekers};
use crate::ops::holdings::Catalog;
use crate::ops::invites::SentLink;
use crate::ops::seats::Seats;
use crate::ops::{Context, access};
use crate::store::{ReadTx, Store};
use wishes::Wishes;

/// What to import, and how.
#[derive(Debug)]
pub struct ImportRequest {
    /// The good rows of the file.
    pub rows: SortedRows,
    /// The file's name, for the record.
    pub source: String,
    /// The role of rows that name none; the organization's default where `None`.
    pub role: Option<RoleName>,
    /// The team of rows that name none.
    pub team: Option<TeamName>,
    /// What to do with who is there already (rule 36).
    pub on_existing: OnExisting,
    /// What to do with teams that are not there.
    pub on_unknown_team: OnUnknownTeam,
    /// Whether the links are made with the import (rule 34); who is imported is pending otherwise.
    pub delivery: Delivery,
    /// How links leave.
    pub outlet: Outlet,
}

/// What to do with who is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnExisting {
    /// Skip and count.
    Skip,
    /// Give the name, role and team of the row, and the modules and sub-accounts where it names any.
    Update,
}

/// What to do with teams that are not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnUnknownTeam {
    /// The row is bad.
    Refuse,
    /// Make the team.
    Create,
}

/// What would become of the rows. Made by [`plan()`].
#[derive(Debug)]
pub struct ImportPlan {
    /// Where.
    pub organization: Organization,
    /// How many rows end how.
    pub totals: Totals,
    /// Rows that name somebody whom an earlier line names.
    pub repeated: Vec<Repeated>,
    /// Rows that do not fit the store, by line.
    pub rejected: Vec<RejectedRow>,
    /// How many of them ask for what whoever acts may not do.
    pub forbidden: u64,
    /// Teams to be made.
    pub new_teams: Vec<TeamName>,
    /// The newest audit entry when it was made: the plan holds as long as there is no newer one.
    basis: u64,
    /// How many seats are taken, where the customer's plan limits them.
    seats_taken: u64,
    /// What becomes of each row, in their order.
    fates: Vec<Fate>,
    /// What those get whose rows say more than their words, in their order.
    changes: Vec<Change>,
    wishes: Wishes,
    agents: BTreeMap<usize, Vec<Agent>>,
    catalog: Catalog,
}

impl ImportPlan {
    /// Whether there are seats for everybody it brings (rule 5). Asked once the bad rows are told;
    /// importing asks again.
    ///
    /// # Errors
    /// [`Error::NoSeats`].
    pub fn check_seats(&self) -> Result<(), Error> {
        let seekers = Seekers::People(self.totals.seats());
        Seats::with(&self.organization, self.seats_taken).take(seekers)
    }

    /// How many rows it cannot use that an earlier plan of the same file could.
    #[must_use]
    pub fn newly_rejected(&self, earlier: &Self) -> usize {
        newly_rejected(&self.rejected, &earlier.rejected)
    }
}

/// How many rows are rejected that were not before.
pub(in crate::ops) fn newly_rejected(rejected: &[RejectedRow], before: &[RejectedRow]) -> usize {
    let before: BTreeSet<u64> = before.iter().map(|row| row.line).collect();
    rejected.iter().filter(|row| !before.contains(&row.line)).count()
}

/// A row that names somebody again. The first line wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// Where.
    pub line: u64,
    /// Where first.
    pub first: u64,
    /// Who.
    pub email: EmailAddress,
}

/// How many rows end how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// New people.
    pub invited: u64,
    /// People who were cancelled or had declined, and are invited again (rule 7).
    pub invited_again: u64,
    /// People who were there and were updated.
    pub updated: u64,
    /// Agent IDs that updated people lose, since their new role holds none (rule 29).
    pub released: u64,
    /// Links of updated people that end, since they were made for another role.
    pub ended_links: u64,
    /// People who were there and stay as they are.
    pub existing: u64,
    /// People who were deactivated and stay so.
    pub deactivated: u64,
    /// People who are invited and see no module until some are granted (S2).
    pub without_modules: u64,
    /// Rows that name somebody again.
    pub repeated: u64,
    /// Rows that do not fit the store.
    pub rejected: u64,
}

impl Totals {
    /// How many rows change something.
    #[must_use]
    pub const fn changes(&self) -> u64 {
        self.invited + self.invited_again + self.updated
    }

    /// How many seats they take (rule 5).
    #[must_use]
    pub const fn seats(&self) -> u64 {
        self.invited + self.invited_again
    }

    /// How many rows stand: they change something, or say what is so already.
    #[must_use]
    pub const fn good(&self) -> u64 {
        self.changes() + self.existing + self.deactivated
    }
}

/// What an import did.
#[derive(Debug)]
pub struct ImportOutcome {
    /// How many rows ended how.
    pub totals: Totals,
    /// Its number; none where nothing changed.
    pub batch: Option<BatchId>,
    /// The links, where they were made with it; by address.
    pub links: Vec<(UserRef, SentLink)>,
    /// The deliveries, where they were queued with it.
    pub queued: Vec<DeliveryId>,
}

impl ImportOutcome {
    /// One in which nothing changed.
    #[must_use]
    pub const fn of(totals: Totals) -> Self {
        Self { totals, batch: None, links: Vec::new(), queued: Vec::new() }
    }
}

/// What becomes of one row: a byte, since there may be a hundred million of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Nothing: it repeats somebody, cannot be used, or says what is so already.
    Pass,
    /// Somebody new, with the role and team that its words stand for.
    Invite,
    /// Somebody new, with what is planned.
    InviteAsPlanned,
    /// Somebody who was cancelled or declined.
    InviteAgain,
    /// Somebody who is there and changes.
    Update,
}

/// Role and team of somebody whose row took a longer look.
#[derive(Clone, Copy, Debug)]
struct Change {
    role: RoleId,
    team: Team,
}

/// The team of a row: known, or the n-th of those to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Team {
    None,
    Known(TeamId),
    New(usize),
}

/// The lines of a file that claim one agent.
type Claims = BTreeSet<u64>;

/// Makes sure that whoever acts may do what the import does beside inviting, before it is planned.
///
/// # Errors
/// [`Error::Forbidden`]; it is in the audit then.
pub fn check_rights(
    store: &mut Store,
    context: &Context,
    request: &ImportRequest,
) -> Result<(), Error> {
    access::look(store, context, Operation::Import, |tx, session| {
        check_manager(tx, session, request.on_existing, request.on_unknown_team)
    })
}

/// Updating people and making teams is managing.
pub(in crate::ops) fn check_manager(
    tx: &ReadTx<'_>,
    session: &Session,
    on_existing: OnExisting,
    on_unknown_team: OnUnknownTeam,
) -> Result<(), Error> {
    match (on_existing, on_unknown_team) {
        (OnExisting::Skip, OnUnknownTeam::Refuse) => Ok(()),
        _ => session.require(tx, PermissionName::MANAGE_USERS),
    }
}

/// Keeps in the audit that an import asked for what whoever acts may not do.
///
/// # Errors
/// When the store fails.
pub fn note_refusals(store: &mut Store, context: &Context, plan: &ImportPlan) -> Result<(), Error> {
    access::note_many(store, context, Operation::Import, plan.forbidden)
}

/// Counts somebody who is there already and stays.
fn count_existing(totals: &mut Totals, standing: Standing) {
    match standing {
        Standing::Status(crate::domain::status::Status::Deactivated) => totals.deactivated += 1,
        _ => totals.existing += 1,
    }
}
