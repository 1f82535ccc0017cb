//! `admit module`: the menus of the portal are listed, added and removed.

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
use crate::domain::module::{Module, ModuleAccess, ModuleName};
use crate::domain::text::slug_title;
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
        #[arg(long, value_name = "TEXT", value_parser = title)]
        title: Option<String>,
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

static MODULES: Shape<ModuleLine> = Shape {
    fields: &[
        Field::new("module", "Module", |line| Value::text(line.module.name.as_str())),
        Field::new("title", "Title", |line| Value::text(&line.module.title)),
        Field::new("access", "Access", |line| Value::text(line.module.access.as_str())),
        Field::new("users", "Granted to", |line| count(line.users)),
    ],
    reference: |line| line.module.name.to_string(),
};

/// Does what was asked of modules.
pub(super) fn run(app: &mut App, args: ModuleArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&MODULES)?;
    let each_once = |names| Holdings::new(names, Vec::new()).modules;
    let lines = match args.command {
        ModuleCommand::List => {
            let (organization, lines) = modules::list(&mut app.store()?, &app.asking())?;
            if lines.is_empty() {
                let slug = organization.slug;
                app.ui.status(format!("There are no modules in {slug}."));
                app.ui.hint("add one: admit module add NAME");
            }
            lines
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
                Some(lines) => lines,
                None => return Ok(confirm::nothing_changed(app)),
            }
        }
    };
    let rows = lines.into_iter().map(Ok::<_, std::convert::Infallible>);
    output.rows(app.ui.out(), &MODULES, rows)?;
    Ok(Exit::Done)
}

fn add(
    app: &mut App,
    names: Vec<ModuleName>,
    title: Option<String>,
    access: ModuleAccess,
    mode: Mode,
) -> Result<Vec<ModuleLine>, Failure> {
    if names.len() > 1 && title.is_some() {
        return Err(Failure::usage("--title is for one module; there are several here"));
    }
    let module = |name: ModuleName| {
        let title = title.clone().unwrap_or_else(|| slug_title(name.as_str()));
        Module { name, title, access }
    };
    let wanted = names.into_iter().map(module).collect();
    let (organization, lines) = modules::add(&mut app.store()?, &app.context(mode), wanted)?;
    let words = Words { did: "Added", one: "module", many: "modules" };
    app.ui.status(words.sentence(lines.len(), &organization, mode));
    if let ([line], ModuleAccess::Everyone, Mode::Apply) = (lines.as_slice(), access, mode) {
        let name = shell_word(line.module.name.as_str());
        app.ui.hint(format!("grant it: admit grant USER --module {name}"));
    }
    Ok(lines)
}

/// Asks where users lose something; nothing where the answer is no.
fn remove(
    app: &mut App,
    names: Vec<ModuleName>,
    mode: Mode,
) -> Result<Option<Vec<ModuleLine>>, Failure> {
    let mut store = app.store()?;
    let context = app.context(mode);
    let held: Vec<String> = modules::to_remove(&mut store, &context, &names)?
        .iter()
        .filter(|line| line.users > 0)
        .map(|line| format!("{} ({})", line.module.name, counted(line.users, "user", "users")))
        .collect();
    if !held.is_empty() && mode == Mode::Apply {
        let question = format!("Remove also from whom it was granted to: {}?", held.join(", "));
        match confirm::deed(app, &question, "removing a module that users have")? {
            Consent::Given => {}
            Consent::Withheld => return Ok(None),
        }
    }
    let (organization, lines) = modules::remove(&mut store, &context, &names)?;
    let words = Words { did: "Removed", one: "module", many: "modules" };
    let lost: Vec<_> =
        lines.iter().map(|line| (line.module.name.to_string(), line.users)).collect();
    app.ui.status(report::removed(words, &organization, mode, &lost));
    Ok(Some(lines))
}
