//! `admit stats`: an organization in numbers and bars.

use clap::Args;

use crate::cli::app::App;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Bar, Chart, Field, Format, Shape, Tone, Value};
use crate::cli::report::{counted, grouped};
use crate::cli::views::{count, status_tone};
use crate::domain::invite::InviteState;
use crate::domain::status::Status;
use crate::domain::user::Standing;
use crate::ops::stats::{self, DaysLeft, Stats};

/// Arguments of `stats`.
#[derive(Args, Debug)]
#[command(
    after_help = "Roles, teams and logins are those of current users: invited, expired and active. \
                  Who is pending is invited and has no link yet. Invites end by the days of UTC; \
                  today's may be over already. Ten teams are told one by one, the others together."
)]
pub struct StatsArgs {}

static STATS: Shape<Stats> = Shape {
    fields: &[
        Field::new("organization", "Organization", |stats| {
            Value::text(stats.organization.slug.as_str())
        }),
        Field::new("at", "When", |stats| Value::Time(stats.at)),
        Field::new("users", "Users", |stats| {
            Value::Record(vec![
                ("total", count(stats.users())),
                ("current", count(stats.current())),
                ("inactive", count(stats.users() - stats.current())),
            ])
        }),
        Field::new("statuses", "By status", |stats| {
            let part =
                |(standing, users): &(Standing, u64)| (standing_word(*standing), count(*users));
            Value::Record(stats.statuses.iter().map(part).collect())
        }),
        Field::new("roles", "By role", |stats| {
            Value::many(
                stats.roles.iter().map(|(role, users)| named("role", role.as_str(), *users)),
            )
        }),
        Field::new("teams", "By team", |stats| {
            Value::many(
                stats.teams.iter().map(|(team, users)| named("team", team.as_str(), *users)),
            )
        }),
        Field::new("other_teams", "Other teams", |stats| {
            Value::Record(vec![
                ("teams", count(stats.other_teams.teams)),
                ("users", count(stats.other_teams.users)),
            ])
        }),
        Field::new("no_team", "In no team", |stats| count(stats.no_team)),
        Field::new("logins", "By login", |stats| {
            Value::Record(vec![
                ("with_login", count(stats.with_login)),
                ("without_login", count(stats.login_less)),
            ])
        }),
        Field::new("seats_taken", "Seats taken", |stats| count(stats.seats_taken)),
        Field::new("seat_limit", "Seat limit", |stats| seat_limit(stats).map(count).into()),
        Field::new("seats_left", "Seats left", |stats| seats_left(stats).map(count).into()),
        Field::new("open_invites", "Open invites", |stats| {
            let part = |(days, many): &(DaysLeft, u64)| (days.as_str(), count(*many));
            Value::Record(stats.open_invites.iter().map(part).collect())
        }),
        Field::new("closed_invites", "Closed invites", |stats| {
            let part = |(state, many): &(InviteState, u64)| (state.as_str(), count(*many));
            Value::Record(stats.closed_invites.iter().map(part).collect())
        }),
        Field::new("agents", "Agents", |stats| {
            Value::Record(vec![
                ("with_user", count(stats.held_agents)),
                ("without_user", count(stats.free_agents)),
            ])
        }),
    ],
    reference: |stats| stats.organization.slug.to_string(),
};

/// One number, for CSV.
struct Number {
    group: &'static str,
    key: String,
    count: u64,
}

static NUMBERS: Shape<Number> = Shape {
    fields: &[
        Field::new("group", "Group", |number| Value::text(number.group)),
        Field::new("key", "Key", |number| Value::text(&number.key)),
        Field::new("count", "Count", |number| count(number.count)),
    ],
    reference: |number| number.key.clone(),
};

/// Shows the numbers: bars to a person, one object or rows of numbers to a script.
pub(super) fn run(app: &mut App, _: StatsArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    match output.format {
        Format::Csv => output.check(&NUMBERS)?,
        _ => output.check(&STATS)?,
    }
    let context = app.asking();
    let stats = stats::stats(&mut app.store()?, &context)?;
    match (output.format, &output.fields) {
        (Format::Table, None) => output.charts(app.ui.out(), &charts(&stats))?,
        (Format::Csv, _) => {
            let rows = numbers(&stats).into_iter().map(Ok::<_, std::convert::Infallible>);
            output.rows(app.ui.out(), &NUMBERS, rows)?;
        }
        _ => output.one(app.ui.out(), &STATS, &stats)?,
    }
    let overdue = stats.open_invites.iter().find(|(days, _)| *days == DaysLeft::Overdue);
    if let Some((_, many @ 1..)) = overdue {
        let invites = counted(*many, "invite is", "invites are");
        app.ui.hint(format!("{invites} over and not marked so: admit expire"));
    }
    Ok(Exit::Done)
}

fn named<'a>(what: &'static str, name: &'a str, users: u64) -> Value<'a> {
    Value::Record(vec![(what, Value::text(name)), ("users", count(users))])
}

fn seat_limit(stats: &Stats) -> Option<u64> {
    stats.organization.seat_limit.map(|limit| u64::from(limit.get()))
}

fn seats_left(stats: &Stats) -> Option<u64> {
    seat_limit(stats).map(|limit| limit.saturating_sub(stats.seats_taken))
}

const fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Pending => "pending",
        Standing::Status(status) => status.as_str(),
    }
}

