//! Whom the search index says may be meant, and whether to ask it at all. It is asked where few are meant.
//! Where many are, whoever walks the users in the order of the list meets them soon; and where all of them
//! are wanted, reading the users one after the other is faster than looking for each.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::SearchIndex;
use crate::domain::filter::{Page, SearchText, UserFilter, UserSort};
use crate::domain::id::OrganizationId;
use crate::domain::status::Status;
use crate::store::error::StoreError;
use crate::store::transaction::ReadTx;

/// Of how many candidates a page is made at most. Beyond, the list is walked.
const MOST: u64 = 20_000;
/// Of how many of the users everybody is found at most: an eighth.
const SHARE: u64 = 8;
/// For how many times three characters a long text is looked for at most: no more are needed to tell.
const THREES: usize = 32;

/// The candidates as a condition on users.
pub(in crate::store) const CANDIDATES: &str = "u.id IN (SELECT value FROM json_each(?))";

/// How a list is read, as far as it matters to how many candidates are too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Reading {
    /// In the order of an index, to the end of a page.
    Page,
    /// To the last one.
    Whole,
}

impl Reading {
    /// How a page is read.
    pub(in crate::store) const fn of(page: &Page) -> Self {
        match (page.sort, page.limit) {
            (UserSort::Email | UserSort::Created, Some(_)) => Self::Page,
            _ => Self::Whole,
        }
    }
}

/// What is asked of the index: three characters in a row and the next three, and the last three, in any
/// place. Those across tell little more, and cost as much again (measured). Nothing where the text is
/// shorter. A zero ends a question to SQLite, and is in no name and no address.
fn question(search: &SearchText) -> Option<String> {
    let text: Vec<char> = search.folded().chars().collect();
    if text.contains(&'\0') {
        return None;
    }
    let last = text.len().checked_sub(3)?;
    let places = (0..last).step_by(3).take(THREES).chain([last]);
    let threes: BTreeSet<String> = places
        .filter_map(|place| text.get(place..place + 3))
        .map(|three| three.iter().collect::<String>().replace('"', "\"\""))
        .map(|three| format!("\"{three}\""))
        .collect();
    Some(threes.into_iter().collect::<Vec<_>>().join(" AND "))
}

impl ReadTx<'_> {
    /// Whom the search index says may be meant, for [`CANDIDATES`]; nothing where the list is read faster
    /// without. The numbers go from one statement to the other: to look for them twice costs twice as much.
    pub(in crate::store) fn find_candidates(
        &self,
        organization: OrganizationId,
        filter: &UserFilter,
        reading: Reading,
    ) -> Result<Option<String>, StoreError> {
        let Some(question) = filter.search.as_ref().and_then(question) else { return Ok(None) };
        if self.search_index()? != SearchIndex::Ready {
            return Ok(None);
        }
        let most = match reading {
            Reading::Page => MOST,
            Reading::Whole => MOST.max(self.count_users(organization, &Status::ALL)? / SHARE),
        };
        let mut statement = self
            .sql
            .prepare_cached("SELECT rowid FROM search_index WHERE search_index MATCH ?1")?;
        let mut rows = statement.query([question])?;
        let (mut numbers, mut found) = ("[".to_owned(), 0);
        while let Some(row) = rows.next()? {
            found += 1;
            if found > most {
                return Ok(None);
            }
            let comma = if found > 1 { "," } else { "" };
            // Writing to a String cannot fail.
            let _ = write!(numbers, "{comma}{}", row.get::<_, i64>(0)?);
        }
        numbers.push(']');
        Ok(Some(numbers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_of_a_text_is_asked_for_in_quotes() {
        for (text, expected) in [
            ("", None),
            ("ab", None),
            ("a\0bcd", None),
            ("ABC", Some(r#""abc""#)),
            ("abcd", Some(r#""abc" AND "bcd""#)),
            ("abcdef", Some(r#""abc" AND "def""#)),
            ("abcabcabc", Some(r#""abc""#)),
            ("a\"\"", Some(r#""a""""""#)),
            ("%_*", Some(r#""%_*""#)),
            ("or and", Some(r#""and" AND "or ""#)),
            ("ẞẞß", Some(r#""ßßß""#)),
        ] {
            assert_eq!(question(&SearchText::new(text)).as_deref(), expected, "{text:?}");
        }
        let long = question(&SearchText::new(&"0123456789".repeat(100)));
        assert_eq!(long.map(|long| long.matches('"').count()), Some(2 * 10));
    }
}
