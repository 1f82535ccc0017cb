//! `admit show`: one user on one screen.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Output, Shape, Value};
use crate::cli::views::{self, mails};
use crate::domain::agent::Agent;
use crate::domain::audit::AuditRecord;
use crate::domain::invite::InviteState;
use crate::domain::module::ModuleName;
use crate::domain::status::Verb;
use crate::domain::sub_account::SubAccountName;
use crate::domain::template::Reach;
use crate::domain::time::{Timestamp, relative};
use crate::domain::user::PortalAccess;
use crate::domain::user_ref::UserRef;
use crate::ops::audit::History;
use crate::ops::holdings::Offer;
use crate::ops::shell_word;
use crate::ops::users::{self, Portrait};

/// Arguments of `show`.
#[derive(Args, Debug)]
pub struct ShowArgs {
    /// Show this user, by e-mail or number (#12)
    #[arg(value_name = "USER", add = ArgValueCompleter::new(complete::users))]
    user: Option<UserRef>,
    /// Tell the whole history, the oldest entry first, with what changed
    #[arg(long)]
    history: bool,
}

struct View {
    portrait: Portrait,
    told: History,
    now: Timestamp,
}

static SHAPE: Shape<View> = Shape {
    fields: &[
        Field::new("id", "Number", |view| Value::Number(view.portrait.user.id.get())),
        Field::new("email", "E-mail", |view| {
            view.portrait.user.email.as_ref().map(|email| email.as_typed()).into()
        }),
        Field::new("name", "Name", |view| {
            view.portrait.user.name.as_ref().map(|name| name.as_str()).into()
        }),
        Field::new("organization", "Organization", |view| {
            Value::text(view.portrait.organization.slug.as_str())
        }),
        Field::new("role", "Role", |view| Value::text(view.portrait.user.role.as_str())),
        Field::new("team", "Team", |view| {
            view.portrait.user.team.as_ref().map(|team| team.name.as_str()).into()
        }),
        Field::new("leads", "Leads", |view| {
            Value::many(view.portrait.leads.iter().map(|team| team.name.as_str()))
        }),
        Field::new("status", "Status", |view| views::status_of(&view.portrait.user)),
        Field::new("status_since", "Since", |view| Value::Time(view.portrait.user.state_since)),
        Field::new("pending", "Pending", |view| {
            Value::Truth(views::is_pending(&view.portrait.user))
        }),
        Field::new("invite", "Invite", invite),
        Field::new("mail", "Mail", |view| mails::newest(view.portrait.mail.as_ref(), view.now)),
        Field::new("agents", "Agents", |view| Value::many(view.portrait.agents.iter().map(agent))),
        Field::new("extension", "Extension", |view| {
            view.portrait.phone.as_ref().map(|phone| phone.extension.as_str()).into()
        }),
        Field::new("pin_set_at", "PIN set", |view| {
            view.portrait.phone.as_ref().map(|phone| phone.pin_set_at).into()
        }),
        Field::new("portal_access", "Portal access", |view| {
            Value::Truth(view.portrait.user.portal_access() == PortalAccess::Granted)
        }),
        Field::new("modules", "Modules", modules),
        Field::new("sub_accounts", "Sub-accounts", sub_accounts),
        Field::new("last_login_at", "Last login", |view| view.portrait.user.last_login_at.into()),
        Field::new("created_at", "Created", |view| Value::Time(view.portrait.user.created_at)),
        Field::new("batch", "Import", |view| {
            view.portrait.user.batch.map(|batch| batch.get()).into()
        }),
        Field::new("history", "History", |view| {
            Value::many(view.portrait.history.iter().map(|record| entry(record, view.told)))
        }),
        Field::new("next", "Next", |view| {
            let reset = reset_pin(view);
            Value::many(view.portrait.next.iter().map(|verb| next(*verb, view)).chain(reset))
        }),
    ],
    reference: |view| view.portrait.user.reference().to_string(),
};

/// Shows a user.
pub(super) fn run(app: &mut App, args: ShowArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&SHAPE)?;
    let user = match args.user {
        Some(user) => user,
        None => app
            .ask_for_user("Whom to show?")?
            .ok_or_else(|| Failure::usage("no user is named").hinted("admit show USER"))?,
    };
    let told = if args.history { History::Whole } else { History::Newest };
    let context = app.asking();
    let portrait = users::show(&mut app.store()?, &context, &user, told)?;
    let now = app.now();
    let view = View { portrait, told, now };
    fitting(output, &view).one(app.ui.out(), &SHAPE, &view)?;
    Ok(Exit::Done)
}

