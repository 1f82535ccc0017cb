//! `admit org set` and `admit org rename`: what an organization is set to, and what it is called.

use std::fmt::Display;
use std::num::NonZeroU32;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use clap_complete::engine::ArgValueCompleter;

use super::named_or_asked;
use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, Whether};
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Value};
use crate::cli::report::{counted, would};
use crate::domain::email::EmailAddress;
use crate::domain::lifetime::Lifetime;
use crate::domain::organization::{OrganizationName, PlanName, SignOn, Slug};
use crate::domain::password::PasswordMinimum;
use crate::domain::permission::PermissionName;
use crate::domain::portal::PortalAddress;
use crate::domain::role::RoleName;
use crate::domain::template::{Delivery, Disposable, LoginLess};
use crate::ops::organizations::{self, Changes, Premium, Setting, SettingChange};

/// Arguments of `org set`.
#[derive(Args, Debug)]
pub(super) struct SetArgs {
    /// Change this organization instead of the one that commands work in
    #[arg(value_name = "SLUG", add = ArgValueCompleter::new(complete::organizations))]
    slug: Option<Slug>,
    /// Let links live this long, from 1h to 365d
    #[arg(long, value_name = "TIME")]
    lifetime: Option<Lifetime>,
    /// Make the link with the invite, or when `send` says so
    #[arg(long, value_name = "WHEN", value_enum)]
    delivery: Option<When>,
    /// Invite as this role where no other is named
    #[arg(long, value_name = "ROLE", add = ArgValueCompleter::new(complete::roles))]
    default_role: Option<RoleName>,
    /// Say whether people log in through the organization's own single sign-on
    #[arg(long, value_name = "on|off", value_enum, hide_possible_values = true)]
    sso: Option<Switch>,
    /// Ask for so many characters in a password, from 8 to 64; fewer than 15 where something stands beside it
    #[arg(long, value_name = "NUMBER")]
    password_minimum: Option<PasswordMinimum>,
    /// Invite disposable addresses, or refuse them
    #[arg(long, value_name = "WHETHER", value_enum)]
    disposable: Option<Whether>,
    /// Allow users without a login, or refuse them
    #[arg(long, value_name = "WHETHER", value_enum)]
    login_less: Option<Whether>,
    /// Send mails from this address
    #[arg(long, value_name = "EMAIL|none", value_parser = or_none::<EmailAddress>)]
    sender: Option<OrNone<EmailAddress>>,
    /// Begin links with this address
    #[arg(long, value_name = "URL|none", value_parser = or_none::<PortalAddress>)]
    portal: Option<OrNone<PortalAddress>>,
    /// Call what the organization pays for this
    #[arg(long, value_name = "NAME|none", value_parser = or_none::<PlanName>)]
    plan: Option<OrNone<PlanName>>,
    /// Allow so many active and invited users with a login
    #[arg(long, value_name = "NUMBER|none", value_parser = seats)]
    seats: Option<OrNone<NonZeroU32>>,
    /// Let the plan have these premium permissions and no others
    #[arg(long, value_name = "PERMISSION,…|all|none", value_parser = premium)]
    premium: Option<Premium>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Arguments of `org rename`.
#[derive(Args, Debug)]
pub(super) struct RenameArgs {
    /// Rename this organization
    #[arg(value_name = "SLUG", add = ArgValueCompleter::new(complete::organizations))]
    slug: Option<Slug>,
    /// Call it this on the command line
    #[arg(value_name = "NEW-SLUG")]
    new_slug: Option<Slug>,
    /// Call it this where people read it
    #[arg(long, value_name = "NAME")]
    name: Option<OrganizationName>,
    #[command(flatten)]
    change: ChangeArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum When {
    AtOnce,
    OnCommand,
}

/// A value, or the word that takes it away.
#[derive(Clone, Debug)]
enum OrNone<T> {
    Some(T),
    None,
}

impl<T> OrNone<T> {
    fn into_option(self) -> Option<T> {
        match self {
            Self::Some(value) => Some(value),
            Self::None => None,
        }
    }
}

fn or_none<T: FromStr<Err: Display>>(text: &str) -> Result<OrNone<T>, String> {
    match text {
        "none" => Ok(OrNone::None),
        text => text
            .parse()
            .map(OrNone::Some)
            .map_err(|error: T::Err| format!("{error}; `none` takes it away")),
    }
}

fn seats(text: &str) -> Result<OrNone<NonZeroU32>, &'static str> {
    match text {
        "none" => Ok(OrNone::None),
        text => text
            .parse()
            .map(OrNone::Some)
            .map_err(|_| "seats are a number from 1 to 4294967295; `none` takes the limit away"),
    }
}

fn premium(text: &str) -> Result<Premium, String> {
    match text {
        "all" => Ok(Premium::All),
        "none" => Ok(Premium::These(Vec::new())),
        text => {
            let names = text.split(',').map(|name| name.trim().parse::<PermissionName>());
            let names = names.collect::<Result<_, _>>();
            names.map(Premium::These).map_err(|error| format!("{error}; or `all`, or `none`"))
        }
    }
}

impl SetArgs {
    /// What is to be set, in the order in which `org show` has it.
    fn settings(self) -> Vec<Setting> {
        let delivery = self.delivery.map(|when| match when {
            When::AtOnce => Delivery::AtOnce,
            When::OnCommand => Delivery::OnCommand,
        });
        let sign_on = self.sso.map(|switch| match switch {
            Switch::On => SignOn::Single,
            Switch::Off => SignOn::Password,
        });
        let disposable =
            self.disposable.map(|it| it.choose(Disposable::Allowed, Disposable::Refused));
        let login_less =
            self.login_less.map(|it| it.choose(LoginLess::Allowed, LoginLess::Refused));
        let settings = [
            self.default_role.map(Setting::DefaultRole),
            self.lifetime.map(Setting::Lifetime),
            delivery.map(Setting::Delivery),
            sign_on.map(Setting::SignOn),
            self.password_minimum.map(Setting::PasswordMinimum),
            disposable.map(Setting::Disposable),
            login_less.map(Setting::LoginLess),
            self.sender.map(|sender| Setting::Sender(sender.into_option())),
            self.portal.map(|portal| Setting::Portal(portal.into_option())),
            self.plan.map(|plan| Setting::Plan(plan.into_option())),
            self.seats.map(|seats| Setting::Seats(seats.into_option())),
            self.premium.map(Setting::Premium),
        ];
        settings.into_iter().flatten().collect()
    }
}

struct Line {
    change: SettingChange,
    organization: String,
}

static CHANGES: Shape<Line> = Shape {
    fields: &[
        Field::new("setting", "Setting", |line| Value::text(line.change.setting)),
        Field::new("was", "Was", |line| line.change.was.as_deref().into()),
        Field::new("now", "Now", |line| line.change.now.as_deref().into()),
        Field::on_request("organization", "Organization", |line| Value::text(&line.organization)),
    ],
    reference: |line| line.change.setting.to_owned(),
};

/// Changes settings.
pub(super) fn run(app: &mut App, args: SetArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&CHANGES)?;
    let mode = args.change.mode();
    let slug = args.slug.clone();
    let settings = args.settings();
    if settings.is_empty() {
        return Err(Failure::usage("no setting is named")
            .hinted("admit org set --lifetime 7d; all settings: admit org set --help"));
    }
    let limits = settings.iter().any(|setting| matches!(setting, Setting::Seats(Some(_))));
    let context = app.context(mode);
    let changes = organizations::change(&mut app.store()?, &context, slug.as_ref(), settings)?;
    show(app, &changes)?;
    let organization = &changes.organization.slug;
    app.ui.status(match changes.settings.len() {
        0 => unchanged(organization),
        many => {
            let settings = counted(many as u64, "setting", "settings");
            format!("{}Changed {settings} of {organization}.", would(mode))
        }
    });
    let too_many = changes.seats.too_many();
    if limits && too_many > 0 {
        let slug = &changes.organization.slug;
        app.ui.warning(format!(
            "{slug} has {} taken, {too_many} more than its limit: nobody new gets in",
            counted(changes.seats.taken, "seat", "seats"),
        ));
        app.ui.hint("free seats: admit cancel USER, admit deactivate USER");
    }
    Ok(Exit::Done)
}

