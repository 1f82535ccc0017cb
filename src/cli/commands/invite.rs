//! `admit invite`: people are invited, and their links made.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::{App, Found};
use crate::cli::args::{ChangeArgs, HoldingsArgs, as_typed, lines_of_stdin};
use crate::cli::ask::{self, Missing};
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::mailer::MailArgs;
use crate::cli::mailing::{self, Mailing};
use crate::cli::prompt::Answer;
use crate::cli::render::{Format, Tone};
use crate::cli::report::{self, Words};
use crate::cli::views::{self, ChangeView, INVITES, agent_texts, holdings as holdings_view};
use crate::domain::agent::AgentRef;
use crate::domain::email::EmailAddress;
use crate::domain::import::quoted;
use crate::domain::lifetime::Lifetime;
use crate::domain::module::ModuleName;
use crate::domain::name::PersonName;
use crate::domain::operation::Operation;
use crate::domain::role::RoleName;
use crate::domain::status::Status;
use crate::domain::team::TeamName;
use crate::domain::template::Delivery;
use crate::domain::user::Standing;
use crate::ops::invites::{self, Arrived, InviteRequest, Invited, Menus};
use crate::ops::{self, Error, Mode, Outcome, PerUser, roles};
use crate::random::SystemEntropy;
use crate::store::Store;

