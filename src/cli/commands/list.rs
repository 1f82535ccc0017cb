//! `admit list`: users, filtered, sorted, page by page.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::args::PageArgs;
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::Format;
use crate::cli::report::{self, grouped};
use crate::cli::views::USERS;
use crate::domain::filter::{Direction, LinkFilter, LoginFilter, SearchText, UserSort};
use crate::domain::id::BatchId;
use crate::domain::operation::Operation;
use crate::domain::role::RoleName;
use crate::domain::since::Since;
use crate::domain::status::Status;
use crate::domain::team::TeamName;
use crate::domain::user::PortalAccess;
use crate::domain::user_ref::UserRef;
use crate::ops::users::{self, ListRequest, TeamChoice};
use crate::ops::{access, search_index, shell_word};
use crate::store::UserLine;

/// Arguments of `list`.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag on the command line")]
pub struct ListArgs {
    /// Show deactivated, cancelled and declined users instead of current ones
    #[arg(long, conflicts_with = "status")]
    inactive: bool,
    /// Show users with one of these statuses
    #[arg(long, value_name = "STATUS,…", value_delimiter = ',')]
    status: Vec<Status>,
    /// Show users with this role
    #[arg(long, short, value_name = "ROLE", add = ArgValueCompleter::new(complete::roles))]
    role: Option<RoleName>,
    /// Show users in this team
    #[arg(long, short, value_name = "TEAM", add = ArgValueCompleter::new(complete::teams))]
    team: Option<TeamName>,
    /// Show users in no team
    #[arg(long, conflicts_with = "team")]
    no_team: bool,
    /// Show invited users who have no link yet
    #[arg(long, conflicts_with_all = ["inactive", "status"])]
    pending: bool,
    /// Show users whose name or address holds this, in any case
    #[arg(long, short, value_name = "TEXT")]
    search: Option<String>,
    /// Show users who never logged in
    #[arg(long, conflicts_with = "not_logged_in_for")]
    never_logged_in: bool,
    /// Show users who have not logged in for so long, such as 90d
    #[arg(long, value_name = "TIME")]
    not_logged_in_for: Option<Since>,
    /// Show users without a login
    #[arg(long)]
    login_less: bool,
    /// Show users whom this import made
    #[arg(long, value_name = "NUMBER")]
    batch: Option<i64>,
    /// Sort by this
    #[arg(long, value_name = "KEY", value_enum, default_value = "email")]
    sort: SortKey,
    /// Turn the order round
    #[arg(long)]
    reverse: bool,
    #[command(flatten)]
    page: PageArgs,
    /// Start behind this user: the next page
    #[arg(long, value_name = "USER")]
    after: Option<UserRef>,
}

/// What a table shows of users without a login: those have no address to be known by.
const PHONE_COLUMNS: [&str; 6] = ["id", "name", "extension", "role", "team", "status"];

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum SortKey {
    /// By address
    Email,
    /// By name
    Name,
    /// By the time they were made
    Created,
    /// By last login, never first
    LastLogin,
}

/// From so many users on it is told that they are read without being shown: it takes a tenth of a second.
const MANY: u64 = 100_000;

/// Lists users.
pub(super) fn run(app: &mut App, args: ListArgs) -> Result<Exit, Failure> {
    let mut output = app.output(Format::Table);
    output.check(&USERS)?;
    if args.login_less && output.format == Format::Table && output.fields.is_none() {
        output.fields = Some(PHONE_COLUMNS.map(str::to_owned).to_vec());
    }
    let limit = args.page.limit(&output);
    let request = request(app, args, limit);
    let mut store = app.store()?;
    users::check_list(&mut store, &app.asking(), &request)?;
    let (tx, session) = access::read(&mut store, &app.asking(), Operation::List)?;
    let plan = users::plan_list(&tx, &session, &request)?;
    let mut query = plan.open(&tx)?;
    let sifted = query.sifted().filter(|users| *users >= MANY);
    if let Some(users) = sifted {
        let users = report::counted(users, "user", "users");
        app.ui.status(format!(
            "Reading up to {users}: no index answers this search, filter or order."
        ));
    }
    let mut last = None;
    let rows = query.rows()?.inspect(|row| {
        if let (Ok(UserLine { user, .. }), Some(_)) = (row, limit) {
            last = Some(user.reference());
        }
    });
    let rows = rows.map(|row| row.map(|line| plan.shown(line)));
    let shown = output.rows(app.ui.out(), &USERS, rows)?;
    drop(query);
    if shown == 0 {
        app.ui.status(format!("No users match in {}.", plan.organization.slug));
    }
    if let (Some(limit), Some(last)) = (limit, last)
        && shown == u64::from(limit)
    {
        // To count millions who are in no index would take longer than the page did.
        let whole = if sifted.is_none() { Some(plan.count(&tx)?) } else { None };
        if whole.is_none_or(|whole| whole > shown) || request.after.is_some() {
            let shown = report::counted(shown, "user", "users");
            let whole = whole.map_or_else(|| "more".to_owned(), grouped);
            app.ui.status(format!(
                "{shown} of {whole}; for the next page add --after {}, for all of them --all.",
                shell_word(&last.to_string())
            ));
        }
    }
    if search_index::would_help(&tx, &session, &request)? {
        app.ui.hint("find faster from now on: admit search-index build");
    }
    Ok(Exit::Done)
}

fn request(app: &App, args: ListArgs, limit: Option<u32>) -> ListRequest {
    let statuses = match (args.inactive, args.pending, args.status.is_empty()) {
        (true, _, _) => Status::INACTIVE.to_vec(),
        (_, true, _) => vec![Status::Invited],
        (_, _, true) => Status::CURRENT.to_vec(),
        _ => args.status,
    };
    ListRequest {
        statuses,
        role: args.role,
        team: match (args.team, args.no_team) {
            (Some(team), _) => Some(TeamChoice::Named(team)),
            (None, true) => Some(TeamChoice::WithoutTeam),
            (None, false) => None,
        },
        link: args.pending.then_some(LinkFilter::NotSent),
        login: match args.not_logged_in_for {
            Some(since) => Some(LoginFilter::NotSince(since.moment(app.now()))),
            None => args.never_logged_in.then_some(LoginFilter::Never),
        },
        access: args.login_less.then_some(PortalAccess::None),
        batch: args.batch.map(BatchId::new),
        search: args.search.as_deref().map(SearchText::new),
        sort: match args.sort {
            SortKey::Email => UserSort::Email,
            SortKey::Name => UserSort::Name,
            SortKey::Created => UserSort::Created,
            SortKey::LastLogin => UserSort::LastLogin,
        },
        direction: if args.reverse { Direction::Descending } else { Direction::Ascending },
        after: args.after,
        limit,
    }
}
