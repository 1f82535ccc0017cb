//! A row as bytes: a head of fixed length, then its texts. Packed rows lie one behind the other, in memory
//! as in files; only rows of this process are unpacked, so nothing is checked a second time.

use std::io;

use super::Words;
use crate::domain::email::EmailAddress;
use crate::domain::import::ImportRow;
use crate::domain::name::PersonName;

/// How long the head is, in bytes.
pub(super) const HEAD: usize = 26;

/// No role, or no team.
const NONE: u32 = u32::MAX;

/// A row whose texts lie elsewhere; they are read when they are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PackedRow<'a> {
    /// The physical line on which it starts.
    pub(crate) line: u64,
    /// The number of its role among the words.
    pub(crate) role: Option<u32>,
    /// The number of its team among the words.
    pub(crate) team: Option<u32>,
    /// The normal form of its address, as bytes: two rows on one person have the same.
    pub(crate) email: &'a [u8],
    typed: &'a [u8],
    name: &'a [u8],
    more: &'a [u8],
}

impl<'a> PackedRow<'a> {
    /// A row, with the numbers of its words; what it names beside them is packed by [`more`].
    pub(super) fn of(row: &'a ImportRow, role: Option<u32>, team: Option<u32>) -> Self {
        Self {
            line: row.line,
            role,
            team,
            email: row.email.as_normal().as_bytes(),
            typed: row.email.typed_if_different().unwrap_or_default().as_bytes(),
            name: row.name.as_ref().map_or("", PersonName::as_str).as_bytes(),
            more: b"",
        }
    }

    /// Whether it names agents, modules or sub-accounts.
    pub(crate) const fn names_more(&self) -> bool {
        !self.more.is_empty()
    }

    /// The address.
    pub(crate) fn address(&self) -> EmailAddress {
        let typed = (!self.typed.is_empty()).then(|| text(self.typed));
        EmailAddress::rejoined(text(self.email), typed)
    }

    /// The name, where there is one.
    pub(crate) fn name(&self) -> Option<PersonName> {
        (!self.name.is_empty()).then(|| PersonName::rejoined(text(self.name)))
    }

    /// The whole row.
    pub(crate) fn unpack(&self, words: &Words) -> ImportRow {
        let word = |number: Option<u32>| usize::try_from(number?).ok();
        let mut row = ImportRow {
            line: self.line,
            email: self.address(),
            name: self.name(),
            role: word(self.role).and_then(|number| words.roles.get(number)).cloned(),
            team: word(self.team).and_then(|number| words.teams.get(number)).cloned(),
            agents: Vec::new(),
            holdings: None,
        };
        if self.names_more() {
            row.set_more(text(self.more));
        }
        row
    }

    /// Writes it behind what is there.
    pub(super) fn pack(&self, more: &str, bytes: &mut Vec<u8>) {
        // A record of a file is shorter than 64 KiB (`files`), and so is each of its cells.
        let short = |text: &[u8]| u16::try_from(text.len()).unwrap_or(u16::MAX).to_le_bytes();
        bytes.reserve(HEAD + self.texts() + more.len());
        let texts = u32::try_from(self.texts() + more.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&texts.to_le_bytes());
        bytes.extend_from_slice(&self.line.to_le_bytes());
        bytes.extend_from_slice(&self.role.unwrap_or(NONE).to_le_bytes());
        bytes.extend_from_slice(&self.team.unwrap_or(NONE).to_le_bytes());
        for text in [self.email, self.typed, self.name] {
            bytes.extend_from_slice(&short(text));
        }
        for text in [self.email, self.typed, self.name, more.as_bytes()] {
            bytes.extend_from_slice(text);
        }
    }

    const fn texts(&self) -> usize {
        self.email.len() + self.typed.len() + self.name.len()
    }

    /// Reads the first of the rows that lie here.
    pub(super) fn read(bytes: &'a [u8]) -> io::Result<Self> {
        Self::read_if_whole(bytes).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidData, "the rows are not as they were written")
        })
    }

    fn read_if_whole(bytes: &'a [u8]) -> Option<Self> {
        let (head, behind) = bytes.split_at_checked(HEAD)?;
        let number = |at: usize| head.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
        let length = |at: usize| {
            head.get(at..at + 2)?.try_into().ok().map(|two| u16::from_le_bytes(two).into())
        };
        let texts = behind.get(..usize::try_from(number(0)?).ok()?)?;
        let (email, texts) = texts.split_at_checked(length(20)?)?;
        let (typed, texts) = texts.split_at_checked(length(22)?)?;
        let (name, more) = texts.split_at_checked(length(24)?)?;
        let word = |number: u32| (number != NONE).then_some(number);
        let line = u64::from_le_bytes(head.get(4..12)?.try_into().ok()?);
        let (role, team) = (word(number(12)?), word(number(16)?));
        Some(Self { line, role, team, email, typed, name, more })
    }

    /// The normal address of the first of the rows that lie here, as bytes.
    pub(super) fn email_of(bytes: &[u8]) -> &[u8] {
        let length = bytes.get(20..22).and_then(|two| two.try_into().ok());
        let length = length.map_or(0, |two| usize::from(u16::from_le_bytes(two)));
        bytes.get(HEAD..HEAD + length).unwrap_or_default()
    }

    /// How many bytes the first of the rows that lie here takes; `None` where its head is not here whole.
    pub(super) fn length(bytes: &[u8]) -> Option<usize> {
        let texts: [u8; 4] = bytes.get(..4)?.try_into().ok()?;
        Some(HEAD + u32::from_le_bytes(texts) as usize)
    }
}

/// A text that was one when it was packed.
fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// Agents, modules and sub-accounts as text; empty where the row names none.
pub(super) fn more(row: &ImportRow) -> String {
    if row.names_more() { row.more() } else { String::new() }
}
