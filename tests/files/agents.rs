//! Files of agents.

use admit::files::agents::{AgentsReader, sample};
use admit::files::{FileError, ReadOptions, Record};

use super::faults;

fn read_agents(text: &str, source: Option<&str>) -> Result<Vec<String>, FileError> {
    let source = source.map(|source| source.parse().unwrap());
    let options = ReadOptions::default();
    let mut reader = AgentsReader::open(Box::new(text.as_bytes()), &options, source)?;
    let mut all = Vec::new();
    while let Some(record) = reader.next_record()? {
        all.push(match record {
            Record::Row(row) => format!(
                "{}: {} {} {}",
                row.line,
                row.facts.key,
                row.facts.interactions.unwrap_or_default(),
                row.facts.last_interaction_at.map_or(String::new(), |at| at.to_rfc3339())
            ),
            Record::Rejected(row) => format!("{}! {}", row.line, faults(&row)),
        });
    }
    Ok(all)
}

#[test]
fn agents_take_their_source_from_the_file_or_the_caller() {
    let text = "Agent ID;Source;Interactions;Last interaction\n1;Chat;12;2026-11-20\n2;;;\n";
    assert_eq!(
        read_agents(text, Some("voice")).unwrap(),
        ["2: chat:1 12 2026-11-20T00:00:00+00:00", "3: voice:2 0 "]
    );
    assert_eq!(read_agents(text, None).unwrap()[1], "3! source: : is missing");
    let error = read_agents("agent_id\n1\n", None).unwrap_err();
    assert_eq!(error.to_string(), "the header has no source column");
    assert_eq!(read_agents("agent_id\n1\n", Some("voice")).unwrap(), ["2: voice:1 0 "]);
}

#[test]
fn agents_are_rejected_with_every_fault() {
    let text = "agent_id,source,interactions,last_interaction_at\na b,vo ice,-1,yesterday\n,x,+1,\n\
                1,x,9223372036854775807,\n1,x,9223372036854775808,\n";
    let all = read_agents(text, None).unwrap();
    for part in [
        "agent_id: a b: ",
        "source: vo ice: ",
        "interactions: -1: is no whole number",
        "last_interaction_at: yesterday: is no moment",
    ] {
        assert!(all[0].contains(part), "{part} in {}", all[0]);
    }
    assert!(all[1].contains("agent_id: : is missing / interactions: +1: "), "{}", all[1]);
    assert!(all[2].starts_with("4: x:1 9223372036854775807"));
    assert!(all[3].starts_with("5! interactions: "));
    let json = "{\"agent_id\":4711,\"source\":\"voice\",\"interactions\":3}\n";
    assert_eq!(read_agents(json, None).unwrap(), ["1: voice:4711 3 "]);
}

#[test]
fn the_sample_reads_back_with_every_column() {
    let input = Box::new(sample().as_bytes());
    let mut reader = AgentsReader::open(input, &ReadOptions::default(), None).unwrap();
    let mut rows = Vec::new();
    while let Some(record) = reader.next_record().unwrap() {
        let Record::Row(row) = record else { panic!("{record:?}") };
        rows.push(row);
    }
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3, 4]);
    let first = &rows[0].facts;
    assert!(
        first.name.is_some() && first.last_interaction_at.is_some() && first.interactions > Some(0)
    );
}