/// A person is shown what a user with a login has, or what one without has; a script is shown both.
fn fitting(output: Output, view: &View) -> Output {
    let foreign: &[&str] = match view.portrait.user.portal_access() {
        PortalAccess::Granted => &["extension", "pin_set_at", "portal_access"],
        PortalAccess::None => &["email", "invite", "mail", "last_login_at"],
    };
    if output.format != Format::Table || output.fields.is_some() {
        return output;
    }
    // What the organization does not have is nothing to a person.
    let nobodys: &[&str] = match view.portrait.sight.offer {
        Offer::None => &["modules", "sub_accounts"],
        _ => &[],
    };
    let leads: &[&str] = if view.portrait.leads.is_empty() { &["leads"] } else { &[] };
    let mail: &[&str] = if view.portrait.mail.is_none() { &["mail"] } else { &[] };
    let left_out = [foreign, nobodys, leads, mail].concat();
    let keys = SHAPE.fields.iter().map(|field| field.key).filter(|key| !left_out.contains(key));
    Output { fields: Some(keys.map(str::to_owned).collect()), ..output }
}

fn invite(view: &View) -> Value<'_> {
    let Some(invite) = &view.portrait.invite else { return Value::Nothing };
    let mut parts = vec![
        ("state", Value::text(invite.state.as_str())),
        ("created_at", Value::Time(invite.created_at)),
        ("expires_at", Value::Time(invite.expires_at)),
    ];
    if invite.state == InviteState::Open {
        parts.push(("time_left", Value::Text(relative(invite.expires_at, view.now).into())));
    }
    Value::Record(parts)
}

fn modules(view: &View) -> Value<'_> {
    let sight = &view.portrait.sight;
    seen(sight.modules, sight.granted.modules.iter().map(ModuleName::as_str))
}

fn sub_accounts(view: &View) -> Value<'_> {
    let sight = &view.portrait.sight;
    seen(sight.sub_accounts, sight.granted.sub_accounts.iter().map(SubAccountName::as_str))
}

/// A role that reaches all of them sees those to come, too, so they are not named.
fn seen<'a>(reach: Reach, granted: impl Iterator<Item = &'a str>) -> Value<'a> {
    match reach {
        Reach::All => Value::many([Value::text("all")]),
        Reach::Granted => Value::many(granted.map(Value::text)),
    }
}

fn agent(agent: &Agent) -> Value<'_> {
    Value::Record(vec![
        ("agent", Value::Text(agent.facts.key.to_string().into())),
        ("name", agent.facts.name.as_ref().map(|name| name.as_str()).into()),
        ("interactions", views::count(agent.facts.interactions.unwrap_or_default())),
    ])
}

/// The details of an entry on several users are those of all of them; what is the same is said once.
fn entry(record: &AuditRecord, told: History) -> Value<'_> {
    let by = match &record.login.sudo_user {
        Some(sudo) => format!("{} ({sudo} as {})", record.actor, record.login.name),
        None => format!("{} ({})", record.actor, record.login.name),
    };
    let mut parts = vec![
        ("at", Value::Time(record.at)),
        ("action", Value::text(record.action.as_str())),
        ("by", Value::Text(by.into())),
        ("number", views::count(record.number)),
    ];
    if told == History::Whole {
        let mut details: Vec<String> = Vec::new();
        for detail in record.detail.value.iter().map(|(key, value)| format!("{key}={value}")) {
            if !details.contains(&detail) {
                details.push(detail);
            }
        }
        parts.push(("batch", record.batch.map(|batch| batch.get()).into()));
        parts.push(("detail", Value::many(details)));
    }
    Value::Record(parts)
}

fn reset_pin(view: &View) -> Option<Value<'_>> {
    let user = shell_word(&view.portrait.user.reference().to_string());
    let reset = format!("admit pin reset {user}");
    view.portrait.phone.as_ref().map(|_| Value::Text(reset.into()))
}

fn next(verb: Verb, view: &View) -> Value<'_> {
    let sight = &view.portrait.sight;
    let user = shell_word(&view.portrait.user.reference().to_string());
    Value::Text(
        match verb {
            Verb::SetRole => format!("admit set-role {user} --role ROLE"),
            Verb::SetTeam => format!("admit set-team {user} --team TEAM"),
            Verb::Grant if sight.modules == Reach::All => {
                format!("admit grant {user} --sub-account SUB-ACCOUNT")
            }
            Verb::Grant => format!("admit grant {user} --module MODULE"),
            Verb::Revoke if sight.granted.modules.is_empty() => {
                format!("admit revoke {user} --sub-account SUB-ACCOUNT")
            }
            Verb::Revoke => format!("admit revoke {user} --module MODULE"),
            Verb::AssignAgent => format!("admit assign-agent {user} AGENT"),
            Verb::UnassignAgent => format!("admit unassign-agent {user} AGENT"),
            _ => format!("admit {verb} {user}"),
        }
        .into(),
    )
}
