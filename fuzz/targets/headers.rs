//! The first line of a file of users: case, blanks, and the order of columns change nothing about what is
//! recognised, and whatever is not gets a short sentence.
#![no_main]

use admit::files::users::UsersReader;
use admit::files::{FileError, ReadOptions, Record};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if text.contains(['\n', '\r', '"', '\0', '\u{feff}'])
        || text.trim_ascii_start().starts_with(['{', '[', '<'])
    {
        return;
    }
    let verdict = open(text);
    // A word of letters alone reads the same in any case.
    assert_eq!(verdict.is_ok(), open(&text.to_ascii_uppercase()).is_ok());
    if !text.contains([';', '\t', '|']) {
        let mut columns: Vec<&str> = text.split(',').collect();
        columns.reverse();
        // Where the last column has no name, the first of the other way round has none.
        let reversed = columns.join(" , ");
        if !reversed.trim_ascii().is_empty()
            && !text.to_ascii_lowercase().starts_with("sep=")
            && !reversed.to_ascii_lowercase().contains("sep=")
        {
            assert_eq!(verdict.is_ok(), open(&reversed).is_ok(), "{text:?} {reversed:?}");
        }
    }
    match verdict {
        Ok(records) => assert!(records <= 1),
        Err(error) => {
            let said = error.to_string();
            assert!(!said.is_empty() && said.len() < 4_000, "{said:?}");
            if let Some(hint) = error.hint() {
                assert!(!hint.is_empty() && hint.len() < 1_000, "{hint:?}");
            }
        }
    }
});

/// How many records follow the header that hold something.
fn open(header: &str) -> Result<usize, FileError> {
    let text = format!("{header}\nann@example.com\n");
    let mut reader = UsersReader::open(Box::new(text.as_bytes()), &ReadOptions::default())?;
    let mut records = 0;
    while let Some(record) = reader.next_record()? {
        records += usize::from(matches!(record, Record::Row(_) | Record::Rejected(_)));
    }
    Ok(records)
}
