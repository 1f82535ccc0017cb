//! Which way a list of users is read: along an index from one end to the other, or from the places where
//! people stand who may be meant. The counters tell how many that are, and so what each way costs.

use super::codec;
use super::error::StoreError;
use super::search_index::Reading;
use super::transaction::ReadTx;
use crate::domain::filter::{LinkFilter, Page, TeamFilter, UserFilter, UserSort};
use crate::domain::id::{OrganizationId, TeamId};
use crate::domain::status::Status;

/// To fetch one user by number, and to sort who was fetched, costs as much as to pass by so many on the way
/// along an index (measured with 1,000,000 users).
const FETCHED: u64 = 3;

/// How a list is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Along an index, everybody who is passed being looked at.
    Walk,
    /// From the places where users stand who may be meant; they are sorted afterwards.
    Places,
    /// From those whom the search index names: their numbers as JSON.
    Named(String),
}

impl Way {
    /// What stands before the users in the statement.
    pub(super) const fn from(&self) -> &'static str {
        match self {
            Self::Walk | Self::Named(_) => "",
            Self::Places => FROM_PLACES,
        }
    }
}

/// A way, and what it costs.
pub(super) struct Route {
    pub(super) way: Way,
    /// How many users may be read without being shown: see [`super::listing::UserQuery::sifted`].
    pub(super) sifted: Option<u64>,
}

/// How many users a list may have to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reach {
    /// Who stands where the filter asks for.
    pub(super) standing: u64,
    /// Everybody in the organization.
    pub(super) everybody: u64,
}

impl Reach {
    /// The cheaper way to a page.
    pub(super) fn way(self, filter: &UserFilter, page: &Page) -> Way {
        let walked = match page.limit {
            Some(limit) if !sorts(page) && !sifts(filter) => {
                // As many are passed by between two who are meant as there are others.
                let between = self.everybody / self.standing.max(1);
                u64::from(limit).saturating_mul(between.max(1)).min(self.everybody)
            }
            _ => self.everybody,
        };
        if self.standing.saturating_mul(FETCHED) < walked { Way::Places } else { Way::Walk }
    }

    /// How many users meet the filter, where nothing but places is asked for.
    pub(super) fn count(self, filter: &UserFilter) -> Option<u64> {
        (!sifts(filter)).then_some(self.standing)
    }
}

/// Whether everybody is read before the first row is known: names are in no index.
const fn sorts(page: &Page) -> bool {
    matches!(page.sort, UserSort::Name)
}

/// Whether the filter asks for more than where people stand.
pub(super) const fn sifts(filter: &UserFilter) -> bool {
    filter.link.is_some()
        || filter.login.is_some()
        || filter.batch.is_some()
        || filter.search.is_some()
}

impl ReadTx<'_> {
    /// The way to a page: what the search index names, or else what costs less.
    pub(super) fn route(
        &self,
        organization: OrganizationId,
        filter: &UserFilter,
        page: &Page,
    ) -> Result<Route, StoreError> {
        if let Some(numbers) = self.find_candidates(organization, filter, Reading::of(page))? {
            return Ok(Route { way: Way::Named(numbers), sifted: None });
        }
        let reach = self.reach(organization, filter)?;
        let way = reach.way(filter, page);
        let sifted = (sorts(page) || sifts(filter)).then_some(match way {
            Way::Places => reach.standing,
            Way::Walk | Way::Named(_) => reach.everybody,
        });
        Ok(Route { way, sifted })
    }

    /// How far a list reaches, by the counters.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn reach(
        &self,
        organization: OrganizationId,
        filter: &UserFilter,
    ) -> Result<Reach, StoreError> {
        let mut reach = Reach { standing: 0, everybody: 0 };
        for (seat, users) in self.seats(organization)? {
            reach.everybody += users;
            let meant = (filter.statuses.is_empty() || filter.statuses.contains(&seat.status))
                && filter.role.is_none_or(|role| role == seat.role)
                && match filter.team {
                    Some(TeamFilter::In(team)) => seat.team == Some(team),
                    Some(TeamFilter::WithoutTeam) => seat.team.is_none(),
                    None => true,
                }
                && filter.access.is_none_or(|access| access == seat.access)
                && (filter.link != Some(LinkFilter::NotSent) || seat.status == Status::Invited);
            if meant {
                reach.standing += users;
            }
        }
        Ok(reach)
    }
}

/// What leads from the counters over the places to the users: those of a filter, and each of them once.
const FROM_PLACES: &str = "counters c CROSS JOIN places p CROSS JOIN ";

/// The conditions for [`FROM_PLACES`]; the first parameter is the organization.
pub(super) fn conditions(filter: &UserFilter) -> Vec<String> {
    let mut conditions = vec![
        "c.organization_id = ?".to_owned(),
        "c.users > 0".to_owned(),
        "p.team_id = c.team_id AND p.role_id = c.role_id AND p.status = c.status".to_owned(),
        "u.id = p.user_id".to_owned(),
        // Users with and without a login may stand at one place, and are counted apart.
        "(u.email IS NULL) = c.login_less".to_owned(),
    ];
    conditions.extend(codec::one_of("c.status", &filter.statuses));
    conditions.extend(filter.role.map(|role| format!("c.role_id = {}", role.get())));
    conditions.extend(filter.team.map(|team| match team {
        TeamFilter::In(team) => format!("c.team_id = {}", TeamId::get(team)),
        TeamFilter::WithoutTeam => "c.team_id = 0".to_owned(),
    }));
    conditions
}

#[cfg(test)]
mod tests;
