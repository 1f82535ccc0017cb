//! `admit sub-account`: the parts of a customer's account are listed, added and removed.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, title};
use crate::cli::ask::{self, Missing};
use crate::cli::complete;
use crate::cli::confirm::{self, Consent};
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Value};
use crate::cli::report::{self, Words, counted};
use crate::cli::views::count;
use crate::domain::holdings::Holdings;
use crate::domain::sub_account::SubAccountName;
use crate::domain::text::slug_title;
use crate::ops::sub_accounts::{self, SubAccountLine};
use crate::ops::{Mode, shell_word};

/// Arguments of `sub-account`.
#[derive(Args, Debug)]
pub struct SubAccountArgs {
    #[command(subcommand)]
    command: SubAccountCommand,
}

#[derive(Debug, Subcommand)]
enum SubAccountCommand {
    /// List sub-accounts and how many users were granted each
    #[command(visible_alias = "ls")]
    List,
    /// Add sub-accounts
    Add {
        /// Add sub-accounts of these names
        #[arg(value_name = "NAME")]
        names: Vec<SubAccountName>,
        /// Show this instead of the name; for one sub-account only
        #[arg(long, value_name = "TEXT", value_parser = title)]
        title: Option<String>,
        #[command(flatten)]
        change: ChangeArgs,
    },
    /// Remove sub-accounts, also from users who were granted them
    Remove {
        /// Remove these sub-accounts
        #[arg(
            value_name = "NAME",
            add = ArgValueCompleter::new(complete::sub_accounts)
        )]
        names: Vec<SubAccountName>,
        #[command(flatten)]
        change: ChangeArgs,
    },
}

static SUB_ACCOUNTS: Shape<SubAccountLine> = Shape {
    fields: &[
        Field::new("sub_account", "Sub-account", |line| {
            Value::text(line.sub_account.name.as_str())
        }),
        Field::new("title", "Title", |line| Value::text(&line.sub_account.title)),
        Field::new("users", "Granted to", |line| count(line.users)),
    ],
    reference: |line| line.sub_account.name.to_string(),
};

/// Does what was asked of sub-accounts.
pub(super) fn run(app: &mut App, args: SubAccountArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&SUB_ACCOUNTS)?;
    let each_once = |names| Holdings::new(Vec::new(), names).sub_accounts;
    let lines = match args.command {
        SubAccountCommand::List => {
            let (organization, lines) = sub_accounts::list(&mut app.store()?, &app.asking())?;
            if lines.is_empty() {
                let slug = organization.slug;
                app.ui.status(format!("There are no sub-accounts in {slug}."));
                app.ui.hint("add one: admit sub-account add NAME");
            }
            lines
        }
        SubAccountCommand::Add { names, title, change } => {
            let missing =
                Missing { what: "no sub-account is named", usage: "admit sub-account add NAME…" };
            let names = ask::texts(app, names, "Name of the sub-account", missing)?;
            add(app, each_once(names), title, change.mode())?
        }
        SubAccountCommand::Remove { names, change } => {
            let missing = Missing {
                what: "no sub-account is named",
                usage: "admit sub-account remove NAME…",
            };
            let names = match names.is_empty() {
                false => names,
                true => vec![ask::pick(app, "Which sub-account to remove?", missing, |app| {
                    let known = sub_accounts::list(&mut app.store()?, &app.asking())?.1;
                    Ok(known
                        .into_iter()
                        .map(|line| (line.sub_account.name.to_string(), line.sub_account.name))
                        .collect())
                })?],
            };
            match remove(app, each_once(names), change.mode())? {
                Some(lines) => lines,
                None => return Ok(confirm::nothing_changed(app)),
            }
        }
    };
    let rows = lines.into_iter().map(Ok::<_, std::convert::Infallible>);
    output.rows(app.ui.out(), &SUB_ACCOUNTS, rows)?;
    Ok(Exit::Done)
}

fn add(
    app: &mut App,
    names: Vec<SubAccountName>,
    title: Option<String>,
    mode: Mode,
) -> Result<Vec<SubAccountLine>, Failure> {
    if names.len() > 1 && title.is_some() {
        return Err(Failure::usage("--title is for one sub-account; there are several here"));
    }
    let sub_account = |name: SubAccountName| {
        let title = title.clone().unwrap_or_else(|| slug_title(name.as_str()));
        (name, title)
    };
    let wanted: Vec<_> = names.into_iter().map(sub_account).collect();
    let (organization, lines) = sub_accounts::add(&mut app.store()?, &app.context(mode), &wanted)?;
    let words = Words { did: "Added", one: "sub-account", many: "sub-accounts" };
    app.ui.status(words.sentence(lines.len(), &organization, mode));
    if let ([line], Mode::Apply) = (lines.as_slice(), mode) {
        let name = shell_word(line.sub_account.name.as_str());
        app.ui.hint(format!("grant it: admit grant USER --sub-account {name}"));
    }
    Ok(lines)
}

/// Asks where users lose something; nothing where the answer is no.
fn remove(
    app: &mut App,
    names: Vec<SubAccountName>,
    mode: Mode,
) -> Result<Option<Vec<SubAccountLine>>, Failure> {
    let mut store = app.store()?;
    let context = app.context(mode);
    let held: Vec<String> = sub_accounts::to_remove(&mut store, &context, &names)?
        .iter()
        .filter(|line| line.users > 0)
        .map(|line| format!("{} ({})", line.sub_account.name, counted(line.users, "user", "users")))
        .collect();
    if !held.is_empty() && mode == Mode::Apply {
        let question = format!("Remove also from whom it was granted to: {}?", held.join(", "));
        match confirm::deed(app, &question, "removing a sub-account that users have")? {
            Consent::Given => {}
            Consent::Withheld => return Ok(None),
        }
    }
    let (organization, lines) = sub_accounts::remove(&mut store, &context, &names)?;
    let words = Words { did: "Removed", one: "sub-account", many: "sub-accounts" };
    let lost: Vec<_> =
        lines.iter().map(|line| (line.sub_account.name.to_string(), line.users)).collect();
    app.ui.status(report::removed(words, &organization, mode, &lost));
    Ok(Some(lines))
}
