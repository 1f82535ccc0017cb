//! `admit org`: organizations are made, listed, chosen, set, renamed and deleted.

mod create;
mod delete;
mod list;
mod set;
mod show;

use clap::{Args, Subcommand};

use crate::cli::app::App;
use crate::cli::exit::{Exit, Failure};
use crate::cli::prompt::Answer;
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
    if !app.may_ask() {
        return Err(Failure::usage("no organization is named").hinted(usage));
    }
    let known = organizations::list(&mut app.store()?, &app.asking())?.organizations;
    let items: Vec<String> = known
        .iter()
        .map(|line| format!("{}  {}", line.organization.slug, line.organization.name))
        .collect();
    let mark = known.iter().position(|line| line.is_current).unwrap_or_default();
    match app.ui.ask()?.select(question, &items, mark)? {
        Answer::Given(index) => known
            .into_iter()
            .nth(index)
            .map(|line| line.organization.slug)
            .ok_or_else(Failure::declined),
        Answer::Declined => Err(Failure::declined()),
    }
}
