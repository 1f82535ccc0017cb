//! Files of users, agents and phones: whatever the bytes, they read the same in one piece and in many;
//! lines are those of an editor; what is taken keeps to the limits and reads back from what it is written as.
#![no_main]

use std::io::Read;

use admit::domain::email::ADDRESS_MAX;
use admit::domain::import::{Column, ImportRow, RejectedRow};
use admit::files::agents::AgentsReader;
use admit::files::cells::guard;
use admit::files::phones::PhonesReader;
use admit::files::users::{UsersReader, write_rejects};
use admit::files::{Delimiter, FileError, ReadOptions, Record};
use admit_fuzz::{Drip, assert_clean, assert_sentence};
use libfuzzer_sys::fuzz_target;

const ENCODINGS: [&str; 8] = [
    "detect",
    "utf-8",
    "utf-16le",
    "utf-16be",
    "windows-1252",
    "shift_jis",
    "gb18030",
    "iso-2022-jp",
];
const DELIMITERS: [&str; 8] =
    ["detect", "detect", "detect", "comma", "semicolon", "tab", "pipe", "detect"];

fuzz_target!(|input: &[u8]| {
    let [how, pieces, bytes @ ..] = input else { return };
    let options = ReadOptions {
        encoding: if how & 0x80 == 0 { ENCODINGS[0] } else { ENCODINGS[usize::from(how & 7)] }
            .parse()
            .unwrap(),
        delimiter: DELIMITERS[usize::from((how >> 3) & 7)].parse().unwrap(),
    };
    let pieces = usize::from(*pieces);
    match how & 0x40 {
        0 => users(bytes, &options, pieces),
        _ => others(bytes, &options, pieces),
    }
});

/// Everything a reader says, as text that can be compared.
fn told<T: std::fmt::Debug, E: std::fmt::Display>(
    mut next: impl FnMut() -> Result<Option<T>, E>,
) -> (Vec<T>, Option<String>) {
    let mut all = Vec::new();
    loop {
        match next() {
            Ok(Some(one)) => all.push(one),
            Ok(None) => return (all, None),
            Err(error) => return (all, Some(error.to_string())),
        }
    }
}

type Users = (Vec<Record<ImportRow>>, Option<String>);

fn read_users<'a>(input: Box<dyn Read + 'a>, options: &ReadOptions) -> Users {
    match UsersReader::open(input, options) {
        Ok(mut reader) => told(|| reader.next_record()),
        Err(error) => (Vec::new(), Some(shown(&error))),
    }
}

fn shown(error: &FileError) -> String {
    if let Some(hint) = error.hint() {
        assert!(!hint.is_empty());
    }
    error.to_string()
}

fn users(bytes: &[u8], options: &ReadOptions, pieces: usize) {
    let (records, error) = read_users(Box::new(bytes), options);
    let in_pieces = read_users(Box::new(Drip::new(bytes, pieces)), options);
    assert_eq!((&records, &error), (&in_pieces.0, &in_pieces.1), "by {pieces}");
    if let Some(error) = &error {
        assert!(error.len() < 4_000, "{error:?}");
    }
    // As many line breaks as the bytes can hold in any encoding.
    let most = 1 + bytes.iter().filter(|byte| matches!(**byte, b'\n' | b'\r')).count() as u64;
    let mut before = 0;
    let (mut rows, mut rejected) = (Vec::new(), Vec::new());
    for record in records {
        let line = match &record {
            Record::Row(row) => row.line,
            Record::Rejected(row) => row.line,
        };
        assert!(line > before && line <= most, "line {line} after {before} of {most}");
        before = line;
        match record {
            Record::Row(row) => rows.push(row),
            Record::Rejected(row) => rejected.push(row),
        }
    }
    rows.iter().for_each(assert_limits);
    rows_read_back(rows);
    rejects_read_back(&rejected);
}

