//! `admit module`: the menus of the portal are listed, added and removed.

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
use crate::domain::module::{Module, ModuleAccess, ModuleName};
use crate::domain::organization::{Organization, Slug};
use crate::domain::title::Title;
use crate::ops::modules::{self, ModuleLine};
use crate::ops::{Mode, shell_word};

/// Arguments of `module`.
#[derive(Args, Debug)]
pub struct ModuleArgs {
    #[command(subcommand)]
    command: ModuleCommand,
}

#[derive(Debug, Subcommand)]
enum ModuleCommand {
    /// List modules, who may have them and how many users were granted each
    #[command(visible_alias = "ls")]
    List,
    /// Add modules
    Add {
        /// Add modules of these names
        #[arg(value_name = "NAME")]
        names: Vec<ModuleName>,
        /// Show this instead of the name; for one module only
        #[arg(long, value_name = "TEXT")]
        title: Option<Title>,
        /// Keep them to roles that have all modules; they are never granted
        #[arg(long)]
        admin_only: bool,
        #[command(flatten)]
        change: ChangeArgs,
    },
    /// Remove modules, also from users who were granted them
    Remove {
        /// Remove these modules
        #[arg(
            value_name = "NAME",
            add = ArgValueCompleter::new(complete::modules)
        )]
        names: Vec<ModuleName>,
        #[command(flatten)]
        change: ChangeArgs,
    },
}

/// What there is, or what was added or removed.
struct Shown {
    organization: Organization,
    lines: Vec<ModuleLine>,
}

struct View {
    line: ModuleLine,
    organization: Slug,
}

const NAME: Field<View> =
    Field::new("module", "Module", |view| Value::text(view.line.module.name.as_str()));
const TITLE: Field<View> =
    Field::new("title", "Title", |view| Value::text(&view.line.module.title));
const ACCESS: Field<View> =
    Field::new("access", "Access", |view| Value::text(view.line.module.access.as_str()));
const USERS: Field<View> = Field::new("users", "Granted to", |view| count(view.line.users));
const WHERE: Field<View> = Field::on_request("organization", "Organization", |view| {
    Value::text(view.organization.as_str())
});

/// `list`.
static MODULES: Shape<View> = Shape {
    fields: &[NAME, TITLE, ACCESS, USERS],
    reference: |view| view.line.module.name.to_string(),
};

/// `add` and `remove`.
static CHANGES: Shape<View> = Shape {
    fields: &[NAME, TITLE, ACCESS, USERS, WHERE],
    reference: |view| view.line.module.name.to_string(),
};

/// Does what was asked of modules.
pub(super) fn run(app: &mut App, args: ModuleArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    let shape = match args.command {
        ModuleCommand::List => &MODULES,
        _ => &CHANGES,
    };
    output.check(shape)?;
    let each_once = |names| Holdings::new(names, Vec::new()).modules;
    let shown = match args.command {
        ModuleCommand::List => {
            let (organization, lines) = modules::list(&mut app.store()?, &app.asking())?;
            if lines.is_empty() {
                let slug = &organization.slug;
                app.ui.status(format!("There are no modules in {slug}."));
                app.ui.hint("add one: admit module add NAME");
            }
            Shown { organization, lines }
        }
        ModuleCommand::Add { names, title, admin_only, change } => {
            let missing = Missing { what: "no module is named", usage: "admit module add NAME…" };
            let names = ask::texts(app, names, "Name of the module", missing)?;
            let access = if admin_only { ModuleAccess::AdminOnly } else { ModuleAccess::Everyone };
            add(app, each_once(names), title, access, change.mode())?
        }
        ModuleCommand::Remove { names, change } => {
            let missing =
                Missing { what: "no module is named", usage: "admit module remove NAME…" };
            let names = match names.is_empty() {
                false => names,
                true => vec![ask::pick(app, "Which module to remove?", missing, |app| {
                    let known = modules::list(&mut app.store()?, &app.asking())?.1;
                    Ok(known
                        .into_iter()
                        .map(|line| (line.module.name.to_string(), line.module.name))
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
    names: Vec<ModuleName>,
    title: Option<Title>,
    access: ModuleAccess,
    mode: Mode,
) -> Result<Shown, Failure> {
    if names.len() > 1 && title.is_some() {
        return Err(Failure::usage("--title is for one module; there are several here"));
    }
    let module = |name: ModuleName| {
        let title = title.clone().unwrap_or_else(|| Title::of_name(name.as_str()));
        Module { name, title: title.to_string(), access }
    };
    let wanted = names.into_iter().map(module).collect();
    let (organization, lines) = modules::add(&mut app.store()?, &app.context(mode), wanted)?;
    let words = Words { did: "Added", one: "module", many: "modules" };
    app.ui.status(words.sentence(lines.len(), &organization, mode));
    if let ([line], ModuleAccess::Everyone, Mode::Apply) = (lines.as_slice(), access, mode) {
        let name = shell_word(line.module.name.as_str());
        app.ui.hint(format!("grant it: admit grant USER --module {name}"));
    }
    Ok(Shown { organization, lines })
}

/// Asks where users lose something; nothing where the answer is no.
fn remove(app: &mut App, names: Vec<ModuleName>, mode: Mode) -> Result<Option<Shown>, Failure> {
    let mut store = app.store()?;
    let context = app.context(mode);
    let losses = |lines: &[ModuleLine]| -> Vec<(String, u64)> {
        lines.iter().map(|line| (line.module.name.to_string(), line.users)).collect()
    };
    let going = losses(&modules::to_remove(&mut store, &context, &names)?);
    let doing = "removing a module that users have";
    if mode == Mode::Apply && confirm::loss(app, &going, doing)? == Consent::Withheld {
        return Ok(None);
    }
    let (organization, lines) = modules::remove(&mut store, &context, &names)?;
    let words = Words { did: "Removed", one: "module", many: "modules" };
    app.ui.status(report::removed(words, &organization, mode, &losses(&lines)));
    Ok(Some(Shown { organization, lines }))
}