/// The same numbers as the object has, under the same names.
fn numbers(stats: &Stats) -> Vec<Number> {
    let mut numbers = Vec::new();
    let mut add = |group, key: &str, count| {
        numbers.push(Number { group, key: key.to_owned(), count });
    };
    add("users", "total", stats.users());
    add("users", "current", stats.current());
    add("users", "inactive", stats.users() - stats.current());
    for (standing, users) in &stats.statuses {
        add("statuses", standing_word(*standing), *users);
    }
    for (role, users) in &stats.roles {
        add("roles", role.as_str(), *users);
    }
    for (team, users) in &stats.teams {
        add("teams", team.as_str(), *users);
    }
    add("other_teams", "teams", stats.other_teams.teams);
    add("other_teams", "users", stats.other_teams.users);
    add("no_team", "users", stats.no_team);
    add("logins", "with_login", stats.with_login);
    add("logins", "without_login", stats.login_less);
    add("seats_taken", "seats", stats.seats_taken);
    if let (Some(limit), Some(left)) = (seat_limit(stats), seats_left(stats)) {
        add("seat_limit", "seats", limit);
        add("seats_left", "seats", left);
    }
    for (days, many) in &stats.open_invites {
        add("open_invites", days.as_str(), *many);
    }
    for (state, many) in &stats.closed_invites {
        add("closed_invites", state.as_str(), *many);
    }
    add("agents", "with_user", stats.held_agents);
    add("agents", "without_user", stats.free_agents);
    numbers
}

fn charts(stats: &Stats) -> Vec<Chart> {
    let current = counted(stats.current(), "current user", "current users");
    let users = counted(stats.users(), "user", "users");
    let mut charts = vec![
        Chart {
            title: format!("{users} in {} by status", stats.organization.slug),
            bars: stats
                .statuses
                .iter()
                .map(|(standing, users)| status_bar(*standing, *users))
                .collect(),
        },
        Chart {
            title: format!("{current} by role"),
            bars: stats
                .roles
                .iter()
                .map(|(role, users)| bar(role.as_str(), *users, None))
                .collect(),
        },
    ];
    if !stats.teams.is_empty() {
        charts.push(Chart { title: format!("{current} by team"), bars: team_bars(stats) });
    }
    if stats.login_less > 0 {
        charts.push(Chart {
            title: format!("{current} by login"),
            bars: vec![
                bar("with a login", stats.with_login, None),
                bar("login-less", stats.login_less, None),
            ],
        });
    }
    if let (Some(limit), Some(left)) = (seat_limit(stats), seats_left(stats)) {
        charts.push(Chart {
            title: counted(limit, "seat", "seats"),
            bars: vec![bar("taken", stats.seats_taken, None), bar("free", left, Some(Tone::Good))],
        });
    }
    charts.extend(invite_charts(stats));
    let agents = stats.held_agents + stats.free_agents;
    charts.push(Chart {
        title: counted(agents, "agent", "agents"),
        bars: vec![
            bar("with a user", stats.held_agents, Some(Tone::Good)),
            bar("without", stats.free_agents, Some(Tone::Warning)),
        ],
    });
    charts
}

fn invite_charts(stats: &Stats) -> [Chart; 2] {
    let open: u64 = stats.open_invites.iter().map(|(_, many)| many).sum();
    let closed: u64 = stats.closed_invites.iter().map(|(_, many)| many).sum();
    let days = |(days, many): &(DaysLeft, u64)| {
        let (label, tone) = match days {
            DaysLeft::Overdue => ("overdue".to_owned(), Some(Tone::Bad)),
            DaysLeft::Today => ("today".to_owned(), Some(Tone::Warning)),
            DaysLeft::One => ("1 day".to_owned(), Some(Tone::Warning)),
            days => (format!("{} days", days.as_str().replace('-', "–")), None),
        };
        let label = if *days == DaysLeft::More { "more".to_owned() } else { label };
        Bar { label, count: *many, tone }
    };
    let states = |(state, many): &(InviteState, u64)| {
        let tone = if *state == InviteState::Accepted { Tone::Good } else { Tone::Quiet };
        bar(state.as_str(), *many, Some(tone))
    };
    [
        Chart {
            title: format!("{} by days left", counted(open, "open invite", "open invites")),
            bars: stats.open_invites.iter().map(days).collect(),
        },
        Chart {
            title: format!("{} by outcome", counted(closed, "closed invite", "closed invites")),
            bars: stats.closed_invites.iter().map(states).collect(),
        },
    ]
}

fn team_bars(stats: &Stats) -> Vec<Bar> {
    let teams = stats.teams.iter().map(|(team, users)| bar(team.as_str(), *users, None));
    let mut bars: Vec<Bar> = teams.collect();
    let others = stats.other_teams;
    if others.teams > 0 {
        let label = format!("{} other teams", grouped(others.teams));
        bars.push(bar(&label, others.users, Some(Tone::Quiet)));
    }
    bars.push(bar("(no team)", stats.no_team, Some(Tone::Quiet)));
    bars
}

fn status_bar(standing: Standing, users: u64) -> Bar {
    let status = match standing {
        Standing::Pending => Status::Invited,
        Standing::Status(status) => status,
    };
    bar(standing_word(standing), users, Some(status_tone(status)))
}

fn bar(label: &str, count: u64, tone: Option<Tone>) -> Bar {
    Bar { label: label.to_owned(), count, tone }
}
