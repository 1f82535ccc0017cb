//! `admit completions`: the scripts, and a real bash that uses one.

use crate::support::World;

/// What bash offers for a line whose cursor stands at its end. Bash cuts words at `@`, `:` and `=`
/// too; `pieces` are the words as it hands them over.
fn offers(world: &World, line: &str, pieces: &[&str]) -> Vec<String> {
    let last = pieces.last().unwrap();
    let current = if ["@", ":", "="].contains(last) { "" } else { last };
    let words: Vec<String> = pieces.iter().map(|piece| format!("'{piece}'")).collect();
    let script = format!(
        "eval \"$(admit completions bash)\"\nCOMP_LINE='{line}'; COMP_POINT=${{#COMP_LINE}}\n\
         COMP_WORDS=({}); COMP_CWORD={}\n_admit_whole_words admit '{current}' '{}'\n\
         for offer in \"${{COMPREPLY[@]}}\"; do printf '%s\\n' \"$offer\"; done",
        words.join(" "),
        pieces.len() - 1,
        pieces[pieces.len() - 2],
    );
    let run = world.bash(&script);
    assert_eq!(run.stderr, "", "{line}");
    run.stdout.lines().map(str::to_owned).collect()
}

/// ann is active, bob invited, cid pending, dan cancelled.
fn world() -> World {
    let world = World::with_people();
    world.put("ann@example.com", admit::domain::status::Status::Active);
    world.admit(["invite", "dan@example.com"]).assert_code(0);
    world.admit(["cancel", "dan@example.com"]).assert_code(0);
    world
}

#[test]
fn every_shell_gets_a_script() {
    let world = World::fresh();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = world.admit(["completions", shell]);
        run.assert_code(0);
        assert!(run.stdout.contains("COMPLETE") && run.stdout.contains("admit"), "{shell}");
        assert_eq!(run.stderr, "", "{shell}");
    }
    world.admit(["completions", "tcsh"]).assert_code(2);
}

#[test]
fn bash_takes_the_script() {
    let world = World::fresh();
    let run = world.bash("set -eu; eval \"$(admit completions bash)\"; complete -p admit");
    run.assert_code(0);
    assert!(run.stdout.contains("-F _admit_whole_words admit"), "{run}");
}

#[test]
fn users_are_narrowed_by_the_verb() {
    let world = world();
    for (verb, wanted) in [
        ("cancel", &["bob@example.com", "cid@example.com"][..]),
        ("deactivate", &["ann@example.com"]),
        ("remove", &["ann@example.com", "bob@example.com", "cid@example.com", "dan@example.com"]),
        ("reactivate", &[]),
    ] {
        let all = offers(&world, &format!("admit {verb} "), &["admit", verb, ""]);
        let users: Vec<&str> =
            all.iter().map(String::as_str).filter(|offer| offer.contains('@')).collect();
        assert_eq!(users, wanted, "{verb}");
    }
    let show = offers(&world, "admit show d", &["admit", "show", "d"]);
    assert_eq!(show, ["dan@example.com"]);
}

#[test]
fn only_domains_with_a_word_of_their_own_can_be_forgotten() {
    let world = world();
    world.admit(["domain", "block", "example.com", "example.org", "rival.net"]).assert_code(0);
    let words = ["admit", "domain", "forget", "ex"];
    assert_eq!(offers(&world, "admit domain forget ex", &words), ["example.com", "example.org"]);
}

#[test]
fn modules_that_are_never_granted_can_be_removed_and_asked_about() {
    let world = World::with_store();
    world.admit(["module", "add", "pages"]).assert_code(0);
    world.admit(["module", "add", "pricing", "--admin-only"]).assert_code(0);
    let remove = offers(&world, "admit module remove p", &["admit", "module", "remove", "p"]);
    assert_eq!(remove, ["pages", "pricing"]);
    let can = offers(&world, "admit can --module p", &["admit", "can", "--module", "p"]);
    assert_eq!(can, ["pages", "pricing"]);
    let grant = offers(&world, "admit grant --module p", &["admit", "grant", "--module", "p"]);
    assert_eq!(grant, ["pages"]);
    let ask = offers(&world, "admit who-can exp", &["admit", "who-can", "exp"]);
    assert_eq!(ask, ["export-charts"]);
}

#[test]
fn an_address_is_completed_behind_its_at() {
    let world = world();
    let behind = offers(&world, "admit cancel bob@ex", &["admit", "cancel", "bob", "@", "ex"]);
    assert_eq!(behind, ["example.com"]);
    let at = offers(&world, "admit cancel bob@", &["admit", "cancel", "bob", "@"]);
    assert_eq!(at, ["@example.com"].map(|offer| offer.trim_start_matches('@')));
    let wrong = offers(&world, "admit cancel ann@ex", &["admit", "cancel", "ann", "@", "ex"]);
    assert_eq!(wrong, [""; 0]);
    let second = ["admit", "cancel", "bob", "@", "example.com", "ci"];
    assert_eq!(offers(&world, "admit cancel bob@example.com ci", &second), ["cid@example.com"]);
}

