//! Refusals: one variant each, with its sentence, its kind and, where there is a way out, the command
//! to type. Exit codes are `cli::exit`'s.

use crate::domain::agent::{AgentKey, AgentRef};
use crate::domain::role::RoleName;
use crate::domain::status::Verb;
use crate::domain::team::TeamName;
use crate::domain::token::EntropyError;
use crate::domain::user::WrongVerb;
use crate::domain::user_ref::UserRef;
use crate::store::StoreError;

/// What sort of thing an error is; the table of exit codes starts from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A rule says no.
    Refused,
    /// There is no such thing.
    Unknown,
    /// The input is bad; nothing was written.
    BadInput,
    /// The input cannot be opened.
    NoInput,
    /// The store or the output cannot be made.
    CannotCreate,
    /// Reading or writing failed.
    Failed,
    /// Somebody else is writing.
    Busy,
    /// A setting or template is wrong, or the file is no store of ours.
    Setting,
    /// The change may or may not have been kept.
    OutcomeUnknown,
    /// The person stopped it; nothing was written.
    Interrupted,
    /// A bug.
    Bug,
}

/// Whether somebody is a user already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Yes.
    There,
    /// Is only being invited.
    Arriving,
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such user.
    #[error("no user {user} in {organization}")]
    UnknownUser {
        /// Who was asked for.
        user: UserRef,
        /// Where.
        organization: String,
        /// Who may have been meant.
        nearest: Vec<String>,
    },
    /// No such role.
    #[error("no role {role} in {organization}")]
    UnknownRole {
        /// What was asked for.
        role: RoleName,
        /// Where.
        organization: String,
        /// The nearest roles.
        nearest: Vec<String>,
        /// All of them.
        known: Vec<String>,
    },
    /// No such team.
    #[error("no team {team} in {organization}")]
    UnknownTeam {
        /// What was asked for.
        team: TeamName,
        /// Where.
        organization: String,
        /// The nearest teams.
        nearest: Vec<String>,
    },
    /// No such agent.
    #[error("no agent {agent} in {organization}")]
    UnknownAgent {
        /// What was asked for.
        agent: AgentRef,
        /// Where.
        organization: String,
        /// The nearest agents.
        nearest: Vec<String>,
    },
    /// Several sources have an agent of this ID.
    #[error("agent ID {agent} is in several sources: {}", list(candidates))]
    AmbiguousAgent {
        /// What was asked for.
        agent: AgentRef,
        /// What it may be.
        candidates: Vec<AgentKey>,
    },
    /// The verb does not fit the status (rule 15).
    #[error("{user} is {}, so {} does not apply", wrong.standing, wrong.verb)]
    WrongVerb {
        /// Who.
        user: UserRef,
        /// What does not fit, and what does.
        wrong: WrongVerb,
    },
    /// Who is invited is there already (rule 6).
    #[error("{user} is {} already", wrong.standing)]
    AlreadyThere {
        /// Who.
        user: UserRef,
        /// How the user stands, and the verb for that.
        wrong: WrongVerb,
    },
    /// The role may not hold agent IDs (rule 23).
    #[error("{user} has the role {role}, which holds no agent IDs")]
    RoleHoldsNoAgents {
        /// Who.
        user: UserRef,
        /// The role.
        role: RoleName,
        /// The roles that may.
        fitting: Vec<RoleName>,
        /// Whether that is a user yet.
        presence: Presence,
    },
    /// Somebody else has the agent ID (rule 24).
    #[error("agent {agent} belongs to {holder}")]
    AgentTaken {
        /// The agent.
        agent: AgentKey,
        /// Who has it.
        holder: UserRef,
        /// Who was to have it.
        wanted_by: UserRef,
        /// Whether that is a user yet.
        presence: Presence,
    },
    /// The user does not have the agent ID.
    #[error("{user} does not hold agent {agent}")]
    AgentNotHeld {
        /// The agent.
        agent: AgentKey,
        /// Who does not have it.
        user: UserRef,
        /// What the user does have.
        held: Vec<AgentKey>,
    },
    /// The team is there already.
    #[error("there is a team {0} already")]
    TeamExists(TeamName),
    /// The user has this role already.
    #[error("{user} has the role {role} already")]
    SameRole {
        /// Who.
        user: UserRef,
        /// The role.
        role: RoleName,
    },
    /// Rows of an import are bad, and nothing was imported.
    #[error("the store changed while the import was planned, and {0} rows no longer fit")]
    PlanOutdated(usize),
    /// The person stopped it.
    #[error("interrupted; nothing was changed")]
    Interrupted,
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Error {
    /// What sort of thing it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::UnknownUser { .. }
            | Self::UnknownRole { .. }
            | Self::UnknownTeam { .. }
            | Self::UnknownAgent { .. } => Kind::Unknown,
            Self::AmbiguousAgent { .. }
            | Self::WrongVerb { .. }
            | Self::AlreadyThere { .. }
            | Self::RoleHoldsNoAgents { .. }
            | Self::AgentTaken { .. }
            | Self::AgentNotHeld { .. }
            | Self::TeamExists(_)
            | Self::SameRole { .. } => Kind::Refused,
            Self::PlanOutdated(_) => Kind::BadInput,
            Self::Interrupted => Kind::Interrupted,
            Self::Entropy(_) => Kind::Failed,
            Self::Store(error) => store_kind(error),
        }
    }

    /// Whether it concerns one user only, so that others in the same command may go on.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        matches!(self.kind(), Kind::Refused | Kind::Unknown)
    }

    /// What to do about it, where there is something: a command to type, or what is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownUser { nearest, .. }
            | Self::UnknownRole { nearest, .. }
            | Self::UnknownTeam { nearest, .. }
            | Self::UnknownAgent { nearest, .. }
                if !nearest.is_empty() =>
            {
                Some(format!("did you mean {}?", or_list(nearest)))
            }
            Self::UnknownRole { known, .. } => Some(format!("known roles: {}", list(known))),
            Self::UnknownUser { .. } => Some("find people: admit list --search TEXT".to_owned()),
            Self::UnknownTeam { team, .. } => {
                Some(format!("make it: admit team create {}", shell_word(team.as_str())))
            }
            Self::UnknownAgent { agent, .. } => Some(format!(
                "agents come from interaction data: admit agent import FILE, or admit agent add {}",
                agent.key().map_or_else(|| format!("SOURCE:{}", word(agent)), word)
            )),
            Self::AmbiguousAgent { candidates, .. } => {
                candidates.first().map(|key| format!("name the source: {key}"))
            }
            Self::WrongVerb { user, wrong } | Self::AlreadyThere { user, wrong } => {
                wrong.instead.map(|verb| instead(verb, user))
            }
            Self::RoleHoldsNoAgents { user, fitting, presence, .. } => {
                fitting.first().map(|role| match presence {
                    Presence::There => format!("admit set-role {} --role {role}", word(user)),
                    Presence::Arriving => format!("the role that does: --role {role}"),
                })
            }
            Self::AgentTaken { agent, wanted_by, presence, .. } => {
                let (user, agent) = (word(wanted_by), word(agent));
                Some(match presence {
                    Presence::There => {
                        format!("take it over: admit assign-agent {user} {agent} --move")
                    }
                    Presence::Arriving => format!(
                        "invite without it, then take it over: admit assign-agent {user} {agent} --move"
                    ),
                })
            }
            Self::AgentNotHeld { held, .. } if held.is_empty() => {
                Some("this user holds no agent IDs".to_owned())
            }
            Self::AgentNotHeld { held, .. } => Some(format!("held: {}", list(held))),
            Self::PlanOutdated(_) => Some("run the import again".to_owned()),
            Self::Store(error) => store_hint(error),
            Self::TeamExists(_) | Self::SameRole { .. } | Self::Interrupted | Self::Entropy(_) => {
                None
            }
        }
    }
}

