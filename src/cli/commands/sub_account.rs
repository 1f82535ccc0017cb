//! `admit sub-account`: the parts of a customer's account are listed, added and removed.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::ask::{self, Missing};
use crate::cli::complete;
use crate::cli::confirm::{self, Consent};
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Value};
use crate::cli::report::{self, Words};
use crate::cli::views::count;
use crate::domain::holdings::Holdings;
use crate::domain::organization::{Organization, Slug};
use crate::domain::sub_account::SubAccountName;
use crate::domain::title::Title;
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
        #[arg(long, value_name = "TEXT")]
        title: Option<Title>,
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

/// What there is, or what was added or removed.
struct Shown {
    organization: Organization,
    lines: Vec<SubAccountLine>,
}

struct View {
    line: SubAccountLine,
    organization: Slug,
}

const NAME: Field<View> = Field::new("sub_account", "Sub-account", |view| {
    Value::text(view.line.sub_account.name.as_str())
});
const TITLE: Field<View> =
    Field::new("title", "Title", |view| Value::text(&view.line.sub_account.title));
const USERS: Field<View> = Field::new("users", "Granted to", |view| count(view.line.users));
const WHERE: Field<View> = Field::on_request("organization", "Organization", |view| {
    Value::text(view.organization.as_str())
});

/// `list`.
static SUB_ACCOUNTS: Shape<View> = Shape {
    fields: &[NAME, TITLE, USERS],
    reference: |view| view.line.sub_account.name.to_string(),
};

/// `add` and `remove`.
static CHANGES: Shape<View> = Shape {
    fields: &[NAME, TITLE, USERS, WHERE],
    reference: |view| view.line.sub_account.name.to_string(),
};

/// Does what was asked of sub-accounts.
pub(super) fn run(app: &mut App, args: SubAccountArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    let shape = match args.command {
        SubAccountCommand::List => &SUB_ACCOUNTS,
        _ => &CHANGES,
    };
    output.check(shape)?;
    let each_once = |names| Holdings::new(Vec::new(), names).sub_accounts;
    let shown = match args.command {
        SubAccountCommand::List => {
            let (organization, lines) = sub_accounts::list(&mut app.store()?, &app.asking())?;
            if lines.is_empty() {
                let slug = &organization.slug;
                app.ui.status(format!("There are no sub-accounts in {slug}."));
                app.ui.hint("add one: admit sub-account add NAME");
            }
            Shown { organization, lines }
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
                Some(shown) => shown,
                None => return Ok(confirm::nothing_changed(app)),
            }
        }
    };
    let organization = shown.organization.slug;
    let rows = shown.lines.into_iter().map(|line| {
        Ok::<_, std::convert::Infallible>(View { line, organization: organization.clone() })
    });
    output.rows(app.ui.out(), shape, rows)?;
    Ok(Exit::Done)
}

fn add(
    app: &mut App,
    names: Vec<SubAccountName>,
    title: Option<Title>,
    mode: Mode,
) -> Result<Shown, Failure> {
    if names.len() > 1 && title.is_some() {
        return Err(Failure::usage("--title is for one sub-account; there are several here"));
    }
    let sub_account = |name: SubAccountName| {
        let title = title.clone().unwrap_or_else(|| Title::of_name(name.as_str()));
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
    Ok(Shown { organization, lines })
}

/// Asks where users lose something; nothing where the answer is no.
fn remove(app: &mut App, names: Vec<SubAccountName>, mode: Mode) -> Result<Option<Shown>, Failure> {
    let mut store = app.store()?;
    let context = app.context(mode);
    let losses = |lines: &[SubAccountLine]| -> Vec<(String, u64)> {
        lines.iter().map(|line| (line.sub_account.name.to_string(), line.users)).collect()
    };
    let going = losses(&sub_accounts::to_remove(&mut store, &context, &names)?);
    let doing = "removing a sub-account that users have";
    if mode == Mode::Apply && confirm::loss(app, &going, doing)? == Consent::Withheld {
        return Ok(None);
    }
    let (organization, lines) = sub_accounts::remove(&mut store, &context, &names)?;
    let words = Words { did: "Removed", one: "sub-account", many: "sub-accounts" };
    app.ui.status(report::removed(words, &organization, mode, &losses(&lines)));
    Ok(Some(Shown { organization, lines }))
}
