//! What TAB offers: users, roles, teams and agents that are in the store. It never makes a store, never
//! complains, and offers a few dozen at most.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap_complete::engine::CompletionCandidate;

use crate::domain::agent::AgentFacts;
use crate::domain::audit::{Action, Actor, Identity};
use crate::domain::module::{Module, ModuleAccess};
use crate::domain::operation::Operation;
use crate::domain::status::{Status, Verb};
use crate::domain::user::UserState;
use crate::ops::{Context, Mode, OrganizationChoice, access, organizations, roles};
use crate::settings::{Settings, command_line, system_login};
use crate::store::Store;

/// Most offers.
const OFFERED: usize = 50;

/// Users whose address starts so and whose status fits the command.
#[must_use]
pub fn users(current: &OsStr) -> Vec<CompletionCandidate> {
    let offer = || {
        let prefix = current.to_str()?.to_ascii_lowercase();
        let (mut store, context) = place()?;
        let (tx, session) = access::read(&mut store, &context, Operation::List).ok()?;
        let (organization, statuses) = (session.organization.id, fitting_statuses());
        let emails = tx.emails_with_status(organization, &prefix, &statuses, OFFERED).ok()?;
        Some(emails.into_iter().map(CompletionCandidate::new).collect())
    };
    offer().unwrap_or_default()
}

