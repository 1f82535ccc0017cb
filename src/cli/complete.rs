//! What TAB offers: users, roles, teams and agents that are in the store. It never makes a store, never
//! complains, and offers a few dozen at most.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap_complete::engine::CompletionCandidate;

use crate::domain::agent::AgentFacts;
use crate::domain::status::{Status, Verb};
use crate::domain::user::UserState;
use crate::ops::roles;
use crate::settings::{Settings, command_line};
use crate::store::Store;

/// Most offers.
const OFFERED: usize = 50;

/// Users whose address starts so and whose status fits the command.
#[must_use]
pub fn users(current: &OsStr) -> Vec<CompletionCandidate> {
    let offer = || {
        let prefix = current.to_str()?.to_ascii_lowercase();
        let mut store = store()?;
        let tx = store.read().ok()?;
        let organization = tx.current_organization().ok()?;
        let emails =
            tx.emails_with_status(organization.id, &prefix, &fitting_statuses(), OFFERED).ok()?;
        Some(emails.into_iter().map(CompletionCandidate::new).collect())
    };
    offer().unwrap_or_default()
}

/// Roles.
#[must_use]
pub fn roles(current: &OsStr) -> Vec<CompletionCandidate> {
    let offer = || {
        let prefix = current.to_str()?.to_ascii_lowercase();
        let (_, roles) = roles::list(&mut store()?).ok()?;
        let fits = roles.into_iter().map(|details| details.role);
        let fits = fits.filter(|role| role.name.as_str().starts_with(&prefix));
        Some(
            fits.map(|role| {
                CompletionCandidate::new(role.name.as_str()).help(Some(role.title.into()))
            })
            .collect(),
        )
    };
    offer().unwrap_or_default()
}

/// Teams.
#[must_use]
pub fn teams(current: &OsStr) -> Vec<CompletionCandidate> {
    let offer = || {
        let prefix = crate::domain::text::fold(current.to_str()?);
        let teams = crate::ops::teams::list(&mut store()?).ok()?;
        let fits = teams.into_iter().filter(|team| team.name.folded().starts_with(&prefix));
        Some(fits.take(OFFERED).map(|team| CompletionCandidate::new(team.name.as_str())).collect())
    };
    offer().unwrap_or_default()
}

/// Agents whose full name, `source:id`, starts so.
#[must_use]
pub fn agents(current: &OsStr) -> Vec<CompletionCandidate> {
    let offer = || {
        let mut store = store()?;
        let tx = store.read().ok()?;
        let organization = tx.current_organization().ok()?;
        let agents = tx.agents_from(organization.id, current.to_str()?, OFFERED).ok()?;
        let offer = |facts: AgentFacts| {
            let help = facts.name.map(|name| name.to_string().into());
            CompletionCandidate::new(facts.key.to_string()).help(help)
        };
        Some(agents.into_iter().map(|agent| offer(agent.facts)).collect())
    };
    offer().unwrap_or_default()
}

/// The statuses to which the command on the line can be applied.
fn fitting_statuses() -> Vec<Status> {
    let words = command_line();
    let verb = Verb::ALL.into_iter().find(|verb| words.iter().any(|word| word == verb.as_str()));
    let Some(verb) = verb else { return Status::ALL.to_vec() };
    let fits = |status: &Status| standings(*status).iter().any(|state| state.permit(verb).is_ok());
    Status::ALL.into_iter().filter(fits).collect()
}

/// The states that a status can mean, with the data that does not matter here left at its simplest.
fn standings(status: Status) -> Vec<UserState> {
    use crate::domain::id::InviteId;
    use crate::domain::user::Link;
    match status {
        Status::Invited => vec![
            UserState::Invited { link: Link::NotSent },
            UserState::Invited {
                link: Link::Open { invite: InviteId::new(0), expires_at: crate::clock::now() },
            },
        ],
        Status::Expired => vec![UserState::Expired],
        Status::Active => vec![UserState::Active],
        Status::Deactivated => vec![UserState::Deactivated],
        Status::Cancelled => vec![UserState::Cancelled],
        Status::Declined => vec![UserState::Declined],
    }
}

/// The store that the half-typed command line means, if it is there.
fn store() -> Option<Store> {
    let words = command_line();
    let flag = words.iter().position(|word| word.to_string_lossy().starts_with("--store"));
    let flag = flag.and_then(|place| named_store(&words[place..]));
    let choice = Settings::from_process().ok()?.store(flag.as_deref()).ok()?;
    Store::open(choice.path()).ok()
}

/// The path behind `--store`; shells hand over `--store=FILE` as one word or as three.
fn named_store(words: &[OsString]) -> Option<PathBuf> {
    let first = words.first()?.to_str();
    if let Some(path) =
        first.and_then(|word| word.strip_prefix("--store=")).filter(|p| !p.is_empty())
    {
        return Some(PathBuf::from(path));
    }
    words.iter().skip(1).find(|word| *word != "=").map(PathBuf::from)
}
