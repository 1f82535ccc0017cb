//! `admit agent import`, `add`, `list` and `show`.

use snapbox::{assert_data_eq, str};

use crate::support::World;

const FILE: &str = "Agent ID;Name;Source;Interactions;Last interaction\n\
    4711;Chloé Martin;Voice;1289;2026-11-20T16:05:00Z\n\
    c.martin;Chloé Martin;chat;310;2026-11-21\n\
    4712;;voice;;\n";

fn list(world: &World) -> String {
    world.answer(["agent", "list", "--format", "csv"])
}

#[test]
fn agents_come_in_from_a_file_and_are_listed_and_shown() {
    let world = World::with_store();
    world.file("agents.csv", FILE);
    assert_data_eq!(
        world.admit(["agent", "import", "agents.csv"]).to_string(),
        str![[r#"
--- stdout
Organization  main
Added         3
Updated       0
Unchanged     0
--- stderr
Brought 3 agents into main: 3 added, 0 updated, 0 unchanged.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["agent", "list"]).to_string(),
        str![[r#"
--- stdout
Agent          Name          Interactions  Last interaction      User
chat:c.martin  Chloé Martin           310  [DAY, HOUR AND ZONE]  -
voice:4711     Chloé Martin          1289  [DAY, HOUR AND ZONE]  -
voice:4712     -                        0  -                     -
--- exit 0

"#]]
    );
    assert_data_eq!(
        list(&world),
        str![[r#"
agent,source,agent_id,name,interactions,last_interaction_at,user,assigned_at
chat:c.martin,chat,c.martin,Chloé Martin,310,2026-11-21T00:00:00Z,,
voice:4711,voice,4711,Chloé Martin,1289,2026-11-20T16:05:00Z,,
voice:4712,voice,4712,,0,,,

"#]]
    );
    assert_data_eq!(
        world.admit(["agent", "show", "voice:4711"]).to_string(),
        str![[r#"
--- stdout
Agent             voice:4711
Name              Chloé Martin
Interactions      1289
Last interaction  [DAY, HOUR AND ZONE]
User              -
Assignments       -
--- exit 0

"#]]
    );
    let json = world.admit(["agent", "show", "c.martin", "--format", "json"]);
    assert_data_eq!(
        json.to_string(),
        str![[r#"
--- stdout
{"agent":"chat:c.martin","name":"Chloé Martin","interactions":310,"last_interaction_at":"[TIME]","user":null,"assignments":[]}
--- exit 0

"#]]
    );
}

#[test]
fn importing_again_updates_what_differs_and_writes_nothing_where_nothing_does() {
    let world = World::with_store();
    world.admit_with(FILE, ["agent", "import", "-"]).assert_code(0);
    let entries = world.audit_entries();
    let same = world.admit_with(FILE, ["agent", "import", "-"]);
    assert_data_eq!(
        same.to_string(),
        str![[r#"
--- stdout
Organization  main
Added         0
Updated       0
Unchanged     3
--- stderr
Brought 3 agents into main: 0 added, 0 updated, 3 unchanged.
--- exit 0

"#]]
    );
    assert_eq!(world.audit_entries(), entries);
    let newer = FILE.replace("1289", "1300");
    let changed = world.admit_with(newer, ["agent", "import", "-", "--format", "json"]);
    assert_data_eq!(
        changed.to_string(),
        str![[r#"
--- stdout
{"organization":"main","added":0,"updated":1,"unchanged":2}
--- stderr
Brought 3 agents into main: 0 added, 1 updated, 2 unchanged.
--- exit 0

"#]]
    );
    assert_eq!(world.audit_entries(), entries + 1);
}

#[test]
fn a_source_can_be_given_for_rows_that_name_none() {
    let world = World::with_store();
    let run = world.admit_with("id\n1\n2\n", ["agent", "import", "-", "--source", "chat"]);
    run.assert_code(0);
    assert_eq!(world.answer(["agent", "list", "--format", "ids"]), "chat:1\nchat:2\n");
    let none = world.admit_with("id\n1\n", ["agent", "import", "-"]);
    assert_data_eq!(
        none.to_string(),
        str![[r#"
--- stderr
error: stdin: the header has no source column
hint: a full header is agent_id,name,source,interactions,last_interaction_at
--- exit 65

"#]]
    );
}

#[test]
fn every_fault_of_a_file_is_named_and_nothing_is_written() {
    let world = World::with_store();
    let text = "agent_id,name,source,interactions,last_interaction_at\n\
        1,,voice,2,\n,,voice,,\n1 2,\u{1b}[31mx,vo ice,-3,yesterday\n";
    let run = world.admit_with(text, ["agent", "import", "-"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
stdin:3: agent_id: is missing
stdin:4: agent_id: 1 2: an agent ID holds no ';' and no blanks
stdin:4: source: vo ice: a source is 1 to 40 letters, digits, '-', '_' or '.', such as voice
stdin:4: name: /u{1b}[31mx: holds a control character (U+001B)
stdin:4: interactions: -3: is no whole number
stdin:4: last_interaction_at: yesterday: is no moment such as [TIME], 2026-11-29 08:00 or 2026-11-29
error: stdin has 6 faults; nothing was imported
--- exit 65

"#]]
    );
    assert_eq!(list(&world).lines().count(), 1);
}

#[test]
fn a_dry_run_counts_and_writes_nothing() {
    let world = World::with_store();
    let run = world.admit_with(FILE, ["agent", "import", "-", "--dry-run"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Organization  main
Added         3
Updated       0
Unchanged     0
--- stderr
Dry run, nothing was changed; it would say: Brought 3 agents into main: 3 added, 0 updated, 0 unchanged.
--- exit 0

"#]]
    );
    assert_eq!(list(&world).lines().count(), 1);
    world.admit(["agent", "add", "voice:1", "--dry-run"]).assert_code(0);
    assert_eq!(list(&world).lines().count(), 1);
}

#[test]
fn the_sample_imports() {
    let world = World::with_store();
    let run = world.bash("admit agent import --sample | admit agent import -");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Organization  main
Added         3
Updated       0
Unchanged     0
--- stderr
Brought 3 agents into main: 3 added, 0 updated, 0 unchanged.
--- exit 0

"#]]
    );
}

#[test]
fn agents_are_added_by_hand() {
    let world = World::with_store();
    world.admit(["agent", "add", "voice:1", "--name", "Ann"]).assert_code(0);
    assert_data_eq!(
        list(&world),
        str![[r#"
agent,source,agent_id,name,interactions,last_interaction_at,user,assigned_at
voice:1,voice,1,Ann,0,,,

"#]]
    );
    let several = world.admit(["agent", "add", "voice:1", "voice:2", "--name", "Ann"]);
    assert_data_eq!(
        several.to_string(),
        str![[r#"
--- stderr
error: --name is for one agent; there are several here
--- exit 2

"#]]
    );
    let bare = world.admit(["agent", "add", "4711"]);
    assert_data_eq!(
        bare.to_string(),
        str![[r#"
--- stderr
error: invalid value '4711' for '[SOURCE:ID]...': an agent is written SOURCE:ID, such as voice:4711

For more information, try '--help'.
--- exit 2

"#]]
    );
}

#[test]
fn adding_an_agent_that_is_known_keeps_what_is_known_of_it() {
    let world = World::with_store();
    world.admit_with(FILE, ["agent", "import", "-"]).assert_code(0);
    let before = list(&world);
    world.admit(["agent", "add", "voice:4711"]).assert_code(0);
    assert_eq!(list(&world), before);
}

#[test]
fn lists_are_narrowed_and_paged() {
    let world = World::with_people();
    world.admit_with(FILE, ["agent", "import", "-"]).assert_code(0);
    world.admit(["assign-agent", "bob@example.com", "voice:4711"]).assert_code(0);
    let ids = |words: &[&str]| {
        let all = [&["agent", "list", "--format", "ids"], words].concat();
        world.answer(all).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(ids(&[]), "chat:ana.r chat:c.martin voice:4711 voice:4712");
    assert_eq!(ids(&["--source", "VOICE"]), "voice:4711 voice:4712");
    assert_eq!(ids(&["--assigned"]), "voice:4711");
    assert_eq!(ids(&["--unassigned"]), "chat:ana.r chat:c.martin voice:4712");
    assert_eq!(ids(&["--search", "CHLOÉ"]), "chat:c.martin voice:4711");
    assert_eq!(ids(&["--search", "471"]), "voice:4711 voice:4712");
    assert_eq!(ids(&["--limit", "2"]), "chat:ana.r chat:c.martin");
    assert_eq!(ids(&["--limit", "2", "--after", "chat:c.martin"]), "voice:4711 voice:4712");
    world.admit(["agent", "list", "--assigned", "--unassigned"]).assert_code(2);
    let none = world.admit(["agent", "list", "--search", "nobody"]);
    assert_data_eq!(
        none.to_string(),
        str![[r#"
--- stderr
No agents match in main.
--- exit 0

"#]]
    );
}

#[test]
fn an_unknown_agent_is_67_with_the_nearest_and_an_ambiguous_one_names_its_sources() {
    let world = World::with_people();
    assert_data_eq!(
        world.admit(["agent", "show", "vioce:4711"]).to_string(),
        str![[r#"
--- stderr
error: no agent vioce:4711 in main
hint: did you mean voice:4711 or voice:4712?
--- exit 67

"#]]
    );
    assert_data_eq!(
        world.admit(["agent", "show", "zzz"]).to_string(),
        str![[r#"
--- stderr
error: no agent zzz in main
hint: agents come from interaction data: admit agent import FILE, or admit agent add SOURCE:zzz
--- exit 67

"#]]
    );
    world.admit(["agent", "add", "chat:4711"]).assert_code(0);
    assert_data_eq!(
        world.admit(["agent", "show", "4711"]).to_string(),
        str![[r#"
--- stderr
error: agent ID 4711 is in several sources: chat:4711, voice:4711
hint: name the source: chat:4711
--- exit 1

"#]]
    );
}

#[test]
fn the_faults_before_the_end_of_a_damaged_file_are_told_too() {
    let world = World::with_store();
    let lines = "{\"agent_id\":\"\",\"source\":\"voice\"}\n{bad\n\0\n";
    let run = world.admit_with(lines, ["agent", "import", "-"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
stdin:1: agent_id: is missing
stdin:2: is not a JSON object: key must be a string in column 2
error: stdin: line 3 holds a NUL byte
hint: hand over text: CSV or JSON lines in UTF-8
--- exit 65

"#]]
    );
}

#[test]
fn an_agent_on_two_lines_is_brought_in_once_and_named() {
    let world = World::with_store();
    let text = "agent_id,source,interactions\n1,voice,3\n2,voice,4\n1,Voice,5\n";
    let run = world.admit_with(text, ["agent", "import", "-"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Organization  main
Added         2
Updated       0
Unchanged     0
--- stderr
stdin:2: agent_id: voice:1: is on line 4 too, which counts
Brought 2 agents into main: 2 added, 0 updated, 0 unchanged.
--- exit 0

"#]]
    );
    let counts = ["agent", "list", "--format=csv", "--fields=agent,interactions"];
    assert_eq!(world.answer(counts), "agent,interactions\nvoice:1,5\nvoice:2,4\n");
}