#[test]
fn roles_teams_and_agents_are_those_of_the_store() {
    let world = world();
    let pieces = ["admit", "set-role", "bob", "@", "example.com", "--role", ""];
    let roles = offers(&world, "admit set-role bob@example.com --role ", &pieces);
    assert_eq!(roles, ["admin", "team-leader", "user", "agent"]);
    let team = offers(&world, "admit import --team su", &["admit", "import", "--team", "su"]);
    assert_eq!(team, ["Support"]);
    let start = "admit assign-agent bob@example.com ";
    let words = ["admit", "assign-agent", "bob", "@", "example.com"];
    let voi = offers(&world, &format!("{start}voi"), &[&words[..], &["voi"]].concat());
    assert_eq!(voi, ["voice:4711", "voice:4712"]);
    let colon = offers(&world, &format!("{start}voice:"), &[&words[..], &["voice", ":"]].concat());
    assert_eq!(colon, ["4711", "4712"]);
    let id =
        offers(&world, &format!("{start}voice:47"), &[&words[..], &["voice", ":", "47"]].concat());
    assert_eq!(id, ["4711", "4712"]);
    let equals = ["admit", "set-role", "bob", "--role", "=", "te"];
    assert_eq!(offers(&world, "admit set-role bob --role=te", &equals), ["team-leader"]);
}

#[test]
fn an_agent_is_offered_however_many_others_hold_the_same_text() {
    let world = world();
    let mut text = "source,id,name\n".to_owned();
    for number in 0..300 {
        text.push_str(&format!("chat,x-zeta-{number},Zeta\n"));
    }
    text.push_str("zeta,1,\nzeta,é2,\nzeta,éa,\nzetb,1,\n");
    world.admit_with(&text, ["agent", "import", "-"]).assert_code(0);
    let line = |typed: &str| format!("admit assign-agent bob@example.com {typed}");
    let words = ["admit", "assign-agent", "bob", "@", "example.com"];
    let offers =
        |typed: &str, pieces: &[&str]| offers(&world, &line(typed), &[&words[..], pieces].concat());
    assert_eq!(offers("zeta", &["zeta"]), ["zeta:1", "zeta:é2", "zeta:éa"]);
    assert_eq!(offers("zeta:é", &["zeta", ":", "é"]), ["é2", "éa"]);
    assert_eq!(offers("x-zeta", &["x-zeta"]), [""; 0]);
    assert_eq!(offers("chat:", &["chat", ":"]).len(), 50);
}

#[test]
fn the_store_on_the_line_is_the_one_that_is_asked() {
    let world = world();
    world.admit(["--store", "other.db", "init"]).assert_code(0);
    world.admit(["--store", "other.db", "invite", "zoe@example.com"]).assert_code(0);
    let two = ["admit", "--store", "other.db", "show", "z"];
    assert_eq!(offers(&world, "admit --store other.db show z", &two), ["zoe@example.com"]);
    let one = ["admit", "--store", "=", "other.db", "show", "z"];
    assert_eq!(offers(&world, "admit --store=other.db show z", &one), ["zoe@example.com"]);
}

#[test]
fn without_a_store_nothing_is_offered_said_or_made() {
    let world = World::fresh();
    assert_eq!(offers(&world, "admit show a", &["admit", "show", "a"]), [""; 0]);
    assert_eq!(offers(&world, "admit exp", &["admit", "exp"]), ["expire", "export"]);
    assert_eq!(std::fs::read_dir(world.home()).unwrap().count(), 0);
}

#[test]
fn who_acts_and_where_is_offered_while_it_is_typed_and_decides_once_it_is() {
    let world = world();
    world.admit(["org", "create", "acme"]).assert_code(0);
    world.admit(["invite", "uma@example.com", "--role=user", "--no-send"]).assert_code(0);
    world.put("uma@example.com", admit::domain::status::Status::Active);
    let entries = world.entries();
    let actors = offers(&world, "admit list --as an", &["admit", "list", "--as", "an"]);
    assert_eq!(actors, ["ann@example.com"]);
    let places = offers(&world, "admit list --org a", &["admit", "list", "--org", "a"]);
    assert_eq!(places, ["acme"]);
    let as_whom = |actor: &str| {
        let line = format!("admit --as {actor} show b");
        offers(&world, &line, &["admit", "--as", actor, "show", "b"])
    };
    assert_eq!(as_whom("#1"), ["bob@example.com"]);
    // Who may not list is offered nobody, and neither is who is nobody.
    let uma = world.number("uma@example.com");
    assert!(as_whom(&uma).is_empty());
    assert!(as_whom("#99").is_empty() && as_whom("nonsense").is_empty());
    assert_eq!(world.entries(), entries, "offering is no attempt");
}