const fn store_kind(error: &StoreError) -> Kind {
    match error {
        StoreError::Missing(_) | StoreError::CannotOpen { .. } => Kind::NoInput,
        StoreError::CannotCreate { .. } => Kind::CannotCreate,
        StoreError::Exists(_) => Kind::Refused,
        StoreError::BadPath { .. } | StoreError::NotAStore { .. } | StoreError::Newer { .. } => {
            Kind::Setting
        }
        StoreError::Damaged(_) | StoreError::Full | StoreError::ReadOnly | StoreError::Io(_) => {
            Kind::Failed
        }
        StoreError::Busy { .. } => Kind::Busy,
        StoreError::OutcomeUnknown(_) => Kind::OutcomeUnknown,
        StoreError::Bug(_) => Kind::Bug,
    }
}

fn store_hint(error: &StoreError) -> Option<String> {
    let hint = match error {
        StoreError::Missing(path) => {
            format!("make it: admit --store {} init", shell_word(&path.display().to_string()))
        }
        StoreError::Newer { .. } => "use the admit that made it, or a later one".to_owned(),
        StoreError::NotAStore { .. } => "name the store: --store FILE or ADMIT_STORE".to_owned(),
        StoreError::Busy { .. } => "nothing was changed; try again when it is done".to_owned(),
        StoreError::OutcomeUnknown(_) => "look before you repeat it: admit show USER".to_owned(),
        StoreError::Bug(_) => "this is a bug in admit: please report it".to_owned(),
        _ => return None,
    };
    Some(hint)
}

