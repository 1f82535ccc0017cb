//! `admit template`.

use snapbox::{assert_data_eq, str};

use crate::support::World;

#[test]
fn the_four_templates_are_listed() {
    let world = World::fresh();
    assert_data_eq!(
        world.admit(["template", "list"]).to_string(),
        str![[r#"
--- stdout
Template          Title             Roles                            Default role  Link lives  Links are made
contact-center    Contact center    admin, team-leader, user, agent  user          7 days      at once
customer-portal   Customer portal   admin, user                      user          7 days      at once
phone-system      Phone system      owner, admin, member             member        30 days     on command
security-console  Security console  owner, admin, editor, viewer     viewer        7 days      at once
--- exit 0

"#]]
    );
    let ids = world.answer(["template", "ls", "--format", "ids"]);
    assert_eq!(ids, "contact-center\ncustomer-portal\nphone-system\nsecurity-console\n");
}

#[test]
fn what_is_shown_checks_as_ones_own() {
    let world = World::fresh();
    for name in world.answer(["template", "list", "--format", "ids"]).lines() {
        let script =
            format!("admit template show {name} > own.toml && admit template check own.toml");
        let run = world.bash(&script);
        run.assert_code(0);
        assert_eq!(run.stderr, "own.toml is a template.\n");
        let show = |what: &str| world.answer(["template", "show", what, "--format", "json"]);
        assert_eq!(show(name), show("./own.toml"));
    }
}

#[test]
fn the_phone_system_keeps_what_its_document_says() {
    let world = World::fresh();
    let fields = "template,default_role,lifetime,delivery,login_less,mail_subject";
    let words = ["template", "show", "phone-system", "--format", "json", "--fields", fields];
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stdout
{"template":"phone-system","default_role":"member","lifetime":"30 days","delivery":"on command","login_less":"allowed","mail_subject":"Your account has been created!"}
--- exit 0

"#]]
    );
}

#[test]
fn every_fault_of_a_file_is_named_in_one_run() {
    let world = World::fresh();
    let text = world.answer(["template", "show", "security-console"]);
    let broken = text
        .replacen("lifetime = \"7 days\"", "lifetime = \"5 minutes\"", 1)
        .replacen("default-role = \"viewer\"", "default-role = \"guest\"", 1)
        .replacen("view-alerts = \"all\"", "view-alrets = \"all\"", 1);
    assert_ne!(text, broken);
    world.file("broken.toml", broken);
    assert_data_eq!(
        world.admit(["template", "check", "broken.toml"]).to_string(),
        str![[r#"
--- stderr
error: broken.toml is no template: default-role: there is no role guest
hint: also: invites.lifetime: "5 minutes" does not fit: a lifetime is at least 1 hour and at most 365 days (m means minutes, M months)
hint: also: roles.owner.permissions.view-alrets: there is no permission view-alrets; did you mean view-alerts?
--- exit 78

"#]]
    );
}

#[test]
fn files_that_are_none_are_refused() {
    let world = World::fresh();
    world.file("not.toml", "email,name\n");
    world.admit(["template", "check", "not.toml"]).assert_code(78);
    world.admit(["template", "show", "nothing"]).assert_code(78);
    assert_data_eq!(
        world.admit(["template", "check", "none.toml"]).to_string(),
        str![[r#"
--- stderr
error: none.toml: no such file or directory
--- exit 66

"#]]
    );
    assert_data_eq!(
        world.admit(["template", "check", "."]).to_string(),
        str![[r#"
--- stderr
error: .: is a directory
--- exit 66

"#]]
    );
    world.file("latin.toml", b"title = \"Zo\xeb\"\n");
    assert_data_eq!(
        world.admit(["template", "check", "latin.toml"]).to_string(),
        str![[r#"
--- stderr
error: latin.toml is no template: it is not UTF-8
--- exit 78

"#]]
    );
    world.file("large.toml", "# large\n".repeat(200_000));
    assert_data_eq!(
        world.admit(["template", "check", "large.toml"]).to_string(),
        str![[r#"
--- stderr
error: large.toml is too large for a template
--- exit 78

"#]]
    );
}

#[test]
fn g1_a_file_that_is_shown_on_a_terminal_acts_on_nothing() {
    let world = World::fresh();
    let text = world.answer(["template", "show", "customer-portal"])
        + "# \u{9b}31mred \u{202e}txet\u{2028}\n";
    world.file("evil.toml", &text);
    assert_eq!(world.answer(["template", "show", "./evil.toml"]), text);
    let ended = world.terminal("admit template show ./evil.toml").end();
    assert!(ended.screen.contains(r"# \u{9b}31mred \u{202e}txet\u{2028}"), "{}", ended.screen);
    assert!(!ended.raw.contains(['\u{9b}', '\u{202e}', '\u{2028}']), "{:?}", ended.raw);
}
