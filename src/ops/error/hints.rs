//! What to do about a refusal: the command to type, or what is known. Commands can be pasted into a
//! shell as they are.

use super::{Error, Presence, TeamUse};
use crate::domain::role::RoleName;
use crate::domain::status::Verb;
use crate::domain::user_ref::UserRef;
use crate::ops::access::{Contact, Refusal};
use crate::store::{BackupError, Store, StoreError};

impl Error {
    /// What to do about it, where there is something: a command to type, or what is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownUser { nearest, .. }
            | Self::UnknownOrganization { nearest, .. }
            | Self::ForeignOrganization { nearest, .. }
            | Self::UnknownRole { nearest, .. }
            | Self::UnknownTeam { nearest, .. }
            | Self::UnknownPermission { nearest, .. }
            | Self::UnknownAgent { nearest, .. }
            | Self::UnknownDomain { nearest, .. }
                if !nearest.is_empty() =>
            {
                Some(format!("did you mean {}?", or_list(nearest)))
            }
            Self::UnknownRole { known, .. } => Some(format!("known roles: {}", list(known))),
            Self::UnknownOrganization { .. } | Self::ForeignOrganization { .. } => {
                Some("which there are: admit org list (without ADMIT_ORG)".to_owned())
            }
            Self::Forbidden(forbidden) => way_out(&forbidden.0, &forbidden.1),
            Self::LastManager { roles, .. } => Some(format!(
                "first give somebody else the role {}: admit set-role USER --role {}",
                roles.first().map_or("", RoleName::as_str),
                roles.first().map_or("", RoleName::as_str),
            )),
            Self::NoSeats { organization, .. } => Some(format!(
                "free seats: admit cancel USER, admit deactivate USER; or raise the limit: \
                 admit org set {organization} --seats NUMBER"
            )),
            Self::UnknownDomain { .. } => Some("what it says: admit domain list".to_owned()),
            Self::UnwelcomeDomain { why, .. } => Some(why.way_in()),
            Self::UnknownUser { user: UserRef::Extension(_), .. } => {
                Some("find phones: admit list --login-less".to_owned())
            }
            Self::UnknownUser { .. } => Some("find people: admit list --search TEXT".to_owned()),
            Self::UnknownTeam { team, wanted: TeamUse::Join, .. } => {
                Some(format!("make it: admit team create {}", shell_word(team.as_str())))
            }
            Self::UnknownTeam { wanted: TeamUse::Itself, .. } => {
                Some("teams: admit team list".to_owned())
            }
            Self::UnknownPermission { .. } => Some("permissions: admit role show".to_owned()),
            Self::Role(error) => error.hint(),
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
            Self::AgentTaken { agent, wanted_by, instead_of: Some(old), .. } => Some(format!(
                "take it over: admit assign-agent {} --replace {} {} --move",
                word(wanted_by),
                word(&**old),
                word(&**agent)
            )),
            Self::AgentTaken { agent, wanted_by, presence, .. } => {
                let (user, agent) = (word(wanted_by), word(&**agent));
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
            Self::Holdings(error) => error.hint(),
            Self::Delivery(error) => Some(error.hint()),
            Self::NoReset(error) => error.hint(),
            Self::Acceptance(error) => error.hint(),
            Self::UnknownPremium { known, .. } if known.is_empty() => {
                Some("its template sells none".to_owned())
            }
            Self::UnknownPremium { known, .. } => {
                Some(format!("premium permissions: {}", list(known)))
            }
            Self::CurrentOrganization(_) => {
                Some("make another one current first: admit org use SLUG".to_owned())
            }
            Self::LoginLessRefused { organization } => {
                Some(format!("allow them: admit org set {organization} --login-less allowed"))
            }
            Self::ExtensionTaken { holder, .. } => {
                Some(format!("look at it: admit show {}", word(holder)))
            }
            Self::NoSignOn { organization } => Some(format!(
                "log in with a password: admit login EMAIL; or mark it: admit org set {organization} --sso on"
            )),
            Self::HasLogin { .. } => Some("who has a PIN: admit list --login-less".to_owned()),
            Self::NoAddress { .. } => Some("who has one: admit list".to_owned()),
            Self::Wording { kind, error } => {
                let named = format!("--kind {kind} --part {}", error.part);
                Some(format!(
                    "look at it: admit mail template show {named}; or go back to admit's own: \
                     admit mail template reset {named}"
                ))
            }
            Self::BadPin(_) => Some("leave it out, and one is drawn".to_owned()),
            Self::Clock(_) => {
                Some("look at it: date; where it is right: admit expire --force".to_owned())
            }
            Self::PlanOutdated(_) => Some("run the import again".to_owned()),
            Self::RowsChanged => Some("look again: admit doctor --accept-changes".to_owned()),
            Self::Team(refusal) => refusal.hint(),
            Self::Backup(error) => backup_hint(error),
            Self::Store(error) => store_hint(error),
            Self::TeamExists(_)
            | Self::OrganizationExists(_)
            | Self::SameRole { .. }
            | Self::Interrupted
            | Self::Rows(_)
            | Self::PinHash(_)
            | Self::PasswordHash(_)
            | Self::Entropy(_) => None,
        }
    }
}