/// Arguments of `invite`.
#[derive(Args, Debug)]
pub struct InviteArgs {
    /// Invite these addresses; `-` reads them from stdin, one a line
    #[arg(value_name = "EMAIL", value_parser = as_typed)]
    emails: Vec<String>,
    /// Call the person this; for one person only
    #[arg(long, value_name = "NAME")]
    name: Option<PersonName>,
    /// Invite as this role instead of the organization's default
    #[arg(long, short, value_name = "ROLE", add = ArgValueCompleter::new(complete::roles))]
    role: Option<RoleName>,
    /// Put into this team
    #[arg(long, short, value_name = "TEAM", add = ArgValueCompleter::new(complete::teams))]
    team: Option<TeamName>,
    /// Map this agent ID, such as voice:4711; can be repeated
    #[arg(long = "agent", short, value_name = "AGENT", add = ArgValueCompleter::new(complete::agents))]
    agents: Vec<AgentRef>,
    #[command(flatten)]
    holdings: HoldingsArgs,
    /// Let the link live this long, from 1h to 365d, instead of the organization's lifetime
    #[arg(long, value_name = "TIME", conflicts_with = "no_send")]
    expires_in: Option<Lifetime>,
    /// Make the link at once, also where the organization does not
    #[arg(long, conflicts_with = "no_send")]
    send: bool,
    /// Make no link yet: the user is pending until `send`
    #[arg(long)]
    no_send: bool,
    /// Count who is invited or active already as done
    #[arg(long)]
    if_not_exists: bool,
    #[command(flatten)]
    mail: MailArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// An address that is none.
struct Invalid {
    position: usize,
    typed: String,
    reason: String,
}

/// Invites.
pub(super) fn run(app: &mut App, args: InviteArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&INVITES)?;
    // First, as it may take the first line of stdin.
    let mut mailing = Mailing::open(app, &args.mail, None)?;
    let (people, invalid) = addresses(app, &args.emails)?;
    let whole = people.len() + invalid.len();
    if whole > 1 && args.name.is_some() {
        return Err(Failure::usage("--name is for one person; there are several here"));
    }
    if whole > 1 && !args.agents.is_empty() {
        return Err(Failure::usage("--agent is for one person: an agent ID belongs to one user"));
    }
    let mode = args.change.mode();
    let mut found = app.store_or_rehearsal()?;
    let role = match args.role {
        None if app.may_ask() => Some(ask_for_role(app, found.store())?),
        given => given,
    };
    let mut holdings = args.holdings.named();
    if holdings.modules.is_empty() && app.may_ask() {
        holdings.modules = ask_for_modules(app, found.store(), role.as_ref())?;
    }
    let request = InviteRequest {
        people,
        name: args.name,
        role,
        team: args.team,
        agents: args.agents,
        holdings,
        lifetime: args.expires_in,
        delivery: match (args.send, args.no_send) {
            (true, _) => Some(Delivery::AtOnce),
            (_, true) => Some(Delivery::OnCommand),
            _ => None,
        },
        outlet: mailing.outlet(),
    };
    let context = app.context(mode);
    // Where nobody would be invited, no store is made for them.
    let nobody = match &mut found {
        Found::Store(_) => false,
        Found::Rehearsal(store) => {
            let trial = app.context(Mode::DryRun);
            invites::invite(store, &trial, &mut SystemEntropy, &request)?.done() == 0
        }
    };
    let mut store = match found {
        Found::Store(store) => store,
        Found::Rehearsal(store) if nobody => store,
        Found::Rehearsal(store) => app.make_store(store, mode)?,
    };
    let mut outcome = invites::invite(&mut store, &context, &mut SystemEntropy, &request)?;
    let done = outcome.users.iter().filter_map(|user| user.result.as_ref().ok());
    let queued = mailing::queued(done.filter_map(|done| done.sending.as_ref()), mode);
    let posted = mailing.deliver(app, &mut store, &context, &queued);
    let portal = app.portal(&outcome.organization);
    let mut rows = views::changes(&outcome, |invited: &Invited| {
        let view = ChangeView {
            name: request.name.as_ref().map(ToString::to_string),
            result: match invited.arrived {
                Arrived::New => "invited".to_owned(),
                Arrived::Again => "invited again".to_owned(),
            },
            tone: Some(Tone::Good),
            role: Some(invited.role.to_string()),
            team: invited.team.as_ref().map(ToString::to_string),
            agents: agent_texts(&invited.agents),
            modules: holdings_view::names(&request.holdings.modules),
            sub_accounts: holdings_view::names(&request.holdings.sub_accounts),
            ..ChangeView::default()
        };
        match &invited.sending {
            Some(sending) => view.with_link(sending, &posted, portal.as_ref()),
            None => view,
        }
    });
    let organization = outcome.organization.slug.to_string();
    for one in &invalid {
        rows.insert(one.position.min(rows.len()), one.view(&organization));
    }
    for one in &invalid {
        app.ui.error(format!("{} is no address: {}", quoted(&one.typed), one.reason));
    }
    let fine = if args.if_not_exists { set_aside_existing(&mut outcome) } else { 0 };
    let words = Words { did: "Invited", one: "person", many: "people" };
    let ended = report::outcome(app, &outcome, &INVITES, rows, words, mode)?;
    if fine > 0 {
        app.ui.status(format!("{} there already.", report::counted(fine as u64, "was", "were")));
    }
    if outcome.done() > 0 {
        report::remind_of_sign_on(app, &outcome.organization);
    }
    tell_of_pending(app, &outcome, mode);
    tell_of_empty_menus(app, &outcome, mode);
    let refused = outcome.users.len() - outcome.done() + invalid.len();
    let ended = match (outcome.done() + fine, refused) {
        (_, 0) => Exit::Done,
        (0, _) if invalid.is_empty() => ended,
        (0, _) => Exit::No,
        _ => Exit::Partly,
    };
    Ok(posted.tell(app, ended))
}

impl Invalid {
    fn view(&self, organization: &str) -> ChangeView {
        ChangeView {
            user: self.typed.clone(),
            result: "invalid".to_owned(),
            tone: Some(Tone::Bad),
            reason: Some(self.reason.clone()),
            organization: organization.to_owned(),
            ..ChangeView::default()
        }
    }
}

