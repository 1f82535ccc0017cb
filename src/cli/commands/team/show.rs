//! `admit team show`: "My Team", the leaders of a team, then who is in it, with their agent IDs (S0).

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::args::PageArgs;
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::Format;
use crate::cli::report::{counted, grouped};
use crate::cli::views::members::MEMBERS;
use crate::domain::operation::Operation;
use crate::domain::status::Status;
use crate::domain::team::TeamName;
use crate::ops::access;
use crate::ops::teams::{self, Member, Membership, MyTeam};

/// Arguments of `team show`.
#[derive(Args, Debug)]
pub(super) struct ShowArgs {
    /// Show this team
    #[arg(value_name = "TEAM", add = ArgValueCompleter::new(complete::teams))]
    team: Option<TeamName>,
    #[command(flatten)]
    page: PageArgs,
}

/// Shows a team. Whoever leads it comes first, and once.
pub(super) fn run(app: &mut App, args: ShowArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&MEMBERS)?;
    let limit = args.page.limit(&output);
    let mut store = app.store()?;
    let usage = "admit team show TEAM";
    let name = super::named_or_picked(app, &mut store, args.team, "Which team to show?", usage)?;
    let context = app.asking();
    teams::check_show(&mut store, &context, &name)?;
    let (tx, session) = access::read(&mut store, &context, Operation::TeamShow)?;
    let mut team = teams::plan_show(&tx, &session, &name)?;
    let people = people_in(&team);
    let (leaders, members) = (team.leaders.len() as u64, team.members);
    let shown: Vec<Member> = std::mem::take(&mut team.leaders);
    let leading: Vec<_> = shown.iter().map(|leader| leader.user.id).collect();
    let mut query = team.open(&tx)?;
    let others = query.rows()?.filter_map(|row| match row {
        Ok(line) if leading.contains(&line.user.id) => None,
        row => Some(row.map(|line| team.member(line))),
    });
    let rows = shown.into_iter().map(Ok).chain(others);
    let rows = rows.take(limit.map_or(usize::MAX, |limit| limit as usize));
    let written = output.rows(app.ui.out(), &MEMBERS, rows)?;
    let leaders = counted(leaders, "leader", "leaders");
    let members = counted(members, "member", "members");
    app.ui
        .status(format!("{} in {}: {leaders}, {members}.", team.team.name, team.organization.slug));
    if written < people {
        let written = grouped(written);
        app.ui.status(format!("{written} of {} people; for all of them --all.", grouped(people)));
    }
    Ok(Exit::Done)
}

/// How many people are shown: a leader who is in the team is one.
fn people_in(team: &MyTeam) -> u64 {
    let counted = team.leaders.iter().filter(|leader| {
        leader.membership == Membership::In && Status::CURRENT.contains(&leader.user.state.status())
    });
    (team.leaders.len() as u64 + team.members).saturating_sub(counted.count() as u64)
}
