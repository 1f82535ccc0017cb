//! `admit set-team`: users are put into a team, or out of theirs.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, UsersArgs};
use crate::cli::ask::{self, Missing};
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Format, Tone};
use crate::cli::report::{self, Words};
use crate::cli::views::{self, ChangeView, TEAM_CHANGES};
use crate::domain::team::TeamName;
use crate::ops::teams;
use crate::ops::users::TeamChoice;
use crate::store::Store;

/// Arguments of `set-team`.
#[derive(Args, Debug)]
pub struct SetTeamArgs {
    #[command(flatten)]
    users: UsersArgs,
    /// Put them into this team
    #[arg(long, short, value_name = "TEAM", add = ArgValueCompleter::new(complete::teams))]
    team: Option<TeamName>,
    /// Put them into no team
    #[arg(long, conflicts_with = "team")]
    no_team: bool,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Gives users another team, or none.
pub(super) fn run(app: &mut App, args: SetTeamArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&TEAM_CHANGES)?;
    let users = args.users.resolve(app, "set-team")?;
    let mut store = app.store()?;
    let choice = match (args.team, args.no_team) {
        (Some(team), _) => TeamChoice::Named(team),
        (None, true) => TeamChoice::WithoutTeam,
        (None, false) => ask_for_team(app, &mut store, users.len())?,
    };
    let mode = args.change.mode();
    let outcome = teams::set_team(&mut store, &app.context(mode), &users, &choice)?;
    let rows = views::changes(&outcome, |done| ChangeView {
        name: done.user.name.as_ref().map(ToString::to_string),
        result: match &done.user.team {
            Some(team) => format!("was in {}", team.name),
            None => "was in no team".to_owned(),
        },
        tone: Some(Tone::Good),
        team: done.team.as_ref().map(|team| team.name.to_string()),
        ..ChangeView::default()
    });
    let words = Words { did: "Changed the team of", one: "user", many: "users" };
    report::outcome(app, &outcome, &TEAM_CHANGES, rows, words, mode)
}

fn ask_for_team(app: &mut App, store: &mut Store, users: usize) -> Result<TeamChoice, Failure> {
    let missing = Missing {
        what: "no team is named",
        usage: "admit set-team USER… --team TEAM, or --no-team",
    };
    let whom = report::counted(users as u64, "user", "users");
    ask::pick(app, &format!("Which team for {whom}?"), missing, |app| {
        let named = |name: TeamName| (name.to_string(), TeamChoice::Named(name));
        let teams = teams::names(store, &app.asking())?.into_iter().map(named);
        // First, so that it is there however many teams there are.
        Ok(std::iter::once(("(no team)".to_owned(), TeamChoice::WithoutTeam))
            .chain(teams)
            .collect())
    })
}