fn instead(verb: Verb, user: &UserRef) -> String {
    let why = match verb {
        Verb::Invite => "invite again",
        Verb::Send => "send the link",
        Verb::Resend => "send a new link",
        Verb::Cancel => "withdraw the invite",
        Verb::Deactivate => "take the access away",
        Verb::Reactivate => "bring back",
        Verb::Remove => "delete",
        Verb::SetRole | Verb::AssignAgent | Verb::UnassignAgent => "",
    };
    format!("{why}: admit {verb} {}", word(user))
}

/// `a, b, c`.
fn list<T: ToString>(things: &[T]) -> String {
    things.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// `a, b or c`.
fn or_list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

/// A user or an agent as one types it in a shell: `#12` alone would be a comment there, and addresses
/// and agent IDs may hold what a shell acts on.
fn word(thing: &impl ToString) -> String {
    shell_word(&thing.to_string())
}

/// A word as one types it in a shell.
pub(crate) fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./@:+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_hint_can_be_pasted_into_a_shell() {
        for (word, typed) in [
            ("Support", "Support"),
            ("/var/lib/a-b_c.db", "/var/lib/a-b_c.db"),
            ("Kundendienst Süd", "'Kundendienst Süd'"),
            ("Ann's", r"'Ann'\''s'"),
            ("$(reboot)", "'$(reboot)'"),
            ("a;b", "'a;b'"),
            ("*", "'*'"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(word), typed);
        }
    }

    #[test]
    fn an_unknown_team_is_offered_quoted() {
        let error = Error::UnknownTeam {
            team: "Kids & Co".parse().unwrap(),
            organization: "main".to_owned(),
            nearest: Vec::new(),
        };
        assert_eq!(error.hint().unwrap(), "make it: admit team create 'Kids & Co'");
    }

    #[test]
    fn users_and_agents_in_a_command_cannot_do_more_than_be_named() {
        let refused = |user: &str| Error::RoleHoldsNoAgents {
            user: user.parse().unwrap(),
            role: "user".parse().unwrap(),
            fitting: vec!["agent".parse().unwrap()],
        };
        for (user, command) in [
            ("ann@example.com", "admit set-role ann@example.com --role agent"),
            ("#12", "admit set-role '#12' --role agent"),
            ("a|b@example.com", "admit set-role 'a|b@example.com' --role agent"),
        ] {
            assert_eq!(refused(user).hint().unwrap(), command);
        }
        let taken = Error::AgentTaken {
            agent: "voice:$(reboot)".parse().unwrap(),
            holder: "#1".parse().unwrap(),
            wanted_by: "#2".parse().unwrap(),
            presence: Presence::There,
        };
        let hint = taken.hint().unwrap();
        assert_eq!(hint, "take it over: admit assign-agent '#2' 'voice:$(reboot)' --move");
    }

    #[test]
    fn alternatives_are_joined_as_people_say_them() {
        let words =
            |words: &[&str]| or_list(&words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>());
        assert_eq!(words(&[]), "");
        assert_eq!(words(&["a"]), "a");
        assert_eq!(words(&["a", "b"]), "a or b");
        assert_eq!(words(&["a", "b", "c"]), "a, b or c");
    }
}
