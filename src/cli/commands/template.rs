//! `admit template`: the templates that organizations are set up from.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::init::{faulty, read_template, read_template_text};
use crate::cli::app::App;
use crate::cli::ask::{self, Missing};
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Screen, Shape, Value};
use crate::domain::role::AgentHolding;
use crate::domain::template::Template;
use crate::domain::text::escape;

/// Arguments of `template`.
#[derive(Args, Debug)]
pub struct TemplateArgs {
    #[command(subcommand)]
    command: TemplateCommand,
}

#[derive(Debug, Subcommand)]
enum TemplateCommand {
    /// List the templates inside admit
    #[command(visible_alias = "ls")]
    List,
    /// Print a template: its text to start one's own from, or with --format what it says
    Show {
        /// Print this template, or this file
        #[arg(value_name = "TEMPLATE", value_hint = ValueHint::FilePath)]
        template: Option<String>,
    },
    /// Check a template file and name everything that is wrong in it
    Check {
        /// Check this file
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: Option<PathBuf>,
    },
}

static LIST: Shape<Template> = Shape {
    fields: &[NAME, TITLE, ROLES, DEFAULT_ROLE, LIFETIME, DELIVERY],
    reference: |template| template.name.to_string(),
};

static WHOLE: Shape<Template> = Shape {
    fields: &[
        NAME,
        TITLE,
        Field::new("summary", "Summary", |template| Value::text(&template.summary)),
        DEFAULT_ROLE,
        LIFETIME,
        DELIVERY,
        Field::new("disposable_addresses", "Disposable addresses", |template| {
            Value::text(template.invites.disposable.as_str())
        }),
        Field::new("mail_subject", "Mail subject", |template| {
            Value::text(&template.invites.subject)
        }),
        Field::new("login_less", "Login-less users", |template| {
            Value::text(template.login_less.as_str())
        }),
        Field::new("roles", "Roles", |template| Value::many(template.roles.iter().map(role))),
        Field::new("permissions", "Permissions", |template| {
            Value::many(template.permissions.iter().map(|permission| {
                Value::Record(vec![
                    ("permission", Value::text(permission.name.as_str())),
                    ("title", Value::text(&permission.title)),
                ])
            }))
        }),
        Field::new("modules", "Modules", |template| {
            Value::many(template.modules.iter().map(|module| {
                Value::Record(vec![
                    ("module", Value::text(module.name.as_str())),
                    ("title", Value::text(&module.title)),
                ])
            }))
        }),
    ],
    reference: |template| template.name.to_string(),
};

const NAME: Field<Template> =
    Field::new("template", "Template", |template| Value::text(template.name.as_str()));
const TITLE: Field<Template> =
    Field::new("title", "Title", |template| Value::text(&template.title));
const DEFAULT_ROLE: Field<Template> = Field::new("default_role", "Default role", |template| {
    Value::text(template.default_role.as_str())
});
const LIFETIME: Field<Template> = Field::new("lifetime", "Link lives", |template| {
    Value::Text(template.invites.lifetime.to_string().into())
});
const DELIVERY: Field<Template> = Field::new("delivery", "Links are made", |template| {
    Value::text(template.invites.delivery.as_str())
});
const ROLES: Field<Template> = Field::new("roles", "Roles", |template| {
    Value::many(template.roles.iter().map(|role| Value::text(role.name.as_str())))
});

fn role(role: &crate::domain::template::TemplateRole) -> Value<'_> {
    let grants = role.grants.iter();
    Value::Record(vec![
        ("role", Value::text(role.name.as_str())),
        ("title", Value::text(&role.title)),
        ("holds_agents", Value::Truth(role.agents == AgentHolding::Allowed)),
        ("invites", Value::many(role.invites.iter().map(|name| Value::text(name.as_str())))),
        (
            "permissions",
            Value::many(
                grants.map(|grant| {
                    Value::Text(format!("{}:{}", grant.permission, grant.scope).into())
                }),
            ),
        ),
    ])
}

/// Looks at templates.
pub(super) fn run(app: &mut App, args: TemplateArgs) -> Result<Exit, Failure> {
    match args.command {
        TemplateCommand::List => {
            let output = app.output(Format::Table);
            let rows = Template::builtin()
                .iter()
                .map(|known| known.read().map_err(|error| Failure::new(Exit::Bug, error)));
            output.rows(app.ui.out(), &LIST, rows)?;
        }
        TemplateCommand::Show { template } => {
            let template = match template {
                Some(template) => template,
                None => ask_for_template(app)?,
            };
            show(app, &template)?;
        }
        TemplateCommand::Check { file } => {
            let missing = Missing { what: "no file is named", usage: "admit template check FILE" };
            let file = ask::text(app, file, "Which file to check?", missing)?;
            let text = read_template_text(&file)?;
            let name = file.display().to_string();
            let template = Template::parse(&text).map_err(|error| faulty(&name, &error))?;
            app.output(Format::Table).one(app.ui.out(), &WHOLE, &template)?;
            app.ui.status(format!("{name} is a template."));
        }
    }
    Ok(Exit::Done)
}

fn ask_for_template(app: &mut App) -> Result<String, Failure> {
    let missing = Missing { what: "no template is named", usage: "admit template show TEMPLATE" };
    ask::pick(app, "Which template?", missing, |_| {
        let names = Template::builtin().iter().map(|known| known.name().to_owned());
        Ok(names.map(|name| (name.clone(), name)).collect())
    })
}

fn show(app: &mut App, name: &str) -> Result<(), Failure> {
    let template = read_template(name)?;
    if app.format().is_some() {
        app.output(Format::Table).one(app.ui.out(), &WHOLE, &template)?;
        return Ok(());
    }
    let text = match Template::find_builtin(name) {
        Some(builtin) => builtin.text().to_owned(),
        None => read_template_text(&PathBuf::from(name))?,
    };
    // TOML lets a comment hold what acts on a terminal (trust G1).
    if app.output(Format::Table).screen == Screen::Elsewhere {
        app.ui.out().write_all(text.as_bytes())?;
        return Ok(());
    }
    for line in text.lines() {
        writeln!(app.ui.out(), "{}", escape(line))?;
    }
    Ok(())
}
