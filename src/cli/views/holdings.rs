//! What is shown of the modules and sub-accounts that users have.

use std::fmt::Display;

use super::changes::{
    CHANGE_NAME, CHANGE_REASON, CHANGE_RESULT, CHANGE_ROLE, CHANGE_USER, CHANGE_WHERE,
};
use super::{ChangeView, texts};
use crate::cli::render::{Field, Shape, Tone, Value};
use crate::domain::module::ModuleName;
use crate::domain::sub_account::SubAccountName;
use crate::ops::holdings::Regranted;
use crate::store::UserLine;

pub(super) const CHANGE_MODULES: Field<ChangeView> =
    Field::on_request("modules", "Modules", |view| texts(&view.modules));
pub(super) const CHANGE_SUB_ACCOUNTS: Field<ChangeView> =
    Field::on_request("sub_accounts", "Sub-accounts", |view| texts(&view.sub_accounts));
const MODULES_NOW: Field<ChangeView> =
    Field::new("modules", "Modules now", |view| texts(&view.modules));
const SUB_ACCOUNTS_NOW: Field<ChangeView> =
    Field::new("sub_accounts", "Sub-accounts now", |view| texts(&view.sub_accounts));

pub(super) const USER_MODULES: Field<UserLine> =
    Field::on_request("modules", "Modules", modules_of);
pub(super) const USER_SUB_ACCOUNTS: Field<UserLine> =
    Field::on_request("sub_accounts", "Sub-accounts", sub_accounts_of);

fn modules_of(line: &UserLine) -> Value<'_> {
    Value::many(line.holdings.modules.iter().map(ModuleName::as_str).map(Value::text))
}

fn sub_accounts_of(line: &UserLine) -> Value<'_> {
    Value::many(line.holdings.sub_accounts.iter().map(SubAccountName::as_str).map(Value::text))
}

/// `grant` and `revoke`.
pub static HOLDINGS: Shape<ChangeView> = Shape {
    fields: &[
        CHANGE_USER,
        CHANGE_NAME,
        CHANGE_RESULT,
        CHANGE_ROLE,
        MODULES_NOW,
        SUB_ACCOUNTS_NOW,
        CHANGE_REASON,
        CHANGE_WHERE,
    ],
    reference: |view| view.user.clone(),
};

/// Somebody who was granted something, or from whom it was taken: `did` says which, `settled` what is said
/// of what was so already.
#[must_use]
pub fn regranted(done: &Regranted, did: &str, settled: &str) -> ChangeView {
    let mut result = format!("{did} {}", done.changed);
    if !done.settled.is_empty() {
        result.push_str(&format!("; {settled} {}", done.settled));
    }
    ChangeView {
        name: done.user.name.as_ref().map(ToString::to_string),
        result,
        tone: Some(Tone::Good),
        role: Some(done.user.role.to_string()),
        modules: names(&done.now.modules),
        sub_accounts: names(&done.now.sub_accounts),
        ..ChangeView::default()
    }
}

/// Names as texts.
#[must_use]
pub fn names<T: Display>(names: &[T]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}
