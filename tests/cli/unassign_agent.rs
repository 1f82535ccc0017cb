//! `admit unassign-agent`.

use snapbox::{assert_data_eq, str};

use crate::support::World;

/// bob holds voice:4711 and chat:ana.r.
fn world() -> World {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711", "chat:ana.r"]).assert_code(0);
    world
}

#[test]
fn an_agent_is_taken_and_its_dates_are_kept() {
    let world = world();
    let run = world.admit(["unassign-agent", "bob@example.com", "4711"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Agent       Result    Taken from
bob@example.com  voice:4711  released  -
--- stderr
Took 1 agent ID from bob@example.com in main.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["agent", "show", "4711"]).to_string(),
        str![[r#"
--- stdout
Agent             voice:4711
Name              -
Interactions      0
Last interaction  -
User              -
Assignments       bob@example.com  [DAY, HOUR AND ZONE]  [DAY, HOUR AND ZONE]
--- exit 0

"#]]
    );
    let held = world.answer(["agent", "list", "--assigned", "--format", "ids"]);
    assert_eq!(held, "chat:ana.r\n");
}

#[test]
fn all_of_them_are_taken_and_taking_again_is_nothing_to_do() {
    let world = world();
    let run = world.admit(["unassign-agent", "bob@example.com", "--all"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Agent       Result    Taken from
bob@example.com  chat:ana.r  released  -
bob@example.com  voice:4711  released  -
--- stderr
Took 2 agent IDs from bob@example.com in main.
--- exit 0

"#]]
    );
    let entries = world.audit_entries();
    let again = world.admit(["unassign-agent", "bob@example.com", "--all"]);
    assert_data_eq!(
        again.to_string(),
        str![[r#"
--- stderr
Nothing to do: bob@example.com stays as it is in main.
--- exit 0

"#]]
    );
    assert_eq!(world.audit_entries(), entries);
}

#[test]
fn an_agent_named_twice_is_taken_once() {
    let world = world();
    let run = world.admit(["unassign-agent", "bob@example.com", "4711", "voice:4711"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Agent       Result    Taken from
bob@example.com  voice:4711  released  -
--- stderr
Took 1 agent ID from bob@example.com in main.
--- exit 0

"#]]
    );
    let audit = world.answer(["audit", "list", "--limit", "1", "--format", "jsonl"]);
    assert!(audit.contains("\"count\":1,"), "{audit}");
}

#[test]
fn what_is_not_held_is_refused_and_nothing_is_taken() {
    let world = world();
    let run = world.admit(["unassign-agent", "bob@example.com", "4711", "voice:4712"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: bob@example.com does not hold agent voice:4712
hint: held: chat:ana.r, voice:4711
--- exit 1

"#]]
    );
    let nothing = world.admit(["unassign-agent", "cid@example.com", "voice:4712"]);
    assert_data_eq!(
        nothing.to_string(),
        str![[r#"
--- stderr
error: cid@example.com does not hold agent voice:4712
hint: this user holds no agent IDs
--- exit 1

"#]]
    );
    let held = world.answer(["agent", "list", "--assigned", "--format", "ids"]);
    assert_eq!(held, "chat:ana.r\nvoice:4711\n");
}

#[test]
fn unknown_names_are_67_and_no_agent_at_all_is_2() {
    let world = world();
    world.admit(["unassign-agent", "nobody@example.com", "--all"]).assert_code(67);
    world.admit(["unassign-agent", "bob@example.com", "voice:9999"]).assert_code(67);
    world.admit(["unassign-agent", "bob@example.com"]).assert_code(2);
    world.admit(["unassign-agent", "bob@example.com", "4711", "--all"]).assert_code(2);
}

#[test]
fn an_id_of_several_sources_is_clear_where_the_user_holds_one_of_them() {
    let world = world();
    world.admit(["agent", "add", "chat:4711"]).assert_code(0);
    let run = world.admit(["unassign-agent", "bob@example.com", "4711", "--dry-run"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Agent       Result    Taken from
bob@example.com  voice:4711  released  -
--- stderr
Dry run, nothing was changed; it would say: Took 1 agent ID from bob@example.com in main.
--- exit 0

"#]]
    );
    let held = world.answer(["agent", "list", "--assigned", "--format", "ids"]);
    assert_eq!(held, "chat:ana.r\nvoice:4711\n");
}
