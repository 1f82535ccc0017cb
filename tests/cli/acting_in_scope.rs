//! Acting with a permission that reaches one's team alone: a team leader who brings people in and manages
//! them, in the team that they lead and nowhere else.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::{Run, World};

/// A contact center with two teams; lea leads Voice, and her role invites and manages in teams that one
/// leads.
fn office() -> World {
    let world = World::with_store();
    let script = "set -e
        admit team create Voice Chat
        admit agent add voice:1 voice:2
        admit role create lead --below admin --grant view-insights --grant invite-users:team \
            --grant manage-users:team --hands-out user --hands-out agent
        admit invite ada@example.com --role admin --no-send
        admit invite lea@example.com --role lead --team Voice --no-send
        admit invite vic@example.com --role agent --team Voice --agent voice:1 --no-send
        admit invite cho@example.com --role agent --team Chat --agent voice:2 --no-send
        admit invite ida@example.com --role user --no-send
        admit team leaders Voice --add lea@example.com";
    world.bash(script).assert_code(0);
    for email in ["ada", "lea", "vic", "cho", "ida"] {
        world.put(&format!("{email}@example.com"), Status::Active);
    }
    world
}

fn lea(world: &World, line: &str) -> Run {
    world.bash(&format!("ADMIT_AS=lea@example.com admit {line}"))
}

#[test]
fn people_are_brought_into_the_team_that_one_leads_and_nowhere_else() {
    let world = office();
    let before = world.people();
    assert_data_eq!(
        lea(&world, "invite new@example.com --team Chat --role agent").to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires
new@example.com  refused  -     -
--- stderr
error: new@example.com is in no team that lea@example.com leads, and lea@example.com's right to invite reaches no further
hint: who could: ada@example.com
--- exit 77

"#]]
    );
    assert_data_eq!(
        lea(&world, "invite new@example.com --role agent").to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires
new@example.com  refused  -     -
--- stderr
error: new@example.com is in no team that lea@example.com leads, and lea@example.com's right to invite reaches no further
hint: who could: ada@example.com
--- exit 77

"#]]
    );
    assert_data_eq!(
        lea(&world, "invite new@example.com --team Voice --role lead").to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires
new@example.com  refused  -     -
--- stderr
error: lea@example.com may not give the role lead: the role lead gives user, agent
hint: who could: ada@example.com
--- exit 77

"#]]
    );
    world.file(
        "people.csv",
        "email,role,team\na@example.com,agent,Voice\nb@example.com,agent,Chat\n",
    );
    assert_data_eq!(
        lea(&world, "import people.csv").to_string(),
        str![[r#"
--- stderr
people.csv:3: team: Chat: b@example.com is in no team that lea@example.com leads, and lea@example.com's right to import reaches no further
error: people.csv has 1 bad row; nothing was imported
hint: correct the file, or import the good rows: --keep-going --rejects FILE
--- exit 65

"#]]
    );
    assert_eq!(world.people(), before);
    lea(&world, "invite new@example.com --role agent --team Voice").assert_code(0);
    world.file("people.csv", "email,role,team\na@example.com,agent,Voice\n");
    lea(&world, "import people.csv").assert_code(0);
}

#[test]
fn people_are_changed_in_the_team_that_one_leads_and_nowhere_else() {
    let world = office();
    let before = world.people();
    for line in [
        "deactivate cho@example.com",
        "remove ida@example.com --yes",
        "set-role cho@example.com --role user",
        "set-team cho@example.com --team Voice",
        "set-team vic@example.com --team Chat",
        "set-team vic@example.com --no-team",
        "unassign-agent cho@example.com voice:2",
        "set-role vic@example.com --role admin",
        "deactivate lea@example.com",
        "deactivate ada@example.com",
    ] {
        lea(&world, line).assert_code(77);
    }
    assert_eq!(world.people(), before);
    lea(&world, "unassign-agent vic@example.com voice:1").assert_code(0);
    lea(&world, "set-role vic@example.com --role user").assert_code(0);
    lea(&world, "deactivate vic@example.com").assert_code(0);
    lea(&world, "reactivate vic@example.com").assert_code(0);
}

#[test]
fn an_agent_is_not_taken_from_somebody_out_of_ones_reach() {
    let world = office();
    let before = world.people();
    assert_data_eq!(
        lea(&world, "assign-agent vic@example.com voice:2 --move").to_string(),
        str![[r#"
--- stderr
error: cho@example.com is in no team that lea@example.com leads, and lea@example.com's right to assign-agent reaches no further
hint: who could: ada@example.com
--- exit 77

"#]]
    );
    assert_eq!(world.people(), before);
}

#[test]
fn what_concerns_everybody_needs_the_permission_everywhere() {
    let world = office();
    for line in [
        "list",
        "export",
        "stats",
        "audit list",
        "team create Sales",
        "agent list",
        "role create x",
    ] {
        let run = lea(&world, line);
        assert!(
            run.code == 77 && run.stderr.contains("with the scope team alone"),
            "{line}: {run}"
        );
    }
    // The team itself, and oneself, one sees.
    lea(&world, "team show Voice").assert_code(0);
    lea(&world, "team show Chat").assert_code(77);
    lea(&world, "show lea@example.com").assert_code(0);
}

#[test]
fn who_is_out_of_reach_is_neither_suggested_nor_told_about() {
    let world = office();
    let wrong = lea(&world, "deactivate chi@example.com");
    assert!(wrong.code == 67 && !wrong.stderr.contains("did you mean"), "{wrong}");
    // Whether somebody stands elsewhere is not hers to learn by inviting them.
    let there = lea(&world, "invite cho@example.com --role agent --team Voice");
    assert!(there.code == 77 && !there.stderr.contains("already"), "{there}");
    world.bash("ADMIT_AS=ada@example.com admit deactivate chi@example.com").assert_code(67);
    let told = world.bash("ADMIT_AS=ada@example.com admit deactivate chi@example.com");
    assert!(told.stderr.contains("did you mean cho@example.com"), "{told}");
}

#[test]
fn sending_to_everybody_pending_is_sending_to_who_is_within_reach() {
    let world = office();
    for (email, team) in [("p1@example.com", "Voice"), ("p2@example.com", "Chat")] {
        world.admit(["invite", email, "--role=agent", "--team", team, "--no-send"]).assert_code(0);
    }
    let entries = world.entries();
    let sent = lea(&world, "send --all --format ids");
    assert_eq!((sent.code, &*sent.stdout), (0, "p1@example.com\n"), "{sent}");
    assert_eq!(world.entries(), entries + 1, "nothing was refused");
    assert_eq!(world.status("p2@example.com"), "pending");
}

#[test]
fn a_number_out_of_reach_is_not_answered_with_an_address() {
    let world = office();
    let number = world.number("cho@example.com");
    for line in ["deactivate", "set-team --no-team", "unassign-agent --all", "assign-agent"] {
        let run = lea(&world, &format!("{line} '{number}'"));
        assert!(!format!("{run}").contains("cho@example.com"), "{line}: {run}");
        assert_ne!(run.code, 0, "{line}: {run}");
    }
}
