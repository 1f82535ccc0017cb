//! The settings file and the environment: which store, which portal, and what is wrong in them.

use snapbox::{assert_data_eq, str};

use crate::support::{Run, World};

const EMPTY: &str = "email,name,role,team,agents\n";

fn with_settings(text: &str) -> World {
    let world = World::fresh();
    std::fs::create_dir_all(world.home().join(".config/admit")).unwrap();
    world.file(".config/admit/config.toml", text);
    world
}

fn export(world: &World, variables: &str) -> Run {
    world.bash(&format!("{variables} admit export --quiet --fields email"))
}

#[test]
fn the_flag_comes_before_the_variable_before_the_file_before_the_default() {
    let world = World::with_store();
    std::fs::create_dir_all(world.home().join(".config/admit")).unwrap();
    world.admit(["invite", "default@example.com"]).assert_code(0);
    for name in ["flag", "variable", "file"] {
        let (store, email) = (format!("{name}.db"), format!("{name}@example.com"));
        world.admit(["--store", &store, "init"]).assert_code(0);
        world.admit(["--store", &store, "invite", &email]).assert_code(0);
    }
    let line = |name: &str| format!("email\n{name}@example.com\n");
    assert_eq!(export(&world, "").stdout, line("default"));
    let setting = format!("store = \"{}/file.db\"\n", world.home().display());
    world.file(".config/admit/config.toml", setting);
    assert_eq!(export(&world, "").stdout, line("file"));
    assert_eq!(export(&world, "ADMIT_STORE=variable.db").stdout, line("variable"));
    assert_eq!(export(&world, "ADMIT_STORE=").stdout, line("file"), "an empty one says nothing");
    let run = world.bash("ADMIT_STORE=variable.db admit --store flag.db export -q --fields email");
    assert_eq!(run.stdout, line("flag"));
}

#[test]
fn a_store_that_the_file_or_the_variable_names_is_never_made_by_the_way() {
    let world = with_settings("store = \"mine.db\"\n");
    let run = world.admit(["invite", "ann@example.com"]);
    run.assert_code(66);
    let run = world.bash("ADMIT_STORE=other.db admit invite ann@example.com");
    run.assert_code(66);
    world.admit(["init"]).assert_code(0);
    assert!(world.home().join("mine.db").exists() && !world.store_path().exists());
    assert_eq!(export(&world, "").stdout, EMPTY.split_once(',').unwrap().0.to_owned() + "\n");
}

#[test]
fn the_data_directory_is_the_one_of_the_system() {
    let world = World::fresh();
    world.bash("XDG_DATA_HOME=$HOME/data admit init").assert_code(0);
    assert!(world.home().join("data/admit/admit.db").exists());
}

#[test]
fn c17_links_start_with_the_portal() {
    let world = with_settings("portal = \"https://portal.example.com/join\"\n");
    let run = world.admit(["invite", "ann@example.com", "--quiet"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires
ann@example.com  invited  user  [DAY, HOUR AND ZONE]

Link for ann@example.com:
https://portal.example.com/join?invite=[TOKEN]
--- exit 0

"#]]
    );
    let run = world.bash("ADMIT_PORTAL=https://other.example.com admit invite bob@example.com -q");
    assert!(run.stdout.contains("\nhttps://other.example.com?invite="), "{run}");
}

#[test]
fn i2_faults_and_unknown_keys_of_the_file_are_78_with_their_line() {
    for (text, says) in [
        ("# mine\nstore = \"x.db\"\nstroe = \"y.db\"\n", "line 3: unknown field `stroe`"),
        ("\nstore = 7\n", "line 2: "),
        ("store = \"x.db\n", "line 1: "),
        ("portal = \"ftp://x\"\n", "portal: "),
    ] {
        let world = with_settings(text);
        let run = world.admit(["list"]);
        run.assert_code(78);
        assert!(run.stderr.contains("/.config/admit/config.toml is wrong: "), "{run}");
        assert!(run.stderr.contains(says), "{text:?}: {run}");
    }
}

#[test]
fn a_settings_file_that_was_named_must_be_there() {
    let world = World::with_store();
    let run = world.bash("ADMIT_CONFIG=none.toml admit list");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: the settings file none.toml cannot be read: no such file or directory
--- exit 78

"#]]
    );
    world.file("some.toml", "portal = \"https://p.example.com\"\n");
    let run = world.bash("ADMIT_CONFIG=some.toml admit invite ann@example.com -q");
    assert!(run.stdout.contains("\nhttps://p.example.com?invite="), "{run}");
}

#[test]
fn a_variable_that_is_wrong_is_78_and_named() {
    let world = World::with_store();
    let run = world.bash("ADMIT_PORTAL=javascript:alert admit list");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: the variable ADMIT_PORTAL is wrong: the portal's address must start with https:// (http:// only for localhost)
--- exit 78

"#]]
    );
}
