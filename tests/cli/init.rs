//! `admit init`.

use snapbox::{assert_data_eq, str};

use crate::support::World;

#[test]
fn a_store_is_made_once() {
    let world = World::fresh();
    assert_data_eq!(
        world.admit(["init"]).to_string(),
        str![[r#"
--- stdout
Store         [HOME]/.local/share/admit/admit.db
Organization  main
Template      contact-center
Owner         -
Link expires  -
--- stderr
Made the store [HOME]/.local/share/admit/admit.db with the organization main.
--- exit 0

"#]]
    );
    let before = std::fs::read(world.store_path()).unwrap();
    assert_data_eq!(
        world.admit(["init"]).to_string(),
        str![[r#"
--- stderr
error: there is a file already at [HOME]/.local/share/admit/admit.db
--- exit 1

"#]]
    );
    assert_eq!(std::fs::read(world.store_path()).unwrap(), before);
}

#[test]
fn every_template_sets_an_organization_up_with_an_owner_in_the_highest_role() {
    for (template, roles, lifetime) in [
        ("contact-center", "admin team-leader user agent", "7 days"),
        ("customer-portal", "admin user", "7 days"),
        ("phone-system", "owner admin member", "30 days"),
        ("security-console", "owner admin editor viewer", "7 days"),
    ] {
        let world = World::fresh();
        let run = world.admit(["init", "--template", template, "--owner", "boss@example.com"]);
        run.assert_code(0);
        assert!(run.stdout.contains("Owner         boss@example.com\n"), "{run}");
        assert!(run.stdout.contains("Token for boss@example.com:\n1."), "{run}");
        let known = world.answer(["role", "list", "--format", "ids"]);
        assert_eq!(known.split_whitespace().collect::<Vec<_>>().join(" "), roles);
        let fields = "email,role,status";
        let owner = world.answer(["list", "--format", "csv", "--fields", fields]);
        let highest = roles.split(' ').next().unwrap();
        assert_eq!(owner, format!("{fields}\nboss@example.com,{highest},active\n"));
        let json = world.answer(["template", "show", template, "--format", "json"]);
        assert!(json.contains(&format!("\"lifetime\":\"{lifetime}\"")), "{json}");
        world.admit(["audit", "verify"]).assert_code(0);
    }
}

#[test]
fn json_holds_the_owners_link() {
    let world = World::fresh();
    let words =
        ["init", "--owner", "boss@example.com", "--organization", "acme", "--name", "Acme Ltd"];
    let run = world.admit(words.into_iter().chain(["--format", "json"]));
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
{"store":"[HOME]/.local/share/admit/admit.db","organization":"acme","template":"contact-center","owner":"boss@example.com","expires_at":"[TIME]","link":"[TOKEN]","mail":"not-configured"}
--- stderr
Made the store [HOME]/.local/share/admit/admit.db with the organization acme.
--- exit 0

"#]]
    );
}

#[test]
fn ones_own_template_is_read_from_a_file() {
    let world = World::fresh();
    let text = world.answer(["template", "show", "contact-center"]);
    let mine = text.replace("name = \"contact-center\"", "name = \"mine\"");
    world.file("mine.toml", mine.replace("\"team-leader\"", "\"lead\""));
    let run = world.admit(["init", "--template", "./mine.toml"]);
    assert!(run.stdout.contains("Template      mine\n"), "{run}");
    assert!(world.answer(["role", "list", "--format", "ids"]).contains("lead\n"));
}

#[test]
fn a_template_that_is_wrong_makes_no_store_and_every_fault_is_named() {
    let world = World::fresh();
    world.file(
        "broken.toml",
        "name = \"Broken One\"\ntitle = \"\"\nsummary = \"x\"\ndefault-role = \"nobody\"\n\
         permissions = []\n[invites]\nlifetime = \"2 years\"\nsubject = \"s\"\n\
         [[roles]]\nname = \"admin\"\ntitle = \"Admin\"\n",
    );
    assert_data_eq!(
        world.admit(["init", "--template", "broken.toml"]).to_string(),
        str![[r#"
--- stderr
error: broken.toml is no template: name: "Broken One" does not fit: a name is 1 to 40 lower-case letters, digits and '-', no '-' first, such as help-desk
hint: also: title: is empty
hint: also: default-role: there is no role nobody
hint: also: invites.lifetime: "2 years" does not fit: a lifetime is at most 365 days (a year counts 365.25 days, a month M 30.44)
hint: also: roles: no role has both invite-users and manage-users with the scope all
--- exit 78

"#]]
    );
    assert!(!world.home().join(".local").exists());
}

#[test]
fn a_template_that_is_not_there_is_named() {
    let world = World::fresh();
    assert_data_eq!(
        world.admit(["init", "--template", "contact-centre"]).to_string(),
        str![[r#"
--- stderr
error: there is no template contact-centre
hint: templates: contact-center, customer-portal, phone-system, security-console, or a file such as ./mine.toml
--- exit 78

"#]]
    );
    assert_data_eq!(
        world.admit(["init", "--template", "./none.toml"]).to_string(),
        str![[r#"
--- stderr
error: ./none.toml: no such file or directory
--- exit 66

"#]]
    );
    assert!(!world.home().join(".local").exists());
}

#[test]
fn a_dry_run_makes_nothing_and_still_sees_what_is_in_the_way() {
    let world = World::fresh();
    let run = world.admit(["init", "--dry-run", "--owner", "boss@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Store         [HOME]/.local/share/admit/admit.db
Organization  main
Template      contact-center
Owner         boss@example.com
Link expires  [DAY, HOUR AND ZONE]
--- stderr
Dry run, nothing was changed; it would say: Made the store [HOME]/.local/share/admit/admit.db with the organization main.
--- exit 0

"#]]
    );
    world.admit(["--store", "x.db", "init", "--dry-run"]).assert_code(0);
    assert_eq!(std::fs::read_dir(world.home()).unwrap().count(), 0);
    world.admit(["--store", "no/x.db", "init", "--dry-run"]).assert_code(73);
    world.admit(["init"]).assert_code(0);
    world.admit(["init", "--dry-run"]).assert_code(1);
}

#[test]
fn a_place_that_cannot_be_written_is_73() {
    let world = World::fresh();
    let run = world.admit(["--store", "no/such/place.db", "init"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: the store [HOME]/no/such/place.db cannot be created: no such file or directory
--- exit 73

"#]]
    );
}

#[test]
fn the_owners_link_is_not_made_where_nobody_would_see_it() {
    let world = World::fresh();
    for form in ["--format=ids", "--fields=store"] {
        world.admit(["init", "--owner", "boss@example.com", form]).assert_code(2);
        assert!(!world.store_path().exists());
    }
}