fn assert_limits(row: &ImportRow) {
    assert!(row.email.as_normal().len() <= ADDRESS_MAX && row.email.as_normal().is_ascii());
    for cell in row.cells() {
        assert_clean(&cell);
    }
    for text in row.name.iter().map(|n| n.as_str()).chain(row.team.iter().map(|t| t.as_str())) {
        assert!((1..=200).contains(&text.chars().count()), "{text:?}");
    }
}

fn rows_read_back(rows: Vec<ImportRow>) {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(Column::ALL.map(Column::as_str)).unwrap();
    for row in &rows {
        writer.write_record(row.cells().map(|cell| guard(&cell).into_owned())).unwrap();
    }
    let written = writer.into_inner().unwrap();
    let (again, error) = read_users(Box::new(&*written), &ReadOptions::default());
    assert_eq!(error, None, "{}", String::from_utf8_lossy(&written));
    assert_eq!(again.len(), rows.len());
    for ((mut row, again), line) in rows.into_iter().zip(again).zip(2..) {
        row.line = line;
        assert_eq!(Record::Row(row), again);
    }
}

fn rejects_read_back(rejected: &[RejectedRow]) {
    for row in rejected {
        assert!(!row.faults.is_empty());
        for fault in &row.faults {
            assert!(fault.line == row.line && fault.value.chars().count() <= 200, "{fault:?}");
            assert!(!fault.reason.is_empty() && fault.reason.len() < 4_000, "{fault:?}");
        }
    }
    let mut written = Vec::new();
    write_rejects(&mut written, rejected).unwrap();
    let (again, error) = read_users(Box::new(&*written), &ReadOptions::default());
    // What fills a record may be too long, or too many lines, with its reason; all else comes back.
    if written.len() > 60_000
        || written.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() > 900
    {
        return;
    }
    assert_eq!(error, None, "{}", String::from_utf8_lossy(&written));
    assert_eq!(again.len(), rejected.len(), "{}", String::from_utf8_lossy(&written));
    for (row, again) in rejected.iter().zip(again) {
        // What was wrong with the form alone is right now.
        if let Record::Rejected(other) = again {
            let cells: Vec<String> =
                row.cells.iter().map(|cell| cell.replace('\0', "\u{fffd}")).collect();
            assert_eq!(cells, other.cells, "{}", String::from_utf8_lossy(&written));
        }
    }
}

fn others(bytes: &[u8], options: &ReadOptions, pieces: usize) {
    let phones = |input| match PhonesReader::open(input, options) {
        Ok(mut reader) => told(|| reader.next_record()),
        Err(error) => (Vec::new(), Some(shown(&error))),
    };
    let (records, error) = phones(Box::new(bytes) as Box<dyn Read>);
    let again = phones(Box::new(Drip::new(bytes, pieces)));
    assert_eq!(format!("{records:?} {error:?}"), format!("{:?} {:?}", again.0, again.1));
    for record in &records {
        if let Record::Row(row) = record {
            row.cells().iter().for_each(|cell| assert_clean(cell));
        }
    }
    let source = || (pieces % 2 == 0).then(|| "voice".parse().unwrap());
    let agents = |input| match AgentsReader::open(input, options, source()) {
        Ok(mut reader) => told(|| reader.next_record()),
        Err(error) => (Vec::new(), Some(shown(&error))),
    };
    let (records, error) = agents(Box::new(bytes) as Box<dyn Read>);
    let again = agents(Box::new(Drip::new(bytes, pieces)));
    assert_eq!((&records, &error), (&again.0, &again.1));
    for record in &records {
        if let Record::Row(row) = record {
            let key = row.facts.key.to_string();
            assert_clean(&key);
            assert_eq!(key.parse().as_ref(), Ok(&row.facts.key));
        }
    }
    let delimiter = options.delimiter.to_string();
    assert_eq!(delimiter.parse::<Delimiter>().unwrap(), options.delimiter);
    assert_sentence(&delimiter);
}
