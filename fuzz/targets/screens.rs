//! Answers: whatever stands in the store, no format sends a terminal what steers it, JSON and CSV read back
//! to the same texts, and no line is wider than the terminal.
#![no_main]

use std::borrow::Cow;
use std::convert::Infallible;

use admit::cli::render::{Cells, Colour, Field, Format, Output, Screen, Shape, Shown, Tone, Value};
use admit::files::cells::unguard;
use admit_fuzz::steers;
use libfuzzer_sys::fuzz_target;
use unicode_width::UnicodeWidthStr;

#[derive(Clone)]
struct Thing {
    name: String,
    note: Option<String>,
    many: Vec<String>,
    count: i64,
}

static SHAPE: Shape<Thing> = Shape {
    fields: &[
        Field { key: "name", title: "Name", shown: Shown::Always, value: |t| Value::text(&t.name) },
        Field {
            key: "note",
            title: "Note",
            shown: Shown::Always,
            value: |t| {
                t.note.as_deref().map_or(Value::Nothing, |note| Value::toned(Tone::Bad, note))
            },
        },
        Field {
            key: "many",
            title: "Many",
            shown: Shown::Always,
            value: |t| {
                Value::many(t.many.iter().map(|one| Value::Text(Cow::Borrowed(one.as_str()))))
            },
        },
        Field { key: "count", title: "Count", shown: Shown::Always, value: |t| t.count.into() },
    ],
    reference: |t| t.name.clone(),
};

fuzz_target!(|input: &[u8]| {
    let [how, columns, input @ ..] = input else { return };
    let text = String::from_utf8_lossy(input);
    let things: Vec<Thing> = text
        .split('\u{1}')
        .take(40)
        .enumerate()
        .map(|(count, row)| {
            let mut cells = row.split('\u{2}').map(str::to_owned);
            Thing {
                name: cells.next().unwrap_or_default(),
                note: cells.next(),
                many: cells.collect(),
                count: count as i64 * 7919,
            }
        })
        .collect();
    let columns = usize::from(*columns) + 40;
    let colour = if how & 1 == 0 { Colour::Off } else { Colour::On };
    for format in [Format::Table, Format::Json, Format::Jsonl, Format::Csv, Format::Ids] {
        let written = write(format, Screen::Terminal { columns }, colour, &things);
        let shown = without_colour(&written);
        let bad = shown.chars().find(|&c| steers(c) && c != '\n');
        assert_eq!(bad, None, "{format:?} {shown:?}");
        if matches!(format, Format::Table) {
            for line in shown.lines() {
                assert!(line.width() <= columns, "{columns} {line:?}");
            }
            assert_eq!(shown.lines().count(), things.len() + 1, "{shown:?}");
        }
    }
    reads_back(&things);
});

fn reads_back(things: &[Thing]) {
    let json = write(Format::Json, Screen::Elsewhere, Colour::Off, things);
    let json: Vec<serde_json::Value> = serde_json::from_str(&json).expect("JSON");
    let lines = write(Format::Jsonl, Screen::Elsewhere, Colour::Off, things);
    assert_eq!(lines.lines().count(), things.len());
    let csv = write(Format::Csv, Screen::Elsewhere, Colour::Off, things);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!((json.len(), rows.len()), (things.len(), things.len()));
    for (((thing, object), line), row) in things.iter().zip(&json).zip(lines.lines()).zip(&rows) {
        assert_eq!(object["name"], thing.name);
        assert_eq!(object["note"].as_str(), thing.note.as_deref());
        assert_eq!(*object, serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        assert_eq!(unguard(&row[0]), thing.name);
        assert_eq!(unguard(&row[1]), thing.note.as_deref().unwrap_or_default());
        for cell in row.iter().take(3) {
            assert!(
                !cell.starts_with([
                    '=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'
                ]),
                "{cell:?}"
            );
        }
    }
}

fn write(format: Format, screen: Screen, colour: Colour, things: &[Thing]) -> String {
    let output = Output { format, fields: None, cells: Cells::Guarded, screen, colour };
    let mut bytes = Vec::new();
    let rows = things.iter().cloned().map(Ok::<_, Infallible>);
    assert_eq!(output.rows(&mut bytes, &SHAPE, rows).unwrap(), things.len() as u64);
    output.one(&mut Vec::new(), &SHAPE, &things[0]).unwrap();
    String::from_utf8(bytes).expect("UTF-8")
}

/// The text without colour codes: ESC, `[`, digits and `;`, `m`.
fn without_colour(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        shown.push_str(before);
        match after.find(|c: char| !c.is_ascii_digit() && c != ';') {
            Some(end) if after[end..].starts_with('m') => rest = &after[end + 1..],
            _ => {
                shown.push('\u{1b}');
                rest = after;
            }
        }
    }
    shown + rest
}
