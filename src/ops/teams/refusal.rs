//! Why something about a team is refused, in words, and what to do about it.

use crate::domain::status::Verb;
use crate::domain::team::TeamName;
use crate::domain::user::Standing;
use crate::domain::user_ref::UserRef;
use crate::ops::shell_word;

/// Why something about a team is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TeamRefusal {
    /// The user is there already.
    #[error("{user} is {} already", place(team.as_ref()))]
    SameTeam {
        /// Who.
        user: UserRef,
        /// The team; `None` is none.
        team: Option<TeamName>,
    },
    /// The user leads it already.
    #[error("{user} leads the team {team} already")]
    LeadsAlready {
        /// Who.
        user: UserRef,
        /// The team.
        team: TeamName,
    },
    /// The user does not lead it.
    #[error("{user} does not lead the team {team}")]
    LeadsNot {
        /// Who.
        user: UserRef,
        /// The team.
        team: TeamName,
    },
    /// The user cannot lead.
    #[error("{user} {unfit}; a team is led by active and invited people with a login")]
    CannotLead {
        /// Who.
        user: UserRef,
        /// Why not.
        unfit: Unfit,
    },
    /// One command wants both.
    #[error("{0} cannot be added and removed at once")]
    BothWays(UserRef),
}

/// Why somebody cannot lead a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Is not in, nor on the way in.
    #[error("is {standing}")]
    Standing {
        /// How the user stands.
        standing: Standing,
        /// What would change that.
        instead: Option<Verb>,
    },
    /// Has no login.
    #[error("has no login")]
    LoginLess,
}

impl TeamRefusal {
    /// What to do about it, where there is something.
    pub(in crate::ops) fn hint(&self) -> Option<String> {
        match self {
            Self::CannotLead { user, unfit: Unfit::Standing { instead: Some(verb), .. } } => {
                Some(format!("first: admit {verb} {}", shell_word(&user.to_string())))
            }
            Self::LeadsNot { team, .. } => {
                let team = shell_word(team.as_str());
                Some(format!("who leads it: admit team leaders {team}"))
            }
            _ => None,
        }
    }
}

fn place(team: Option<&TeamName>) -> String {
    match team {
        Some(team) => format!("in the team {team}"),
        None => "in no team".to_owned(),
    }
}
