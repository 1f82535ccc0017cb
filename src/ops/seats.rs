//! Seats: how many active and invited users with a login an organization's plan allows (rule 5). Asked in
//! the transaction that takes them.

use super::error::{Error, Seekers};
use crate::domain::organization::Organization;
use crate::store::WriteTx;

/// The seats that are left while a command runs.
#[derive(Debug)]
pub(super) struct Seats {
    organization: Organization,
    /// `None` where there is no limit.
    left: Option<u64>,
}

impl Seats {
    /// Counts them.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn of(tx: &WriteTx<'_>, organization: &Organization) -> Result<Self, Error> {
        let taken = match organization.seat_limit {
            Some(_) => tx.count_taken_seats(organization.id)?,
            None => 0,
        };
        Ok(Self::with(organization, taken))
    }

    /// The seats that are left where so many are taken.
    pub(super) fn with(organization: &Organization, taken: u64) -> Self {
        let limit = organization.seat_limit.map(|limit| u64::from(limit.get()));
        let left = limit.map(|limit| limit.saturating_sub(taken));
        Self { organization: organization.clone(), left }
    }

    /// Takes one for everybody who seeks one, or none.
    ///
    /// # Errors
    /// [`Error::NoSeats`].
    pub(super) fn take(&mut self, seekers: Seekers) -> Result<(), Error> {
        let Some(left) = self.left else { return Ok(()) };
        let wanted = match seekers {
            Seekers::User(_) => 1,
            Seekers::People(many) => many,
        };
        match left.checked_sub(wanted) {
            Some(rest) => {
                self.left = Some(rest);
                Ok(())
            }
            None => Err(Error::NoSeats {
                organization: self.organization.slug.clone(),
                limit: self.organization.seat_limit.map_or(0, std::num::NonZeroU32::get),
                left,
                seekers,
            }),
        }
    }
}
