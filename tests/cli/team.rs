//! `admit team`: making teams here; looking at them and changing them in files of their own.

mod changing;
mod showing;

use snapbox::{assert_data_eq, str};

use crate::support::World;

#[test]
fn teams_are_made_and_listed_by_name() {
    let world = World::with_store();
    assert_data_eq!(
        world.admit(["team", "list"]).to_string(),
        str![[r#"
--- stderr
There are no teams in main.
hint: make one: admit team create NAME
--- exit 0

"#]]
    );
    let run = world.admit(["team", "create", "Support", "Ärzte", "night shift"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Team
Support
Ärzte
night shift
--- stderr
Made 3 teams in main.
--- exit 0

"#]]
    );
    assert_eq!(world.last_entry(), "team.create 3:  [team=Support team=Ärzte team=night shift]");
    assert_data_eq!(
        world.in_every_format(&["team", "list"]),
        str![[r#"
=== table
--- stdout
Team         Leaders  Members
night shift  -              0
Support      -              0
Ärzte        -              0
--- exit 0
=== json
--- stdout
[
{"team":"night shift","leaders":[],"members":0},
{"team":"Support","leaders":[],"members":0},
{"team":"Ärzte","leaders":[],"members":0}
]
--- exit 0
=== jsonl
--- stdout
{"team":"night shift","leaders":[],"members":0}
{"team":"Support","leaders":[],"members":0}
{"team":"Ärzte","leaders":[],"members":0}
--- exit 0
=== csv
--- stdout
team,leaders,members
night shift,,0
Support,,0
Ärzte,,0
--- exit 0
=== ids
--- stdout
night shift
Support
Ärzte
--- exit 0

"#]]
    );
}

#[test]
fn a_team_is_made_once_whatever_its_case_and_one_refusal_stops_all() {
    let world = World::with_store();
    world.admit(["team", "create", "Ärzte"]).assert_code(0);
    let before = world.contents();
    assert_data_eq!(
        world.admit(["team", "create", "New", "ÄRZTE"]).to_string(),
        str![[r#"
--- stderr
error: there is a team ÄRZTE already
--- exit 1

"#]]
    );
    assert_eq!(world.contents(), before);
    assert_data_eq!(
        world.admit(["team", "create", "One", "one"]).to_string(),
        str![[r#"
--- stdout
Team
One
--- stderr
Made 1 team in main.
--- exit 0

"#]]
    );
    assert_eq!(world.answer(["team", "list", "--format=ids"]), "One\nÄrzte\n");
}

#[test]
fn a_dry_run_makes_none_and_ends_the_same() {
    let world = World::with_store();
    let before = world.contents();
    assert_data_eq!(
        world.in_every_format(&["team", "create", "Support", "--dry-run"]),
        str![[r#"
=== table
--- stdout
Team
Support
--- stderr
Dry run, nothing was changed; it would say: Made 1 team in main.
--- exit 0
=== json
--- stdout
[
{"team":"Support","organization":"main"}
]
--- stderr
Dry run, nothing was changed; it would say: Made 1 team in main.
--- exit 0
=== jsonl
--- stdout
{"team":"Support","organization":"main"}
--- stderr
Dry run, nothing was changed; it would say: Made 1 team in main.
--- exit 0
=== csv
--- stdout
team,organization
Support,main
--- stderr
Dry run, nothing was changed; it would say: Made 1 team in main.
--- exit 0
=== ids
--- stdout
Support
--- stderr
Dry run, nothing was changed; it would say: Made 1 team in main.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
    world.admit(["team", "create", "Support"]).assert_code(0);
    world.admit(["team", "create", "Support", "--dry-run"]).assert_code(1);
}

#[test]
fn wrong_command_lines_make_nothing() {
    let world = World::with_store();
    let before = world.contents();
    for words in [
        &["team", "create"][..],
        &["team"],
        &["team", "create", ""],
        &["team", "create", "a\nb"],
        &["team", "create", "Support", "--fields=nonsense"],
        &["team", "list", "extra"],
    ] {
        world.admit(words).assert_code(2);
    }
    assert_eq!(world.contents(), before);
}

#[test]
fn quiet_leaves_the_answer_alone() {
    let world = World::with_store();
    let run = world.admit(["team", "create", "Support", "-q", "--format=ids"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Support
--- exit 0

"#]]
    );
}

#[test]
fn a_team_that_is_not_there_is_offered_to_be_made_only_to_put_people_into() {
    let world = World::with_people();
    let mut said = String::new();
    for words in [
        &["set-team", "ann@example.com", "--team=nosuch"][..],
        &["list", "--team=nosuch"],
        &["team", "show", "nosuch"],
        &["team", "rename", "nosuch", "other"],
        &["team", "delete", "nosuch", "--yes"],
    ] {
        let run = world.admit(words);
        run.assert_code(67);
        said += &run.stderr;
    }
    assert_data_eq!(
        said,
        str![[r#"
error: no team nosuch in main
hint: make it: admit team create nosuch
error: no team nosuch in main
hint: teams: admit team list
error: no team nosuch in main
hint: teams: admit team list
error: no team nosuch in main
hint: teams: admit team list
error: no team nosuch in main
hint: teams: admit team list

"#]]
    );
}
