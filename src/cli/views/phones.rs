//! What is shown of users without a login when they get a PIN. A PIN is shown once, and only where admit
//! drew it.

use crate::cli::render::{Field, Shape, Tone, Value};
use crate::domain::pin::Pin;

/// Somebody who got a PIN, or did not.
#[derive(Clone, Debug, Default)]
pub struct PhoneView {
    /// The reference.
    pub user: String,
    /// The name.
    pub name: Option<String>,
    /// What happened, in a word or two.
    pub result: String,
    /// How that is to be taken.
    pub tone: Option<Tone>,
    /// The extension.
    pub extension: Option<String>,
    /// The role now.
    pub role: Option<String>,
    /// The team now.
    pub team: Option<String>,
    /// The PIN, where it is to be told.
    pub pin: Option<Pin>,
    /// The import.
    pub batch: Option<i64>,
    /// Why nothing happened.
    pub reason: Option<String>,
    /// Where.
    pub organization: String,
}

const USER: Field<PhoneView> = Field::new("user", "User", |view| Value::text(&view.user));
const NAME: Field<PhoneView> = Field::new("name", "Name", |view| view.name.as_deref().into());
const RESULT: Field<PhoneView> = Field::new("result", "Result", |view| match view.tone {
    Some(tone) => Value::toned(tone, view.result.as_str()),
    None => Value::text(&view.result),
});
const EXTENSION: Field<PhoneView> =
    Field::new("extension", "Extension", |view| view.extension.as_deref().into());
const ROLE: Field<PhoneView> = Field::new("role", "Role", |view| view.role.as_deref().into());
const TEAM: Field<PhoneView> =
    Field::on_request("team", "Team", |view| view.team.as_deref().into());
const PIN: Field<PhoneView> =
    Field::new("pin", "PIN", |view| view.pin.as_ref().map(Pin::reveal).into());
const BATCH: Field<PhoneView> = Field::on_request("batch", "Import", |view| view.batch.into());
const REASON: Field<PhoneView> =
    Field::on_request("reason", "Reason", |view| view.reason.as_deref().into());
const WHERE: Field<PhoneView> =
    Field::on_request("organization", "Organization", |view| Value::text(&view.organization));

/// `add` and `import --type login-less`.
pub static ADDED: Shape<PhoneView> = Shape {
    fields: &[USER, NAME, RESULT, EXTENSION, ROLE, TEAM, PIN, BATCH, REASON, WHERE],
    reference: |view| view.user.clone(),
};

/// `pin reset`.
pub static RESETS: Shape<PhoneView> = Shape {
    fields: &[USER, NAME, RESULT, EXTENSION, PIN, REASON, WHERE],
    reference: |view| view.user.clone(),
};
