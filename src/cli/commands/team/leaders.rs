//! `admit team leaders`: who leads a team, and changing that.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Format, Tone};
use crate::cli::report::{self, Words};
use crate::cli::views::{self, ChangeView, TEAM_CHANGES};
use crate::domain::team::TeamName;
use crate::domain::user_ref::UserRef;
use crate::ops::shell_word;
use crate::ops::teams::{self, Lead, LeaderChange};

/// Arguments of `team leaders`.
#[derive(Args, Debug)]
#[command(
    after_help = "A leader is an active or invited user with a login. Leading a team and being \
                        in it are two things: who is made leader stays in the team they are in."
)]
pub(super) struct LeadersArgs {
    /// Show or change who leads this team
    #[arg(value_name = "TEAM", add = ArgValueCompleter::new(complete::teams))]
    team: Option<TeamName>,
    /// Make this user a leader; can be given several times
    #[arg(long, value_name = "USER", add = ArgValueCompleter::new(complete::users))]
    add: Vec<UserRef>,
    /// Let this user lead it no longer; can be given several times
    #[arg(long, value_name = "USER", add = ArgValueCompleter::new(complete::users))]
    remove: Vec<UserRef>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Shows who leads a team, or changes it.
pub(super) fn run(app: &mut App, args: LeadersArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&TEAM_CHANGES)?;
    let mut store = app.store()?;
    let usage = "admit team leaders TEAM [--add USER] [--remove USER]";
    let team = super::named_or_picked(app, &mut store, args.team, "Whose leaders?", usage)?;
    if args.add.is_empty() && args.remove.is_empty() {
        return list(app, &mut store, &team);
    }
    let mode = args.change.mode();
    let change = LeaderChange { team, add: args.add, remove: args.remove };
    let outcome = teams::change_leaders(&mut store, &app.context(mode), &change)?;
    let rows = views::changes(&outcome, |done| ChangeView {
        name: done.user.name.as_ref().map(ToString::to_string),
        result: match done.now {
            Lead::Leads => "leads it".to_owned(),
            Lead::LeadsNot => "leads it no longer".to_owned(),
        },
        tone: Some(if done.now == Lead::Leads { Tone::Good } else { Tone::Quiet }),
        team: Some(done.team.name.to_string()),
        ..ChangeView::default()
    });
    let words = Words { did: "Changed the leadership of", one: "user", many: "users" };
    report::outcome(app, &outcome, &TEAM_CHANGES, rows, words, mode)
}

fn list(app: &mut App, store: &mut crate::store::Store, name: &TeamName) -> Result<Exit, Failure> {
    let (organization, leaders) = teams::leaders(store, &app.asking(), name)?;
    if leaders.is_empty() {
        let team = shell_word(name.as_str());
        app.ui.status(format!("Nobody leads {name} in {}.", organization.slug));
        app.ui.hint(format!("make somebody its leader: admit team leaders {team} --add USER"));
    }
    let rows = leaders.into_iter().map(|leader| {
        Ok::<_, std::convert::Infallible>(ChangeView {
            user: leader.user.reference().to_string(),
            name: leader.user.name.as_ref().map(ToString::to_string),
            result: "leads it".to_owned(),
            tone: Some(views::status_tone(leader.user.state.status())),
            team: Some(leader.team.name.to_string()),
            organization: organization.slug.to_string(),
            ..ChangeView::default()
        })
    });
    app.output(Format::Table).rows(app.ui.out(), &TEAM_CHANGES, rows)?;
    Ok(Exit::Done)
}
