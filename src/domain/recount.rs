//! What is checked of a store, and what was found: whether the file is whole, whether its rows are what admit
//! wrote and go together, and whether what is kept beside them as a number or a copy agrees with them.
//! Counting is the store's.

use std::fmt;

use super::checksum::Checksum;
use super::id::InviteId;
use super::invite::InviteState;
use super::organization::Slug;
use super::role::RoleName;
use super::status::Status;
use super::team::TeamName;
use super::time::Timestamp;
use super::user::PortalAccess;
use super::user_ref::UserRef;

/// Something that can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Whether others may read or write the file.
    File,
    /// Whether the file is whole, as SQLite sees it.
    Integrity,
    /// Whether whatever a row refers to is there.
    ForeignKeys,
    /// Whether tables, indexes and triggers are admit's.
    Schema,
    /// Whether rows that grant power are what admit wrote.
    Checksums,
    /// Whether what goes together is of one organization.
    Belonging,
    /// Whether open invites are of people who wait for them.
    Statuses,
    /// Whether agent IDs are with people who may hold them.
    Holders,
    /// Whether every organization has somebody who can manage it.
    Managers,
    /// Whether the audit is whole.
    Audit,
    /// How many users stand where.
    Users,
    /// How many agents somebody holds, and nobody.
    Agents,
    /// How many invites are open until which day, and closed in which way.
    Invites,
    /// Who stands where.
    Places,
    /// Who is in the search index.
    SearchIndex,
    /// Which invite is a user's newest.
    NewestInvite,
    /// Which numbers were never given.
    Sequences,
}

impl Check {
    /// All of them, in the order in which they are made.
    pub const ALL: [Self; 17] = [
        Self::File,
        Self::Integrity,
        Self::ForeignKeys,
        Self::Schema,
        Self::Checksums,
        Self::Belonging,
        Self::Statuses,
        Self::Holders,
        Self::Managers,
        Self::Audit,
        Self::Users,
        Self::Agents,
        Self::Invites,
        Self::Places,
        Self::SearchIndex,
        Self::NewestInvite,
        Self::Sequences,
    ];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Integrity => "integrity",
            Self::ForeignKeys => "foreign-keys",
            Self::Schema => "schema",
            Self::Checksums => "checksums",
            Self::Belonging => "belonging",
            Self::Statuses => "statuses",
            Self::Holders => "holders",
            Self::Managers => "managers",
            Self::Audit => "audit",
            Self::Users => "users",
            Self::Agents => "agents",
            Self::Invites => "invites",
            Self::Places => "places",
            Self::SearchIndex => "search-index",
            Self::NewestInvite => "newest-invite",
            Self::Sequences => "sequences",
        }
    }

    /// Whether what it checks can be worked out anew from what else there is.
    #[must_use]
    pub const fn remedy(self) -> Remedy {
        match self {
            Self::Integrity
            | Self::Users
            | Self::Agents
            | Self::Invites
            | Self::Places
            | Self::SearchIndex
            | Self::NewestInvite
            | Self::Sequences => Remedy::Recount,
            _ => Remedy::None,
        }
    }
}

/// What can be done where a check finds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// To work it out anew: nothing is lost by it.
    Recount,
    /// Nothing that admit could know by itself.
    None,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recount {
    /// What was checked.
    pub check: Check,
    /// What came out.
    pub finding: Finding,
}

impl Recount {
    /// How many numbers or rows are otherwise than they should be.
    #[must_use]
    pub fn differing(&self) -> u64 {
        match &self.finding {
            Finding::Absent | Finding::Outdated | Finding::Mended(_) => 0,
            Finding::Counted(comparison) => comparison.differing,
            Finding::Unreadable(_) => 1,
        }
    }
}

/// What came out of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// There is nothing to check.
    Absent,
    /// It is there and not used.
    Outdated,
    /// It was counted.
    Counted(Comparison),
    /// It was otherwise, and was worked out anew.
    Mended(Comparison),
    /// What there is cannot be read.
    Unreadable(String),
}

/// What is kept beside what there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// How many things there are.
    pub counted: u64,
    /// How many numbers or rows are otherwise than they should be.
    pub differing: u64,
    /// The first few of them; where none differs, what is worth to be known all the same.
    pub first: Vec<Difference>,
}

/// Rows that grant power and are not what admit wrote, as they stand at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlteredRows {
    /// How many there are.
    pub count: u64,
    /// The first of them, up to [`AlteredRows::NAMED`].
    pub first: Vec<Difference>,
    /// What tells these rows, with all that stands in them, from others.
    pub digest: Checksum,
}

