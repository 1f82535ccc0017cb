//! Domain values in and out of columns. A stored text or number that no domain type takes is damage,
//! never a default.

use std::fmt;
use std::str::FromStr;

use chrono::DateTime;
use rusqlite::types::Type;
use rusqlite::{Row, RowIndex};

use crate::domain::delivery::{DeliveryKind, DeliveryState};
use crate::domain::disposable::DomainVerdict;
use crate::domain::email::EmailAddress;
use crate::domain::invite::{InviteState, Purpose};
use crate::domain::name::PersonName;
use crate::domain::organization::{OrganizationName, SignOn};
use crate::domain::permission::{Offer, Scope};
use crate::domain::role::AgentHolding;
use crate::domain::status::Status;
use crate::domain::template::{Delivery, Disposable, LoginLess, ModuleAccess, Reach};
use crate::domain::text::TextError;
use crate::domain::time::Timestamp;
use crate::domain::user::PortalAccess;
use crate::domain::wording::Part;

/// A column of a row: by name, or by position where millions of rows are read and looking sixteen names
/// up in each is a third of the work.
pub(super) trait Place: RowIndex + Copy {
    /// What the column is called, for a message.
    fn name(self, row: &Row<'_>) -> String;
}

impl Place for &str {
    fn name(self, _: &Row<'_>) -> String {
        self.to_owned()
    }
}

impl Place for usize {
    fn name(self, row: &Row<'_>) -> String {
        row.as_ref().column_name(self).unwrap_or_default().to_owned()
    }
}

/// Reads a column and turns it into a domain value; says which column where it cannot.
pub(super) fn parsed<T>(row: &Row<'_>, column: impl Place) -> rusqlite::Result<T>
where
    T: FromStr<Err: fmt::Display>,
{
    let text: String = row.get(column)?;
    text.parse().map_err(|error: T::Err| damaged(Type::Text, &column.name(row), &error.to_string()))
}

/// The same, for a column that may be NULL.
pub(super) fn parsed_or_null<T>(row: &Row<'_>, column: impl Place) -> rusqlite::Result<Option<T>>
where
    T: FromStr<Err: fmt::Display>,
{
    match row.get_ref(column)?.as_str_or_null() {
        Ok(None) => Ok(None),
        Ok(Some(text)) => text
            .parse()
            .map(Some)
            .map_err(|error: T::Err| damaged(Type::Text, &column.name(row), &error.to_string())),
        Err(error) => Err(damaged(Type::Text, &column.name(row), &error.to_string())),
    }
}

/// Reads a name as it was kept: one that would be refused today is no damage.
pub(super) fn named<T: Named>(row: &Row<'_>, column: impl Place) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    T::kept(&text).map_err(|error| damaged(Type::Text, &column.name(row), &error.to_string()))
}

/// The same, for a column that may be NULL.
pub(super) fn named_or_null<T: Named>(
    row: &Row<'_>,
    column: impl Place,
) -> rusqlite::Result<Option<T>> {
    match row.get_ref(column)?.as_str_or_null() {
        Ok(None) => Ok(None),
        Ok(Some(text)) => T::kept(text)
            .map(Some)
            .map_err(|error| damaged(Type::Text, &column.name(row), &error.to_string())),
        Err(error) => Err(damaged(Type::Text, &column.name(row), &error.to_string())),
    }
}

/// A name that is refused more strictly when it is entered than when it is read back.
pub(super) trait Named: Sized {
    /// The name from what was kept.
    fn kept(text: &str) -> Result<Self, TextError>;
}

impl Named for PersonName {
    fn kept(text: &str) -> Result<Self, TextError> {
        Self::from_stored(text)
    }
}

impl Named for OrganizationName {
    fn kept(text: &str) -> Result<Self, TextError> {
        Self::from_stored(text)
    }
}

/// A moment.
pub(super) fn moment(row: &Row<'_>, column: impl Place) -> rusqlite::Result<Timestamp> {
    let seconds: i64 = row.get(column)?;
    DateTime::from_timestamp(seconds, 0)
        .ok_or_else(|| damaged(Type::Integer, &column.name(row), "no such moment"))
}

/// A moment, or none.
pub(super) fn moment_or_null(
    row: &Row<'_>,
    column: impl Place,
) -> rusqlite::Result<Option<Timestamp>> {
    match row.get::<_, Option<i64>>(column)? {
        None => Ok(None),
        Some(_) => moment(row, column).map(Some),
    }
}

/// A small number that stands for one of a few things.
pub(super) fn coded<T: Coded>(row: &Row<'_>, column: impl Place) -> rusqlite::Result<T> {
    let code: i64 = row.get(column)?;
    T::from_code(code)
        .ok_or_else(|| damaged(Type::Integer, &column.name(row), &format!("holds {code}")))
}

/// An address from its two columns.
pub(super) fn email(row: &Row<'_>) -> rusqlite::Result<Option<EmailAddress>> {
    email_at(row, "email", "email_typed")
}

/// The same, from columns anywhere.
pub(super) fn email_at(
    row: &Row<'_>,
    normal: impl Place,
    typed: impl Place,
) -> rusqlite::Result<Option<EmailAddress>> {
    let wrong = || damaged(Type::Text, &normal.name(row), "holds no address as admit writes it");
    let text = |column| row.get_ref(column)?.as_str_or_null().map_err(|_| wrong());
    let (kept, typed) = (text(normal)?, row.get_ref(typed)?.as_str_or_null().map_err(|_| wrong())?);
    kept.map(|kept| EmailAddress::from_stored(kept, typed).ok_or_else(wrong)).transpose()
}

/// 32 bytes.
pub(super) fn bytes_32(row: &Row<'_>, column: &str) -> rusqlite::Result<[u8; 32]> {
    let bytes: Vec<u8> = row.get(column)?;
    bytes.try_into().map_err(|_| damaged(Type::Blob, column, "is not 32 bytes long"))
}

/// A count.
pub(super) fn count(row: &Row<'_>, column: &str) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| damaged(Type::Integer, column, "is negative"))
}

/// The error for a column that holds what admit never wrote there.
pub(super) fn damaged(kind: Type, column: &str, reason: &str) -> rusqlite::Error {
    damaged_row(kind, &format!("column {column} {reason}"))
}

/// The same, with a whole sentence.
pub(super) fn damaged_row(kind: Type, reason: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, kind, reason.into())
}

/// The condition that a column holds one of these; nothing where there are none to choose from. A chain of OR,
/// since for an IN of three or more SQLite makes a table.
pub(super) fn one_of<T: Coded + PartialEq>(column: &str, values: &[T]) -> Option<String> {
    let each: Vec<String> =
        values.iter().map(|value| format!("{column} = {}", value.code())).collect();
    (!each.is_empty()).then(|| format!("({})", each.join(" OR ")))
}

/// A domain value that is kept as a small number.
pub(super) trait Coded: Copy + Sized + 'static {
    /// The values with their numbers; the numbers never change.
    const CODES: &'static [(i64, Self)];

    /// The value for a number.
    fn from_code(code: i64) -> Option<Self> {
        Self::CODES.iter().find(|(known, _)| *known == code).map(|(_, value)| *value)
    }

    /// The number for a value.
    fn code(self) -> i64
    where
        Self: PartialEq,
    {
        // Every value is in the table (a test walks them), so the fallback is never met; 0 breaks every CHECK.
        Self::CODES.iter().find(|(_, value)| *value == self).map_or(0, |(code, _)| *code)
    }
}

impl Coded for Status {
    const CODES: &'static [(i64, Self)] = &[
        (Self::Invited as i64, Self::Invited),
        (Self::Expired as i64, Self::Expired),
        (Self::Active as i64, Self::Active),
        (Self::Deactivated as i64, Self::Deactivated),
        (Self::Cancelled as i64, Self::Cancelled),
        (Self::Declined as i64, Self::Declined),
    ];
}

