//! `admit org`: organizations are made, listed, chosen, set, renamed and deleted.

mod create;
mod delete;
mod list;
mod set;
mod show;

use clap::{Args, Subcommand};

use crate::cli::app::App;
use crate::cli::ask::{self, Choice, Missing};
use crate::cli::exit::{Exit, Failure};
use crate::domain::organization::Slug;
use crate::ops::organizations;

/// Arguments of `org`.
#[derive(Args, Debug)]
pub struct OrgArgs {
    #[command(subcommand)]
    command: OrgCommand,
}

#[derive(Debug, Subcommand)]
enum OrgCommand {
    /// Make an organization in a store that is there
    Create(create::CreateArgs),
    /// List organizations; the one that commands work in is ticked
    #[command(visible_alias = "ls")]
    List,
    /// Make an organization the current one, which commands work in
    Use(list::UseArgs),
    /// Show an organization's settings, plan and numbers on one screen
    Show(show::ShowArgs),
    /// Change an organization's settings
    Set(Box<set::SetArgs>),
    /// Give an organization another short name, another name, or both
    Rename(set::RenameArgs),
    /// Delete an organization with everybody in it, save in the audit
    Delete(delete::DeleteArgs),
}

/// Does what was asked of organizations.
pub(super) fn run(app: &mut App, args: OrgArgs) -> Result<Exit, Failure> {
    match args.command {
        OrgCommand::Create(args) => create::run(app, args),
        OrgCommand::List => list::run(app),
        OrgCommand::Use(args) => list::use_as_current(app, args),
        OrgCommand::Show(args) => show::run(app, &args),
        OrgCommand::Set(args) => set::run(app, *args),
        OrgCommand::Rename(args) => set::rename(app, args),
        OrgCommand::Delete(args) => delete::run(app, args),
    }
}

/// The organization that is named, or chosen from a list where somebody can answer.
fn named_or_asked(
    app: &mut App,
    named: Option<Slug>,
    question: &str,
    usage: &str,
) -> Result<Slug, Failure> {
    if let Some(slug) = named {
        return Ok(slug);
    }
    ask::select(app, Missing { what: "no organization is named", usage }, |app| {
        let known = organizations::list(&mut app.store()?, &app.asking())?.organizations;
        let mark = known.iter().position(|line| line.is_current).unwrap_or_default();
        let known = known.into_iter().map(|line| line.organization);
        let things = known.map(|it| (format!("{}  {}", it.slug, it.name), it.slug)).collect();
        Ok(Choice { question: question.to_owned(), things, mark })
    })
}