impl AlteredRows {
    /// How many are named at most.
    pub const NAMED: usize = 1000;
}

/// Something that is kept otherwise than it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where; nowhere for what is said of nobody.
    pub organization: Option<Known<Slug>>,
    /// What.
    pub mismatch: Mismatch,
}

/// How something is otherwise than it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// What is the matter, of the file or of a row that is known by what stands in it.
    Told(String),
    /// As another number.
    Number {
        /// Of what.
        of: Counted,
        /// The number that is kept.
        kept: u64,
        /// The number that there are.
        counted: u64,
    },
    /// Of this user, or of this number that is no user's.
    User {
        /// Whose.
        user: UserRef,
        /// What is wrong.
        fault: Fault,
    },
}

/// What a number is kept of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Users at a place.
    Users(Spot, PortalAccess),
    /// Agents that nobody holds.
    FreeAgents,
    /// Agents that somebody holds.
    HeldAgents,
    /// Open invites that end on the day of this moment.
    OpenInvites(Timestamp),
    /// Invites that were closed in this way.
    ClosedInvites(InviteState),
    /// What admit does not know: a kind of number, and which of its kind.
    Unknown(i64, i64),
}

/// A place where users stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The status.
    pub status: Known<Status>,
    /// The role.
    pub role: Known<RoleName>,
    /// The team, if any.
    pub team: Option<Known<TeamName>>,
}

/// What is wrong with what is kept of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// They stand there, and are not listed there.
    Unlisted(Spot),
    /// They are listed there, and do not stand there.
    Listed(Spot),
    /// They are not in the search index.
    NotIndexed,
    /// They are in the search index, and are nobody.
    Indexed,
    /// They have an open link, and do not wait for it.
    OpenLink,
    /// They have several open links.
    OpenLinks,
    /// They hold this agent, and may not.
    Holds(String),
    /// Another invite is kept as their newest.
    NewestInvite {
        /// The one that is kept.
        kept: Option<InviteId>,
        /// The one that is.
        newest: Option<InviteId>,
    },
}

/// What a number in the store stands for; the bare number where nothing has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// It stands for this.
    As(T),
    /// It stands for nothing.
    Nothing(i64),
}

impl<T: fmt::Display> Known<T> {
    /// What it is called; where it is nothing, what it should be, and its number.
    fn told(&self, noun: &str) -> String {
        match self {
            Self::As(thing) => thing.to_string(),
            Self::Nothing(number) => format!("unknown {noun} #{number}"),
        }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let team = self.team.as_ref().map_or("no team".to_owned(), |team| team.told("team"));
        write!(f, "{}, {}, {team}", self.status.told("status"), self.role.told("role"))
    }
}

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Users(spot, PortalAccess::Granted) => spot.fmt(f),
            Self::Users(spot, PortalAccess::None) => write!(f, "{spot}, without a login"),
            Self::FreeAgents => f.write_str("agents without a user"),
            Self::HeldAgents => f.write_str("agents with a user"),
            Self::OpenInvites(day) => write!(f, "invites open until {}", day.date_naive()),
            Self::ClosedInvites(state) => write!(f, "{state} invites"),
            Self::Unknown(kind, which) => write!(f, "unknown number {kind}/{which}"),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(organization) = &self.organization {
            write!(f, "{}: ", organization.told("organization"))?;
        }
        let (user, fault) = match &self.mismatch {
            Mismatch::Told(text) => return f.write_str(text),
            Mismatch::Number { of, kept, counted } => {
                return write!(f, "{of}: kept {kept}, counted {counted}");
            }
            Mismatch::User { user, fault } => (user, fault),
        };
        let is = if self.organization.is_some() { "stands elsewhere" } else { "is nobody" };
        match fault {
            Fault::Unlisted(spot) => write!(f, "{user} is not listed where they stand: {spot}"),
            Fault::Listed(spot) => write!(f, "{user} is listed at a place and {is}: {spot}"),
            Fault::NotIndexed => write!(f, "{user} is not in the search index"),
            Fault::Indexed => write!(f, "{user} is in the search index and is nobody"),
            Fault::OpenLink => write!(f, "{user} has an open link and does not wait for it"),
            Fault::OpenLinks => write!(f, "{user} has more than one open link"),
            Fault::Holds(agent) => write!(f, "{user} holds {agent} and may not"),
            Fault::NewestInvite { kept, newest } => {
                let invite = |invite: &Option<InviteId>| {
                    invite.map_or("none".to_owned(), |invite| invite.to_string())
                };
                let (kept, newest) = (invite(kept), invite(newest));
                write!(f, "{user}: kept {kept}, found {newest}")
            }
        }
    }
}
