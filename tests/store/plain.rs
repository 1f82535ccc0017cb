//! An import beside the plain way: the same dirty file, read by the same reader, once imported as a whole,
//! sorted in pieces of any size, and once invited row by row in the order of the file. Whoever is in the
//! store in the end must be the same people, and the same lines must be bad or repeated.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::ControlFlow;

use admit::domain::import::ImportRow;
use admit::domain::operation::Operation;
use admit::domain::template::Delivery;
use admit::files::users::UsersReader;
use admit::files::{ReadOptions, Record};
use admit::ops::delivery::Outlet;
use admit::ops::imports::{self, ImportRequest, OnExisting, OnUnknownTeam, RowSorter};
use admit::ops::invites::InviteRequest;
use admit::ops::{access, invites};
use admit::random::SystemEntropy;
use proptest::prelude::*;

use super::place::{Place, START, context, invitation};

/// What became of a file: who is there, and which lines brought nobody, and why.
#[derive(Debug, PartialEq, Eq)]
struct Ended {
    /// Address as typed, name, role, team, agents, by normal address.
    people: BTreeMap<String, [String; 5]>,
    bad: Vec<u64>,
    /// Line, and the line that was first.
    repeated: Vec<(u64, u64)>,
}

fn read(text: &str) -> (Vec<ImportRow>, Vec<u64>) {
    let mut reader = UsersReader::open(Box::new(text.as_bytes()), &ReadOptions::default()).unwrap();
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    while let Some(record) = reader.next_record().unwrap() {
        match record {
            Record::Row(row) => good.push(row),
            Record::Rejected(row) => bad.push(row.line),
        }
    }
    (good, bad)
}

fn people(place: &Place) -> BTreeMap<String, [String; 5]> {
    let raw = place.raw();
    let mut statement = raw
        .prepare(
            "SELECT u.email, coalesce(u.email_typed, u.email), coalesce(u.name, ''), r.name,
                 coalesce(t.name, ''),
                 coalesce((SELECT group_concat(a.agent_id, ';') FROM assignments s
                   JOIN agents a ON a.id = s.agent_id WHERE s.user_id = u.id), '')
             FROM users u JOIN roles r ON r.id = u.role_id LEFT JOIN teams t ON t.id = u.team_id",
        )
        .unwrap();
    let rows = statement.query_map([], |row| {
        let cell = |at| row.get::<_, String>(at);
        Ok((cell(0)?, [cell(1)?, cell(2)?, cell(3)?, cell(4)?, cell(5)?]))
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

/// The way of `admit import --keep-going`.
fn imported(text: &str, piece_bytes: usize) -> Ended {
    let place = Place::with_people();
    let (good, mut bad) = read(text);
    let mut sorter = RowSorter::with_pieces_of(place.path(), piece_bytes);
    for row in &good {
        sorter.push(row).unwrap();
    }
    let request = ImportRequest {
        rows: sorter.finish(),
        source: "dirty.csv".to_owned(),
        role: None,
        team: None,
        on_existing: OnExisting::Skip,
        on_unknown_team: OnUnknownTeam::Refuse,
        delivery: Delivery::OnCommand,
        outlet: Outlet::Print,
    };
    let mut store = place.store();
    let context = context(START);
    let plan = {
        let (tx, session) = access::read(&mut store, &context, Operation::Import).unwrap();
        imports::plan(&tx, &session, &request).unwrap()
    };
    bad.extend(plan.rejected.iter().map(|row| row.line));
    bad.sort_unstable();
    let repeated = plan.repeated.iter().map(|row| (row.line, row.first)).collect();
    let go_on = &mut |_| ControlFlow::Continue(());
    imports::apply(&mut store, &context, &mut SystemEntropy, &request, plan, go_on).unwrap();
    Ended { people: people(&place), bad, repeated }
}

/// One row after the other, in the order of the file.
fn invited(text: &str) -> Ended {
    let place = Place::with_people();
    let (good, mut bad) = read(text);
    let mut store = place.store();
    let context = context(START);
    let (mut first, mut repeated) = (BTreeMap::new(), Vec::new());
    // An agent that two people claim is neither's; one that is named twice in a cell is named once.
    let mut claims: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut claimants = BTreeMap::new();
    for row in &good {
        if *claimants.entry(row.email.clone()).or_insert(row.line) == row.line {
            for agent in &row.agents {
                let id = agent.to_string().trim_start_matches("voice:").to_owned();
                let lines = claims.entry(id).or_default();
                lines.extend((!lines.contains(&row.line)).then_some(row.line));
            }
        }
    }
    for row in good {
        if let Some(line) = first.get(&row.email) {
            repeated.push((row.line, *line));
            continue;
        }
        let disputed = row.agents.iter().any(|agent| {
            let id = agent.to_string().trim_start_matches("voice:").to_owned();
            claims.get(&id).is_some_and(|lines| lines.iter().any(|line| *line != row.line))
        });
        let request = InviteRequest {
            people: vec![row.email.clone()],
            name: row.name.clone(),
            role: row.role.clone(),
            team: row.team.clone(),
            agents: row.agents.clone(),
            ..invitation("nobody@example.com", Delivery::OnCommand)
        };
        let there = people(&place).contains_key(row.email.as_normal());
        let taken = match there || disputed {
            // Who is there stays; but what the row names must be there all the same.
            true => None,
            false => invites::invite(&mut store, &context, &mut SystemEntropy, &request).ok(),
        };
        let known = |row: &ImportRow| {
            let role = row.role.as_ref().is_none_or(|role| role.as_str() != "wizard");
            let team = row.team.as_ref().is_none_or(|team| team.folded() == "support");
            role && team && !row.agents.iter().any(|agent| agent.to_string().ends_with('9'))
        };
        let usable = match taken {
            Some(outcome) => outcome.done() == 1,
            None => there && !disputed && known(&row),
        };
        match usable {
            true => _ = first.insert(row.email.clone(), row.line),
            false => bad.push(row.line),
        }
    }
    bad.sort_unstable();
    repeated.sort_unstable();
    Ended { people: people(&place), bad, repeated }
}

prop_compose! {
    /// One record, as people write them.
    fn record()(
        email in "[a-cA-C]{1,2}@(example\\.com|Example\\.ORG)|ann@example\\.com|Bob@Example\\.com|no address||a@b",
        name in "Ann Lee|\"Lee, Ann\"|\"two\nlines\"|Zoë|\"say \"\"hi\"\"\"||\u{1b}\\[2J",
        role in "admin|Agent|user||wizard|team leader",
        team in "Support|SUPPORT||Nowhere",
        agents in "||||voice:1|voice:2|2|voice:9|2;voice:2",
        end in "\n|\r\n|\n\n",
    ) -> String {
        format!("{email},{name},{role},{team},{agents}{end}")
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn an_import_and_the_plain_way_end_alike(
        records in proptest::collection::vec(record(), 1..25),
        piece_bytes in proptest::sample::select(vec![1_usize, 150, 1 << 20]),
    ) {
        let mut text = "email,name,role,team,agents\n".to_owned();
        for record in &records {
            let _ = write!(text, "{record}");
        }
        prop_assert_eq!(imported(&text, piece_bytes), invited(&text), "{}", text);
    }
}