/// Roles.
#[must_use]
pub fn roles(current: &OsStr) -> Vec<CompletionCandidate> {
    let offer = || {
        let prefix = current.to_str()?.to_ascii_lowercase();
        let (mut store, context) = place()?;
        let (_, roles) = roles::list(&mut store, &context).ok()?;
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

/// Permissions.
#[must_use]
pub fn permissions(current: &OsStr) -> Vec<CompletionCandidate> {
    let offer = || {
        let prefix = current.to_str()?;
        let (mut store, context) = place()?;
        let known = roles::permissions(&mut store, &context).ok()?.into_iter();
        let fits = known.filter(|permission| permission.name.as_str().starts_with(prefix));
        Some(
            fits.map(|permission| {
                CompletionCandidate::new(permission.name.as_str())
                    .help(Some(permission.title.into()))
            })
            .collect(),
        )
    };
    offer().unwrap_or_default()
}

/// Organizations whose short name starts so.
#[must_use]
pub fn organizations(current: &OsStr) -> Vec<CompletionCandidate> {
    let offer = || {
        let prefix = current.to_str()?;
        let (mut store, context) = place()?;
        // The one that is half typed is not to be looked for.
        let context = Context { organization: OrganizationChoice::Current, ..context };
        let known = organizations::list(&mut store, &context).ok()?.organizations;
        let known = known.into_iter().map(|known| known.organization);
        let fits = known.filter(|known| known.slug.as_str().starts_with(prefix));
        Some(
            fits.map(|known| {
                CompletionCandidate::new(known.slug.as_str())
                    .help(Some(known.name.to_string().into()))
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
        let (mut store, context) = place()?;
        let teams = crate::ops::teams::names(&mut store, &context).ok()?;
        let fits = teams.into_iter().filter(|team| team.folded().starts_with(&prefix));
        Some(fits.take(OFFERED).map(|team| CompletionCandidate::new(team.as_str())).collect())
    };
    offer().unwrap_or_default()
}

/// Domains that the organization allows or blocks.
#[must_use]
pub fn domains(current: &OsStr) -> Vec<CompletionCandidate> {
    let offer = || {
        let prefix = current.to_str()?.to_ascii_lowercase();
        let (mut store, context) = place()?;
        let known = crate::ops::domains::list(&mut store, &context, None).ok()?.domains;
        let fits = known.into_iter().filter(|own| own.domain.as_str().starts_with(&prefix));
        let offer = |own: crate::store::OwnDomain| {
            let help = own.verdict.as_str();
            CompletionCandidate::new(own.domain.to_string()).help(Some(help.into()))
        };
        Some(fits.take(OFFERED).map(offer).collect())
    };
    offer().unwrap_or_default()
}

/// Modules that can be granted.
#[must_use]
pub fn grantable_modules(current: &OsStr) -> Vec<CompletionCandidate> {
    offered_modules(current, |module| module.access == ModuleAccess::Everyone)
}

/// Modules, also those that are never granted.
#[must_use]
pub fn modules(current: &OsStr) -> Vec<CompletionCandidate> {
    offered_modules(current, |_| true)
}

fn offered_modules(current: &OsStr, fits: fn(&Module) -> bool) -> Vec<CompletionCandidate> {
    let offer = || {
        let prefix = current.to_str()?.to_ascii_lowercase();
        let (mut store, context) = place()?;
        let catalog =
            crate::ops::holdings::catalog(&mut store, &context, Operation::ModuleList).ok()?;
        let known = catalog.modules().iter().filter(|module| fits(module));
        let fits = known.filter(|module| module.name.as_str().starts_with(&prefix));
        Some(
            fits.map(|module| {
                let title = Some(module.title.clone().into());
                CompletionCandidate::new(module.name.as_str()).help(title)
            })
            .collect(),
        )
    };
    offer().unwrap_or_default()
}

/// Sub-accounts.
#[must_use]
pub fn sub_accounts(current: &OsStr) -> Vec<CompletionCandidate> {
    let offer = || {
        let prefix = current.to_str()?.to_ascii_lowercase();
        let (mut store, context) = place()?;
        let catalog = crate::ops::holdings::catalog(&mut store, &context, Operation::Grant).ok()?;
        let fits = catalog.sub_accounts().filter(|name| name.as_str().starts_with(&prefix));
        Some(fits.take(OFFERED).map(|name| CompletionCandidate::new(name.as_str())).collect())
    };
    offer().unwrap_or_default()
}

/// Actions of the audit, and groups of them.
#[must_use]
pub fn actions(current: &OsStr) -> Vec<CompletionCandidate> {
    let prefix = current.to_str().unwrap_or_default();
    let actions = Action::ALL.iter().map(|action| action.as_str());
    let groups = actions.clone().filter_map(|action| Some(action.split_once('.')?.0));
    let mut words: Vec<&str> = actions.chain(groups).filter(|it| it.starts_with(prefix)).collect();
    words.sort_unstable();
    words.dedup();
    words.into_iter().map(CompletionCandidate::new).collect()
}

/// Agents whose full name, `source:id`, starts so.
#[must_use]
pub fn agents(current: &OsStr) -> Vec<CompletionCandidate> {
    let offer = || {
        let (mut store, context) = place()?;
        let (tx, session) = access::read(&mut store, &context, Operation::AgentList).ok()?;
        let agents = tx.agents_from(session.organization.id, current.to_str()?, OFFERED).ok()?;
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

/// The store that the half-typed command line means, if it is there, with who asks and where. What is
/// refused meanwhile is not kept in the audit: nobody meant to do anything yet.
fn place() -> Option<(Store, Context)> {
    let mut words = command_line();
    // The word that is being typed is no actor, organization or store yet.
    words.pop();
    let settings = Settings::from_process().ok()?;
    let choice = settings.store(flag(&words, "--store").map(PathBuf::from).as_deref()).ok()?;
    let text = |name| flag(&words, name).and_then(|word| word.to_str().map(str::to_owned));
    // A word that is none yet names nobody, and so offers nothing: the operator may see everybody.
    let actor = settings.actor(text("--as").map(|word| word.parse()).transpose().ok()?.as_ref());
    let slug = text("--org").map(|word| word.parse()).transpose().ok()?;
    let slug = settings.organization(slug.as_ref());
    let context = Context {
        now: crate::clock::now(),
        actor: Actor {
            identity: actor.map_or(Identity::Operator, Identity::Person),
            login: system_login(),
        },
        organization: slug.map_or(OrganizationChoice::Current, OrganizationChoice::Named),
        mode: Mode::Suggest,
    };
    Some((Store::open(choice.path()).ok()?, context))
}

/// The word behind a flag; shells hand over `--store=FILE` as one word or as three.
fn flag(words: &[OsString], name: &str) -> Option<OsString> {
    let joined = format!("{name}=");
    let place = words.iter().position(|word| {
        let word = word.to_string_lossy();
        word == name || word.starts_with(&joined)
    })?;
    let value = words.get(place)?.to_str().and_then(|word| word.strip_prefix(&joined));
    match value {
        Some(value) if !value.is_empty() => Some(value.into()),
        _ => words.iter().skip(place + 1).find(|word| *word != "=").cloned(),
    }
}
