//! `admit grant`: users get modules and sub-accounts.

use clap::Args;

use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, HoldingsArgs, UsersArgs};
use crate::cli::exit::{Exit, Failure};
use crate::cli::prompt::Answer;
use crate::cli::render::Format;
use crate::cli::report::{self, Words};
use crate::cli::views;
use crate::cli::views::holdings::{HOLDINGS, regranted};
use crate::domain::holdings::Holdings;
use crate::domain::module::ModuleName;
use crate::domain::operation::Operation;
use crate::domain::user_ref::UserRef;
use crate::ops::holdings;
use crate::store::Store;

/// Arguments of `grant`.
#[derive(Args, Debug)]
pub struct GrantArgs {
    #[command(flatten)]
    users: UsersArgs,
    #[command(flatten)]
    holdings: HoldingsArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Grants what the users do not have yet.
pub(super) fn run(app: &mut App, args: GrantArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&HOLDINGS)?;
    let users = args.users.resolve(app, "grant")?;
    let mut store = app.store()?;
    let mut wanted = args.holdings.named();
    if wanted.is_empty() {
        wanted = ask(app, &mut store, &users)?;
    }
    let mode = args.change.mode();
    let outcome = holdings::grant(&mut store, &app.context(mode), &users, &wanted)?;
    let rows = views::changes(&outcome, |done| regranted(done, "granted", "had"));
    let words = Words { did: "Granted access to", one: "user", many: "users" };
    report::outcome(app, &outcome, &HOLDINGS, rows, words, mode)
}

/// The modules to grant; those that the one user has are left out.
fn ask(app: &mut App, store: &mut Store, users: &[UserRef]) -> Result<Holdings, Failure> {
    let missing = || {
        Failure::usage("nothing to grant is named")
            .hinted("admit grant USER… --module MODULE or --sub-account SUB-ACCOUNT")
    };
    if !app.may_ask() {
        return Err(missing());
    }
    let (catalog, held) = match users {
        [user] => holdings::choices(store, &app.asking(), Operation::Grant, user)?,
        _ => (holdings::catalog(store, &app.asking(), Operation::Grant)?, Holdings::default()),
    };
    let modules: Vec<_> =
        catalog.grantable_modules().filter(|module| !held.modules.contains(&module.name)).collect();
    if modules.is_empty() {
        return Err(missing());
    }
    let titles: Vec<&str> = modules.iter().map(|module| module.title.as_str()).collect();
    let question = "Which modules to grant? Space marks, Enter goes on";
    let Answer::Given(marked) = app.ui.ask()?.choose(question, &titles)? else {
        return Err(Failure::declined());
    };
    let marked = marked.into_iter().filter_map(|place| modules.get(place));
    let modules: Vec<ModuleName> = marked.map(|module| module.name.clone()).collect();
    if modules.is_empty() {
        return Err(Failure::declined());
    }
    Ok(Holdings::new(modules, Vec::new()))
}
