//! Users as a file has them: what `import` reads back.

use crate::cli::render::{Field, Shape, Value};
use crate::domain::module::ModuleName;
use crate::domain::name::PersonName;
use crate::domain::sub_account::SubAccountName;
use crate::store::ExportLine;

const NAME: Field<ExportLine> =
    Field::new("name", "Name", |line| line.name.as_ref().map(PersonName::as_str).into());
const ROLE: Field<ExportLine> = Field::new("role", "Role", |line| Value::text(line.role.as_str()));
const TEAM: Field<ExportLine> =
    Field::new("team", "Team", |line| line.team.as_ref().map(|team| team.as_str()).into());

/// `export`: what `import` reads back.
pub static EXPORT: Shape<ExportLine> = Shape {
    fields: &[
        Field::new("email", "E-mail", |line| {
            line.email.as_ref().map(|email| email.as_typed()).into()
        }),
        NAME,
        ROLE,
        TEAM,
        Field::new("agents", "Agents", |line| {
            Value::many(line.agents.iter().map(|agent| Value::Text(agent.to_string().into())))
        }),
        Field::on_request("modules", "Modules", |line| {
            Value::many(line.holdings.modules.iter().map(ModuleName::as_str).map(Value::text))
        }),
        Field::on_request("sub_accounts", "Sub-accounts", |line| {
            let names = line.holdings.sub_accounts.iter().map(SubAccountName::as_str);
            Value::many(names.map(Value::text))
        }),
    ],
    reference,
};

/// `export --type login-less`: what `import --type login-less` reads back, with PINs of their own.
pub static PHONE_EXPORT: Shape<ExportLine> = Shape {
    fields: &[
        NAME,
        Field::new("extension", "Extension", |line| {
            line.extension.as_ref().map(|extension| extension.as_str()).into()
        }),
        ROLE,
        TEAM,
    ],
    reference,
};

fn reference(line: &ExportLine) -> String {
    line.email.as_ref().map_or_else(|| format!("#{}", line.id.get()), ToString::to_string)
}