/// The addresses, each once, and what is none. Asks where none is given and somebody can answer.
fn addresses(
    app: &mut App,
    typed: &[String],
) -> Result<(Vec<EmailAddress>, Vec<Invalid>), Failure> {
    let mut words = Vec::new();
    for word in typed {
        match word.as_str() {
            "-" => words.extend(lines_of_stdin::<String>()?),
            _ => words.push(word.clone()),
        }
    }
    if words.is_empty() && app.may_ask() && typed.is_empty() {
        let check = |text: &str| match text.parse::<EmailAddress>() {
            Ok(_) => Ok(()),
            Err(error) => Err(format!("{} is no address: {error}", quoted(text))),
        };
        match app.ui.ask()?.text("Whom to invite? E-mail address", check)? {
            Answer::Given(word) => words.push(word),
            Answer::Declined => return Err(Failure::declined()),
        }
    }
    if words.is_empty() && typed.is_empty() {
        return Err(Failure::usage("nobody is named")
            .hinted("admit invite EMAIL…, or - to read addresses from stdin"));
    }
    let (mut people, mut invalid) = (Vec::new(), Vec::new());
    let mut seen = std::collections::HashSet::new();
    for word in words {
        let position = people.len() + invalid.len();
        match word.parse::<EmailAddress>() {
            Ok(email) if seen.insert(email.clone()) => people.push(email),
            Ok(_) => {}
            Err(error) => {
                invalid.push(Invalid { position, typed: word, reason: error.to_string() });
            }
        }
    }
    Ok((people, invalid))
}

fn ask_for_role(app: &mut App, store: &mut Store) -> Result<RoleName, Failure> {
    let missing = Missing { what: "no role is named", usage: "admit invite EMAIL… --role ROLE" };
    ask::select(app, missing, |app| {
        let (organization, roles) = roles::list(store, &app.asking())?;
        Ok(ask::role_choice("As which role?".to_owned(), roles, organization.default_role))
    })
}

/// Several of the modules, where the role has none by itself.
fn ask_for_modules(
    app: &mut App,
    store: &mut Store,
    role: Option<&RoleName>,
) -> Result<Vec<ModuleName>, Failure> {
    let (organization, roles) = roles::list(store, &app.asking())?;
    let chosen = roles.iter().find(|known| match role {
        Some(role) => known.role.name == *role,
        None => known.role.id == organization.default_role,
    });
    let catalog = ops::holdings::catalog(store, &app.asking(), Operation::Invite)?;
    if !chosen.is_some_and(|known| catalog.needs_modules(known.role.id)) {
        return Ok(Vec::new());
    }
    let modules: Vec<_> = catalog.grantable_modules().collect();
    let titles: Vec<&str> = modules.iter().map(|module| module.title.as_str()).collect();
    let question = "Which modules? Space marks, Enter goes on";
    match app.ui.ask()?.choose(question, &titles)? {
        Answer::Given(marked) => {
            Ok(marked.into_iter().filter_map(|n| modules.get(n)).map(|m| m.name.clone()).collect())
        }
        Answer::Declined => Err(Failure::declined()),
    }
}

/// Who was invited without a link is pending; says how to go on.
fn tell_of_pending(app: &mut App, outcome: &Outcome<Invited>, mode: Mode) {
    let pending =
        |user: &&PerUser<Invited>| matches!(&user.result, Ok(done) if done.sending.is_none());
    let users: Vec<String> = outcome
        .users
        .iter()
        .filter(pending)
        .map(|user| ops::shell_word(&user.user.to_string()))
        .collect();
    if !users.is_empty() && mode == Mode::Apply {
        app.ui.hint(format!("no link yet; make it: admit send {}", users.join(" ")));
    }
}

/// Who was invited without modules sees nothing (S2); says how to go on.
fn tell_of_empty_menus(app: &mut App, outcome: &Outcome<Invited>, mode: Mode) {
    let users: Vec<String> = outcome
        .users
        .iter()
        .filter(|user| matches!(&user.result, Ok(done) if done.menus == Menus::NoneYet))
        .map(|user| ops::shell_word(&user.user.to_string()))
        .collect();
    if !users.is_empty() && mode == Mode::Apply {
        let they = if users.len() == 1 { "this user sees" } else { "these users see" };
        app.ui.hint(format!(
            "{they} no module yet; grant some: admit grant {} --module MODULE",
            users.join(" ")
        ));
    }
}

/// Takes out who is invited or active already; says how many they were.
fn set_aside_existing(outcome: &mut Outcome<Invited>) -> usize {
    let before = outcome.users.len();
    outcome.users.retain(|user| match &user.result {
        Err(Error::AlreadyThere { wrong, .. }) => {
            wrong.standing == Standing::Status(Status::Deactivated)
        }
        _ => true,
    });
    before - outcome.users.len()
}