/// Whom to ask, or what else would do.
fn way_out(refusal: &Refusal, contacts: &[Contact]) -> Option<String> {
    let people: Vec<String> = contacts.iter().map(ToString::to_string).collect();
    match refusal {
        Refusal::Stranger { at_home, .. } => {
            at_home.first().map(|slug| format!("act where they are a user: --org {slug}"))
        }
        Refusal::OperatorOnly { .. } | Refusal::VouchingIsOperators => {
            Some("act as the operator: without --as and ADMIT_AS".to_owned())
        }
        _ if people.is_empty() => None,
        _ => Some(format!("who could: {}", list(&people))),
    }
}

fn backup_hint(error: &BackupError) -> Option<String> {
    let hint = match error {
        BackupError::Exists(path) if Store::is_beside_one(path) => {
            "it is left of a store that is gone, and would damage another: move it away".to_owned()
        }
        BackupError::Exists(_) => "nothing is written over: name another file".to_owned(),
        BackupError::Unsound { .. } => {
            "look at the store: admit doctor; what there is of it, while no admit runs: cp"
                .to_owned()
        }
        BackupError::Damaged { .. } => "try an older one".to_owned(),
        BackupError::Itself(_) => "name a backup of it".to_owned(),
        BackupError::InUse { process: Some(process), .. } => {
            format!("which that is: ps -p {process}; end it, or wait until it is done")
        }
        BackupError::InUse { process: None, .. } => "wait until it is done".to_owned(),
        BackupError::Store(error) => return store_hint(error),
        BackupError::CannotCreate { .. }
        | BackupError::CannotOpen { .. }
        | BackupError::NotABackup { .. }
        | BackupError::Unwritable { .. }
        | BackupError::Stopped => return None,
    };
    Some(hint)
}

fn store_hint(error: &StoreError) -> Option<String> {
    let hint = match error {
        StoreError::Missing(path) => {
            format!("make it: admit --store {} init", shell_word(&path.display().to_string()))
        }
        StoreError::Exists(path) if Store::is_beside_one(path) => {
            "it is left of a store that is gone, and would damage another: move it away".to_owned()
        }
        StoreError::Newer { .. } => "use the admit that made it, or a later one".to_owned(),
        StoreError::NotAStore { .. } => "name the store: --store FILE or ADMIT_STORE".to_owned(),
        StoreError::Busy { .. } | StoreError::BeingFilled { .. } => {
            "nothing was changed; try again when it is done".to_owned()
        }
        StoreError::ReadOnly | StoreError::NoFileBeside => {
            "a copy can be made all the same, and be read: admit backup FILE, then --store FILE"
                .to_owned()
        }
        StoreError::OutcomeUnknown(_) => {
            "look before you repeat it: admit audit list --everywhere --limit 1".to_owned()
        }
        StoreError::Altered { .. } => {
            "nobody comes in by it; see what else was changed: admit doctor".to_owned()
        }
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
        Verb::SetRole
        | Verb::SetTeam
        | Verb::AssignAgent
        | Verb::UnassignAgent
        | Verb::Grant
        | Verb::Revoke => "",
    };
    format!("{why}: admit {verb} {}", word(user))
}

/// `a, b, c`.
pub(super) fn list<T: ToString>(things: &[T]) -> String {
    things.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// `a, b or c`.
pub(super) fn or_list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

/// A user or an agent as one types it in a shell: `#12` alone would be a comment there, and addresses
/// and agent IDs may hold what a shell acts on.
pub(super) fn word(thing: &impl ToString) -> String {
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
            wanted: TeamUse::Join,
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
            presence: Presence::There,
        };
        for (user, command) in [
            ("ann@example.com", "admit set-role ann@example.com --role agent"),
            ("#12", "admit set-role '#12' --role agent"),
            ("a|b@example.com", "admit set-role 'a|b@example.com' --role agent"),
        ] {
            assert_eq!(refused(user).hint().unwrap(), command);
        }
        let taken = Error::AgentTaken {
            agent: Box::new("voice:$(reboot)".parse().unwrap()),
            holder: "#1".parse().unwrap(),
            wanted_by: "#2".parse().unwrap(),
            instead_of: None,
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
