//! `admit man`.

use crate::support::World;

#[test]
fn the_manual_is_a_manual_page() {
    let world = World::fresh();
    let page = world.answer(["man"]);
    assert!(page.contains(".TH admit 1"), "{page}");
    for section in [".SH NAME", ".SH SYNOPSIS", ".SH OPTIONS", ".SH SUBCOMMANDS"] {
        assert!(page.contains(section), "{section}");
    }
}

#[test]
fn a_directory_gets_one_page_a_command() {
    let world = World::fresh();
    std::fs::create_dir(world.home().join("man1")).unwrap();
    let run = world.admit(["man", "--directory", "man1"]);
    run.assert_code(0);
    assert_eq!(run.stderr, "Wrote the pages into the directory man1\n");
    let page = |name: &str| std::fs::read_to_string(world.home().join("man1").join(name)).unwrap();
    let help = world.answer(["--help"]);
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let verbs: Vec<&str> =
        commands.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(verbs.len() > 15, "{verbs:?}");
    for verb in verbs {
        assert!(page(&format!("admit-{verb}.1")).contains(".SH SYNOPSIS"), "{verb}");
    }
    assert!(page("admit-import.1").contains("keep\\-going"));
    assert!(page("admit-agent-import.1").contains("\\-\\-source"));
}

#[test]
fn a_directory_that_is_not_there_is_73() {
    let world = World::fresh();
    let run = world.admit(["man", "--directory", "none"]);
    run.assert_code(73);
    assert_eq!(run.stderr, "error: none cannot be written: no such file or directory\n");
}
