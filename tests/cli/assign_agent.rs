//! `admit assign-agent`.

use snapbox::{assert_data_eq, str};

use crate::support::World;

/// bob holds voice:4711.
fn world() -> World {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711"]).assert_code(0);
    world
}

fn holders(world: &World) -> String {
    world.answer(["agent", "list", "--format", "csv", "--fields", "agent,user"])
}

#[test]
fn agents_are_mapped_to_a_user_by_key_or_bare_id() {
    let world = World::with_people();
    let run = world.admit(["assign-agent", "bob@example.com", "voice:4711", "ana.r"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Agent       Result    Taken from
bob@example.com  voice:4711  assigned  -
bob@example.com  chat:ana.r  assigned  -
--- stderr
Assigned 2 agent IDs to bob@example.com in main.
--- exit 0

"#]]
    );
    assert_data_eq!(
        holders(&world),
        str![[r#"
agent,user
chat:ana.r,bob@example.com
voice:4711,bob@example.com
voice:4712,

"#]]
    );
    let again = world.admit(["assign-agent", "#2", "4711"]);
    assert_data_eq!(
        again.to_string(),
        str![[r#"
--- stdout
User             Agent       Result        Taken from
bob@example.com  voice:4711  held already  -
--- stderr
Nothing to do: bob@example.com stays as it is in main.
--- exit 0

"#]]
    );
}

#[test]
fn a_taken_agent_is_refused_with_its_holder_and_the_hint_works_as_it_is_typed() {
    let world = world();
    let run = world.admit(["assign-agent", "cid@example.com", "voice:4711"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: agent voice:4711 belongs to bob@example.com
hint: take it over: admit assign-agent cid@example.com voice:4711 --move
--- exit 1

"#]]
    );
    let hint = run.stderr.lines().last().unwrap().strip_prefix("hint: take it over: ").unwrap();
    assert_data_eq!(
        world.bash(hint).to_string(),
        str![[r#"
--- stdout
User             Agent       Result  Taken from
cid@example.com  voice:4711  moved   bob@example.com
--- stderr
Assigned 1 agent ID to cid@example.com in main.
--- exit 0

"#]]
    );
    assert_data_eq!(
        holders(&world),
        str![[r#"
agent,user
chat:ana.r,
voice:4711,cid@example.com
voice:4712,

"#]]
    );
}

#[test]
fn a_hint_survives_the_shell() {
    let world = World::with_people();
    world.admit(["agent", "add", "chat:o'b;"]).assert_code(2);
    world.admit(["agent", "add", "chat:$o'b"]).assert_code(0);
    world.admit(["assign-agent", "bob@example.com", "chat:$o'b"]).assert_code(0);
    let run = world.admit(["assign-agent", "cid@example.com", "chat:$o'b"]);
    let hint = run.stderr.lines().last().unwrap().strip_prefix("hint: take it over: ").unwrap();
    world.bash(hint).assert_code(0);
    assert!(holders(&world).contains("chat:$o'b,cid@example.com"));
}

#[test]
fn all_agents_are_mapped_or_none() {
    let world = world();
    let before = (holders(&world), world.audit_entries());
    let run = world.admit(["assign-agent", "cid@example.com", "voice:4712", "voice:4711"]);
    run.assert_code(1);
    world.admit(["assign-agent", "cid@example.com", "voice:4712", "nope"]).assert_code(67);
    assert_eq!((holders(&world), world.audit_entries()), before);
}

#[test]
fn a_wrong_mapping_is_replaced_in_one_step_and_the_old_one_keeps_its_dates() {
    let world = world();
    let run =
        world.admit(["assign-agent", "bob@example.com", "--replace", "voice:4711", "voice:4712"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Agent       Result    Taken from
bob@example.com  voice:4711  released  -
bob@example.com  voice:4712  assigned  -
--- stderr
Replaced an agent ID of bob@example.com in main.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["agent", "show", "voice:4711"]).to_string(),
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
    assert_data_eq!(
        world.admit(["agent", "show", "4712", "--format", "json"]).to_string(),
        str![[r#"
--- stdout
{"agent":"voice:4712","name":null,"interactions":0,"last_interaction_at":null,"user":"bob@example.com","assignments":[{"user":"bob@example.com","from":"[TIME]","until":null}]}
--- exit 0

"#]]
    );
}

#[test]
fn replacing_what_is_not_held_or_by_what_is_taken_is_refused() {
    let world = world();
    world.admit(["assign-agent", "cid@example.com", "ana.r"]).assert_code(0);
    let before = holders(&world);
    let not_held =
        world.admit(["assign-agent", "bob@example.com", "--replace", "voice:4712", "ana.r"]);
    assert_data_eq!(
        not_held.to_string(),
        str![[r#"
--- stderr
error: bob@example.com does not hold agent voice:4712
hint: held: voice:4711
--- exit 1

"#]]
    );
    let taken = world.admit(["assign-agent", "bob@example.com", "--replace", "4711", "ana.r"]);
    assert_data_eq!(
        taken.to_string(),
        str![[r#"
--- stderr
error: agent chat:ana.r belongs to cid@example.com
hint: take it over: admit assign-agent bob@example.com --replace voice:4711 chat:ana.r --move
--- exit 1

"#]]
    );
    assert_eq!(holders(&world), before);
    world
        .admit(["assign-agent", "bob@example.com", "--replace", "4711", "ana.r", "--move"])
        .assert_code(0);
    assert_data_eq!(
        holders(&world),
        str![[r#"
agent,user
chat:ana.r,bob@example.com
voice:4711,
voice:4712,

"#]]
    );
}

#[test]
fn a_role_that_holds_no_agents_is_refused_and_the_hint_helps() {
    let world = world();
    let run = world.admit(["assign-agent", "ann@example.com", "voice:4712"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: ann@example.com has the role admin, which holds no agent IDs
hint: admit set-role ann@example.com --role agent
--- exit 1

"#]]
    );
    let hint = run.stderr.lines().last().unwrap().strip_prefix("hint: ").unwrap();
    world.bash(hint).assert_code(0);
    world.admit(["assign-agent", "ann@example.com", "voice:4712"]).assert_code(0);
}

#[test]
fn unknown_agents_and_users_are_67_with_the_nearest_and_ambiguous_ids_are_refused() {
    let world = world();
    world.admit(["agent", "add", "chat:4712"]).assert_code(0);
    for (words, says) in [
        (["bob@example.com", "voice:4771"], "hint: did you mean voice:4711 or voice:4712?\n"),
        (["bob@exmaple.com", "voice:4712"], "hint: did you mean bob@example.com?\n"),
    ] {
        let run = world.admit(["assign-agent"].iter().chain(&words));
        run.assert_code(67);
        assert!(run.stderr.contains(says), "{run}");
    }
    let run = world.admit(["assign-agent", "bob@example.com", "4712"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: agent ID 4712 is in several sources: chat:4712, voice:4712
hint: name the source: chat:4712
--- exit 1

"#]]
    );
}

#[test]
fn people_without_access_get_no_agents() {
    let world = World::with_people();
    world.admit(["cancel", "bob@example.com"]).assert_code(0);
    let run = world.admit(["assign-agent", "bob@example.com", "voice:4711"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: bob@example.com is cancelled, so assign-agent does not apply
hint: invite again: admit invite bob@example.com
--- exit 1

"#]]
    );
}

#[test]
fn nothing_is_asked_where_nobody_answers() {
    let world = world();
    assert_data_eq!(
        world.admit(["assign-agent"]).to_string(),
        str![[r#"
--- stderr
error: no user is named
hint: admit assign-agent USER AGENT…
--- exit 2

"#]]
    );
    assert_data_eq!(
        world.admit(["assign-agent", "bob@example.com"]).to_string(),
        str![[r#"
--- stderr
error: no agent is named
hint: admit assign-agent USER AGENT…; known agents: admit agent list
--- exit 2

"#]]
    );
    world.admit(["assign-agent", "bob@example.com", "--replace", "4711"]).assert_code(2);
    world
        .admit(["assign-agent", "bob@example.com", "4712", "--replace", "4711", "4712"])
        .assert_code(2);
}

#[test]
fn a_dry_run_says_what_would_happen_and_changes_nothing() {
    let world = world();
    let before = (holders(&world), world.audit_entries());
    let run = world.admit(["assign-agent", "cid@example.com", "voice:4711", "--move", "--dry-run"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Agent       Result  Taken from
cid@example.com  voice:4711  moved   bob@example.com
--- stderr
Dry run, nothing was changed; it would say: Assigned 1 agent ID to cid@example.com in main.
--- exit 0

"#]]
    );
    assert_eq!((holders(&world), world.audit_entries()), before);
}

#[test]
fn every_format_holds_the_answer() {
    let world = world();
    for format in ["json", "jsonl", "csv", "ids"] {
        let words = ["assign-agent", "cid@example.com", "4711", "--move", "--dry-run", "--quiet"];
        let run = world.admit(words.into_iter().chain(["--format", format]));
        run.assert_code(0);
        let wanted = match format {
            "json" => {
                "[\n{\"user\":\"cid@example.com\",\"agent\":\"voice:4711\",\"result\":\"moved\",\
                 \"from\":\"bob@example.com\",\"organization\":\"main\"}\n]\n"
            }
            "jsonl" => {
                "{\"user\":\"cid@example.com\",\"agent\":\"voice:4711\",\"result\":\"moved\",\
                 \"from\":\"bob@example.com\",\"organization\":\"main\"}\n"
            }
            "csv" => {
                "user,agent,result,from,organization\n\
                 cid@example.com,voice:4711,moved,bob@example.com,main\n"
            }
            _ => "voice:4711\n",
        };
        assert_eq!(run.stdout, wanted, "{format}");
        assert_eq!(run.stderr, "", "{format}");
    }
}

#[test]
fn what_is_meant_by_source_and_id_comes_before_what_looks_like_an_id() {
    let world = World::with_people();
    world.admit(["agent", "add", "chat:voice:4711"]).assert_code(0);
    world
        .admit(["assign-agent", "bob@example.com", "voice:4711", "chat:voice:4711"])
        .assert_code(0);
    world.admit(["unassign-agent", "bob@example.com", "voice:4711"]).assert_code(0);
    let held = ["list", "--search=bob", "--format=csv", "--fields=agents"];
    assert_eq!(world.answer(held), "agents\nchat:voice:4711\n");
}

#[test]
fn an_agent_in_its_own_place_changes_nothing() {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711"]).assert_code(0);
    let entries = world.audit_entries();
    let run =
        world.admit(["assign-agent", "bob@example.com", "--replace", "voice:4711", "voice:4711"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Agent       Result        Taken from
bob@example.com  voice:4711  held already  -
--- stderr
Nothing to do: bob@example.com stays as it is in main.
--- exit 0

"#]]
    );
    assert_eq!(world.audit_entries(), entries);
}
