//! `admit revoke`: modules and sub-accounts are taken from users.

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
use crate::domain::operation::Operation;
use crate::domain::user_ref::UserRef;
use crate::ops::holdings::{self, Revoked};
use crate::store::Store;

/// Arguments of `revoke`.
#[derive(Args, Debug)]
pub struct RevokeArgs {
    #[command(flatten)]
    users: UsersArgs,
    #[command(flatten)]
    holdings: HoldingsArgs,
    /// Take everything that was granted
    #[arg(long, conflicts_with_all = ["modules", "sub_accounts"])]
    all: bool,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Takes what the users were granted.
pub(super) fn run(app: &mut App, args: RevokeArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&HOLDINGS)?;
    let users = args.users.resolve(app, "revoke")?;
    let mut store = app.store()?;
    let named = args.holdings.named();
    let which = match (args.all, named.is_empty()) {
        (true, _) => Revoked::All,
        (false, false) => Revoked::These(named),
        (false, true) => Revoked::These(ask(app, &mut store, &users)?),
    };
    let mode = args.change.mode();
    let outcome = holdings::revoke(&mut store, &app.context(mode), &users, &which)?;
    let rows = views::changes(&outcome, |done| regranted(done, "revoked", "did not have"));
    let words = Words { did: "Revoked access of", one: "user", many: "users" };
    report::outcome(app, &outcome, &HOLDINGS, rows, words, mode)
}

/// Some of what the one user was granted.
fn ask(app: &mut App, store: &mut Store, users: &[UserRef]) -> Result<Holdings, Failure> {
    let missing = || {
        Failure::usage("nothing to revoke is named")
            .hinted("admit revoke USER… --module MODULE or --sub-account SUB-ACCOUNT, or --all")
    };
    let ([user], true) = (users, app.may_ask()) else { return Err(missing()) };
    let (_, held) = holdings::choices(store, &app.asking(), Operation::Revoke, user)?;
    if held.is_empty() {
        return Err(Failure::new(Exit::No, format!("{user} was not granted anything")));
    }
    let modules = held.modules.iter().map(ToString::to_string);
    let sub_accounts = held.sub_accounts.iter().map(|name| format!("sub-account {name}"));
    let items: Vec<String> = modules.chain(sub_accounts).collect();
    let question = "What to revoke? Space marks, Enter goes on";
    let Answer::Given(marked) = app.ui.ask()?.choose(question, &items)? else {
        return Err(Failure::declined());
    };
    let is_marked = |place: usize| marked.contains(&place);
    let first = held.modules.len();
    let modules = held.modules.into_iter().enumerate().filter(|(n, _)| is_marked(*n));
    let others = held.sub_accounts.into_iter().enumerate().filter(|(n, _)| is_marked(first + *n));
    let chosen = Holdings::new(
        modules.map(|(_, name)| name).collect(),
        others.map(|(_, name)| name).collect(),
    );
    if chosen.is_empty() { Err(Failure::declined()) } else { Ok(chosen) }
}