/// Changes names.
pub(super) fn rename(app: &mut App, args: RenameArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&CHANGES)?;
    let usage = "admit org rename SLUG NEW-SLUG, or --name NAME, or both";
    let slug = named_or_asked(app, args.slug, "Which organization to rename?", usage)?;
    if args.new_slug.is_none() && args.name.is_none() {
        return Err(Failure::usage("the new name is missing").hinted(usage));
    }
    let mode = args.change.mode();
    let context = app.context(mode);
    let changes =
        organizations::rename(&mut app.store()?, &context, &slug, args.new_slug, args.name)?;
    show(app, &changes)?;
    let new = &changes.organization;
    let would = would(mode);
    app.ui.status(match changes.settings.first() {
        None => unchanged(&new.slug),
        Some(_) if new.slug != slug => format!("{would}Renamed {slug} to {}.", new.slug),
        Some(_) => format!("{would}{slug} is called {} now.", new.name),
    });
    Ok(Exit::Done)
}

fn unchanged(organization: &Slug) -> String {
    format!("Nothing to change: {organization} is set so already.")
}

fn show(app: &mut App, changes: &Changes) -> Result<(), Failure> {
    let organization = changes.organization.slug.to_string();
    let rows = changes.settings.iter().map(|change| {
        Ok::<_, std::convert::Infallible>(Line {
            change: change.clone(),
            organization: organization.clone(),
        })
    });
    app.output(Format::Table).rows(app.ui.out(), &CHANGES, rows)?;
    Ok(())
}
