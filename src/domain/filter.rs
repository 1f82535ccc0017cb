//! Which users a list shows, in which order, and which page of them.

use super::id::{BatchId, RoleId, TeamId, UserId};
use super::status::Status;
use super::text;
use super::time::Timestamp;
use super::user::PortalAccess;

/// A text to look for in names and addresses: any part, any case; every character is literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchText(String);

impl SearchText {
    /// Takes what a person typed.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        Self(text::fold(typed.trim()))
    }

    /// The text as it is compared.
    #[must_use]
    pub fn folded(&self) -> &str {
        &self.0
    }
}

/// Which team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamFilter {
    /// This one.
    In(TeamId),
    /// None: users without a team.
    WithoutTeam,
}

/// Which last logins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginFilter {
    /// Who never logged in.
    Never,
    /// Who has not logged in since this moment, those who never did among them.
    NotSince(Timestamp),
}

/// Which links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkFilter {
    /// Invited, and no link was made yet: pending (rule 9).
    NotSent,
}

/// What a user must meet to be listed; everything that is `None` is not asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserFilter {
    /// One of these statuses.
    pub statuses: Vec<Status>,
    /// This role.
    pub role: Option<RoleId>,
    /// This team, or none.
    pub team: Option<TeamFilter>,
    /// Pending only.
    pub link: Option<LinkFilter>,
    /// By last login.
    pub login: Option<LoginFilter>,
    /// With a login, or without.
    pub access: Option<PortalAccess>,
    /// Made by this import.
    pub batch: Option<BatchId>,
    /// Name or address holds this.
    pub search: Option<SearchText>,
}

impl UserFilter {
    /// Everybody with one of these statuses.
    #[must_use]
    pub fn with_statuses(statuses: &[Status]) -> Self {
        Self {
            statuses: statuses.to_vec(),
            role: None,
            team: None,
            link: None,
            login: None,
            access: None,
            batch: None,
            search: None,
        }
    }
}

/// What a list is sorted by. Ties are broken by number, so that every page has one place to start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserSort {
    /// The address's normal form.
    Email,
    /// The name, without regard to case.
    Name,
    /// The order in which users were made.
    Created,
    /// The last login; who never logged in comes first.
    LastLogin,
}

/// Which way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// One page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// What it is sorted by.
    pub sort: UserSort,
    /// Which way round.
    pub direction: Direction,
    /// Starts behind this user; at the beginning where `None`.
    pub after: Option<UserId>,
    /// Ends after so many; at the end where `None`.
    pub limit: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_text_is_compared_without_case_and_blanks_around_it() {
        assert_eq!(SearchText::new("  MAR\u{cd}A \n"), SearchText::new("mari\u{301}a"));
        assert_eq!(SearchText::new("100% _?*").folded(), "100% _?*");
        assert_eq!(SearchText::new(" \t").folded(), "");
    }

    #[test]
    fn a_filter_by_status_asks_nothing_else() {
        let filter = UserFilter::with_statuses(&Status::INACTIVE);
        assert_eq!(filter.statuses, Status::INACTIVE);
        assert_eq!(UserFilter { statuses: Vec::new(), ..filter }, UserFilter::with_statuses(&[]));
    }
}