impl Coded for Purpose {
    const CODES: &'static [(i64, Self)] =
        &[(Self::Join as i64, Self::Join), (Self::SetPassword as i64, Self::SetPassword)];
}

impl Coded for InviteState {
    const CODES: &'static [(i64, Self)] = &[
        (Self::Open as i64, Self::Open),
        (Self::Accepted as i64, Self::Accepted),
        (Self::Expired as i64, Self::Expired),
        (Self::Withdrawn as i64, Self::Withdrawn),
        (Self::Declined as i64, Self::Declined),
        (Self::Replaced as i64, Self::Replaced),
    ];
}

impl Coded for DeliveryKind {
    const CODES: &'static [(i64, Self)] = &[
        (Self::Invitation as i64, Self::Invitation),
        (Self::Reminder as i64, Self::Reminder),
        (Self::SetPassword as i64, Self::SetPassword),
    ];
}

impl Coded for DeliveryState {
    const CODES: &'static [(i64, Self)] = &[
        (Self::Queued as i64, Self::Queued),
        (Self::Sending as i64, Self::Sending),
        (Self::HandedOver as i64, Self::HandedOver),
        (Self::Refused as i64, Self::Refused),
        (Self::Unknown as i64, Self::Unknown),
        (Self::NotConfigured as i64, Self::NotConfigured),
        (Self::Withdrawn as i64, Self::Withdrawn),
    ];
}

impl Coded for Part {
    const CODES: &'static [(i64, Self)] = &[
        (Self::Subject as i64, Self::Subject),
        (Self::Text as i64, Self::Text),
        (Self::Html as i64, Self::Html),
    ];
}

impl Coded for Scope {
    const CODES: &'static [(i64, Self)] = &[(1, Self::Own), (2, Self::Team), (3, Self::All)];
}

impl Coded for Offer {
    const CODES: &'static [(i64, Self)] =
        &[(1, Self::Always), (2, Self::Premium), (3, Self::Limited)];
}

impl Coded for AgentHolding {
    const CODES: &'static [(i64, Self)] = &[(0, Self::Refused), (1, Self::Allowed)];
}

impl Coded for Delivery {
    const CODES: &'static [(i64, Self)] = &[(1, Self::AtOnce), (2, Self::OnCommand)];
}

impl Coded for Disposable {
    const CODES: &'static [(i64, Self)] = &[(1, Self::Allowed), (2, Self::Refused)];
}

impl Coded for DomainVerdict {
    const CODES: &'static [(i64, Self)] = &[(1, Self::Allowed), (2, Self::Blocked)];
}

impl Coded for LoginLess {
    const CODES: &'static [(i64, Self)] = &[(0, Self::Refused), (1, Self::Allowed)];
}

impl Coded for SignOn {
    const CODES: &'static [(i64, Self)] = &[(0, Self::Password), (1, Self::Single)];
}

impl Coded for PortalAccess {
    const CODES: &'static [(i64, Self)] = &[(0, Self::Granted), (1, Self::None)];
}

impl Coded for ModuleAccess {
    const CODES: &'static [(i64, Self)] = &[(0, Self::Everyone), (1, Self::AdminOnly)];
}

impl Coded for Reach {
    const CODES: &'static [(i64, Self)] = &[(1, Self::Granted), (2, Self::All)];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_number_of_its_own() {
        for status in Status::ALL {
            assert_eq!(Status::from_code(status.code()), Some(status));
            assert_eq!(status.code(), status as i64);
        }
        assert_eq!(Status::from_code(7), None);
    }
}
