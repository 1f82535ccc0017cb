//! Rows in order: the same in one piece and in many, and the same as they went in.

#![allow(clippy::unwrap_used)]
use super::*;
use proptest::prelude::*;

fn sorted(rows: &[ImportRow], piece_bytes: usize) -> Vec<ImportRow> {
    let directory = tempfile::tempdir().unwrap();
    let mut sorter = RowSorter::with_pieces_of(directory.path(), piece_bytes);
    for row in rows {
        sorter.push(row).unwrap();
    }
    let sorted = sorter.finish();
    assert_eq!(sorted.len(), rows.len() as u64);
    let mut cursor = sorted.cursor().unwrap();
    let mut all = Vec::new();
    while let Some(row) = cursor.next().unwrap() {
        all.push(row.unpack(&sorted.words));
    }
    // Nothing with a name is left behind, even while the rows are in use.
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    all
}

fn texts(row: &ImportRow) -> (u64, Option<String>, [String; 7]) {
    (row.line, row.email.typed_if_different().map(str::to_owned), row.cells())
}

prop_compose! {
    fn any_row()(
        email in "[abAB]{1,2}@a\\.bc|abcdefghijklmno[a-c]{0,4}@a\\.bc|abcdefghijklmnopqrstuvwxyz012345[ab]{0,2}@example\\.com",
        name in proptest::option::of("[A-Za-zé]{1,20}"),
        role in proptest::option::of("admin|user|agent"),
        team in proptest::option::of("Sales|Süd"),
        agents in proptest::collection::vec("voice:[1-9]|4711", 0..3),
        modules in proptest::collection::vec("dashboard|reports", 0..2),
    ) -> ImportRow {
        let parse = |text: &Option<String>| text.clone();
        let holdings = crate::domain::holdings::Holdings::new(
            modules.iter().map(|name| name.parse().unwrap()).collect(),
            Vec::new(),
        );
        ImportRow {
            line: 0,
            email: email.parse().unwrap(),
            name: parse(&name).map(|name| name.parse().unwrap()),
            role: parse(&role).map(|role| role.parse().unwrap()),
            team: parse(&team).map(|team| team.parse().unwrap()),
            agents: agents.iter().map(|agent| agent.parse().unwrap()).collect(),
            holdings: (!holdings.is_empty()).then(|| Box::new(holdings)),
        }
    }
}

proptest! {
    #[test]
    fn rows_come_by_address_and_then_by_line_however_large_the_pieces(
        rows in proptest::collection::vec(any_row(), 0..60),
        piece_bytes in proptest::sample::select(vec![1_usize, 100, 700, 1 << 20]),
    ) {
        let mut rows = rows;
        rows.iter_mut().zip(2..).for_each(|(row, line)| row.line = line);
        let found: Vec<_> = sorted(&rows, piece_bytes).iter().map(texts).collect();
        rows.sort_by(|one, other| one.email.cmp(&other.email));
        let wanted: Vec<_> = rows.iter().map(texts).collect();
        prop_assert_eq!(found, wanted);
    }
}

#[test]
fn rows_longer_than_a_window_come_back_whole() {
    let agents = (0..3000).map(|n| format!("voice:{n}").parse().unwrap()).collect::<Vec<_>>();
    let rows: Vec<ImportRow> = (0..20)
        .map(|n| ImportRow {
            line: n + 2,
            email: format!("u{:02}@example.com", 20 - n).parse().unwrap(),
            name: None,
            role: None,
            team: None,
            agents: agents.clone(),
            holdings: None,
        })
        .collect();
    let mut found = sorted(&rows, 100_000);
    found.reverse();
    assert_eq!(found, rows);
}

#[test]
fn a_directory_that_cannot_be_written_is_named() {
    let gone = Path::new("/nowhere/at/all");
    let mut sorter = RowSorter::with_pieces_of(gone, 1);
    let row = ImportRow {
        line: 2,
        email: "ann@example.com".parse().unwrap(),
        name: None,
        role: None,
        team: None,
        agents: Vec::new(),
        holdings: None,
    };
    let error = (0..PIECES).find_map(|_| sorter.push(&row).err()).unwrap();
    assert!(error.to_string().starts_with("the rows cannot be kept in /nowhere/at/all"), "{error}");
}
