//! `admit export`, and the way back through `import`.

use snapbox::{assert_data_eq, str};

use crate::support::{World, mode};

/// Names in many scripts, and cells that a spreadsheet or a careless writer would spoil.
const PEOPLE: &str = r#"{"email":"ann@example.com","name":"=1+1","role":"agent","team":"A; B","agents":["voice:4711","chat:o'b"]}
{"email":"+b@example.com","name":"Li \"Bo\" 李, 雷","role":"admin","team":"=cmd","agents":[]}
{"email":"c@example.com","name":"فاطمة الزهراء","team":"Équipe „Süd“"}
{"email":"d@example.com","name":"'Quoted"}
{"email":"e@example.com","name":"-Ωmega|Ψ","role":"team-leader"}
{"email":"o'neil@example.com","name":"Дмитрий 👩‍🔬"}
{"email":"uma@bücher.example","name":"नमस्ते"}
{"email":"g@example.com"}
"#;

fn filled() -> World {
    let world = World::with_store();
    prepare(&world, &world.store_path());
    world.admit_with(PEOPLE, ["import", "-"]).assert_code(0);
    world
}

/// Teams and agents are brought over first; users name them.
fn prepare(world: &World, store: &std::path::Path) {
    let store = store.to_str().unwrap();
    let agents = ["--store", store, "agent", "add", "voice:4711", "chat:o'b"];
    world.admit(agents).assert_code(0);
    for team in ["A; B", "=cmd", "Équipe „Süd“"] {
        world.admit(["--store", store, "team", "create", team]).assert_code(0);
    }
}

#[test]
fn g3_csv_guards_formulas_and_raw_does_not() {
    let world = filled();
    assert_data_eq!(
        world.admit(["export"]).to_string(),
        str![[r#"
--- stdout
email,name,role,team,agents,modules,sub_accounts
'+b@example.com,"Li ""Bo"" 李, 雷",admin,'=cmd,,,
ann@example.com,'=1+1,agent,A; B,chat:o'b;voice:4711,,
c@example.com,فاطمة الزهراء,user,Équipe „Süd“,,,
d@example.com,'Quoted,user,,,,
e@example.com,'-Ωmega|Ψ,team-leader,,,,
g@example.com,,user,,,,
o'neil@example.com,Дмитрий 👩‍🔬,user,,,,
uma@bücher.example,नमस्ते,user,,,,
--- stderr
Exported 8 users.
--- exit 0

"#]]
    );
    let raw = world.answer(["export", "--raw"]);
    let guarded = world.answer(["export"]);
    let differing: Vec<(&str, &str)> =
        guarded.lines().zip(raw.lines()).filter(|(one, other)| one != other).collect();
    assert_data_eq!(
        format!("{differing:#?}"),
        str![[r#"
[
    (
        "'+b@example.com,/"Li /"/"Bo/"/" 李, 雷/",admin,'=cmd,,,",
        "+b@example.com,/"Li /"/"Bo/"/" 李, 雷/",admin,=cmd,,,",
    ),
    (
        "ann@example.com,'=1+1,agent,A; B,chat:o'b;voice:4711,,",
        "ann@example.com,=1+1,agent,A; B,chat:o'b;voice:4711,,",
    ),
    (
        "e@example.com,'-Ωmega|Ψ,team-leader,,,,",
        "e@example.com,-Ωmega|Ψ,team-leader,,,,",
    ),
]
"#]]
    );
}

#[test]
fn json_lines_hold_the_same_users() {
    let world = filled();
    assert_data_eq!(
        world.admit(["export", "--format", "jsonl"]).to_string(),
        str![[r#"
--- stdout
{"email":"+b@example.com","name":"Li /"Bo/" 李, 雷","role":"admin","team":"=cmd","agents":[],"modules":[],"sub_accounts":[]}
{"email":"ann@example.com","name":"=1+1","role":"agent","team":"A; B","agents":["chat:o'b","voice:4711"],"modules":[],"sub_accounts":[]}
{"email":"c@example.com","name":"فاطمة الزهراء","role":"user","team":"Équipe „Süd“","agents":[],"modules":[],"sub_accounts":[]}
{"email":"d@example.com","name":"'Quoted","role":"user","team":null,"agents":[],"modules":[],"sub_accounts":[]}
{"email":"e@example.com","name":"-Ωmega|Ψ","role":"team-leader","team":null,"agents":[],"modules":[],"sub_accounts":[]}
{"email":"g@example.com","name":null,"role":"user","team":null,"agents":[],"modules":[],"sub_accounts":[]}
{"email":"o'neil@example.com","name":"Дмитрий 👩‍🔬","role":"user","team":null,"agents":[],"modules":[],"sub_accounts":[]}
{"email":"uma@bücher.example","name":"नमस्ते","role":"user","team":null,"agents":[],"modules":[],"sub_accounts":[]}
--- stderr
Exported 8 users.
--- exit 0

"#]]
    );
}

#[test]
fn g3_what_is_exported_imports_to_the_same_users() {
    for options in ["", "--raw", "--format jsonl"] {
        let world = filled();
        world.admit(["--store", "other.db", "init"]).assert_code(0);
        prepare(&world, &world.home().join("other.db"));
        let script = format!("admit export {options} | admit --store other.db import -");
        world.bash(&script).assert_code(0);
        let list = ["list", "--format", "json", "--fields", "email,name,role,team,agents"];
        let other = ["--store", "other.db"].into_iter().chain(list);
        assert_eq!(world.answer(other), world.answer(list), "{options:?}");
    }
}

#[test]
fn the_lists_read_back_as_they_are() {
    for format in ["csv", "jsonl"] {
        let world = filled();
        world.put("d@example.com", admit::domain::status::Status::Active);
        world.admit(["--store", "other.db", "init"]).assert_code(0);
        for team in ["A; B", "=cmd", "Équipe „Süd“"] {
            world.admit(["--store", "other.db", "team", "create", team]).assert_code(0);
        }
        let script = format!(
            "admit agent list --format {format} | admit --store other.db agent import - && \
             admit list --format {format} | admit --store other.db import -"
        );
        world.bash(&script).assert_code(0);
        assert_eq!(world.answer(["--store", "other.db", "export"]), world.answer(["export"]));
        let facts = ["agent", "list", "--format", "csv"];
        let other = ["--store", "other.db"].into_iter().chain(facts);
        let without_moment = |text: String| {
            text.lines().map(|line| line.rsplit_once(',').unwrap().0.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(without_moment(world.answer(other)), without_moment(world.answer(facts)));
    }
}

#[test]
fn a_file_appears_whole_and_private_and_takes_the_old_ones_place() {
    let world = filled();
    let path = world.file("out.csv", "old");
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o666)).unwrap();
    let run = world.bash("umask 000; admit export --output out.csv; admit export -o new.csv");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
Exported 8 users to out.csv.
Exported 8 users to new.csv.
--- exit 0

"#]]
    );
    assert_eq!((mode(&path), mode(world.home().join("new.csv"))), (0o600, 0o600));
    assert_eq!(std::fs::read_to_string(path).unwrap(), world.answer(["export"]));
}

#[test]
fn i3_a_symbolic_link_is_replaced_and_not_followed() {
    let world = filled();
    let target = world.file("precious", "precious");
    std::os::unix::fs::symlink(&target, world.home().join("out.csv")).unwrap();
    world.admit(["export", "--output", "out.csv"]).assert_code(0);
    assert_eq!(std::fs::read_to_string(target).unwrap(), "precious");
    assert!(world.home().join("out.csv").symlink_metadata().unwrap().is_file());
}

#[cfg(target_os = "linux")]
#[test]
fn i3_what_the_shell_opened_is_written_into_and_keeps_its_name() {
    let world = filled();
    let answer = world.answer(["export"]);
    let link = world.home().join("out");
    std::os::unix::fs::symlink("/proc/self/fd/1", &link).unwrap();
    let line = "echo first >log; admit export -q --output out >>log; exec 7>seven; \
                admit export -q --output /dev/fd/7; admit export -q --output out | cat >piped";
    world.bash(line).assert_code(0);
    let read = |name: &str| std::fs::read_to_string(world.home().join(name)).unwrap();
    assert_eq!(read("log"), format!("first\n{answer}"));
    assert_eq!((read("seven"), read("piped")), (answer.clone(), answer));
    assert!(link.symlink_metadata().unwrap().is_symlink());
}

#[test]
fn g6_an_export_that_fails_leaves_nothing_and_what_was_there_stays() {
    let world = World::fresh();
    let path = world.file("out.csv", "old");
    world.admit(["export", "--output", "out.csv"]).assert_code(66);
    assert_eq!(std::fs::read_to_string(path).unwrap(), "old");
    let world = filled();
    for (place, says) in [
        ("no/such/out.csv", "no/such/out.csv cannot be created: no such file or directory"),
        (".", ". cannot be created: it is a directory"),
    ] {
        let run = world.admit(["export", "--output", place]);
        run.assert_code(73);
        assert!(run.stderr.contains(says), "{run}");
    }
    assert_eq!(std::fs::read_dir(world.home()).unwrap().count(), 1, "only .local is there");
}

#[test]
fn statuses_choose_who_is_exported() {
    let world = World::with_people();
    world.admit(["cancel", "bob@example.com"]).assert_code(0);
    let emails = |words: &[&str]| world.answer([&["export", "--fields", "email"], words].concat());
    assert_eq!(emails(&[]), "email\nann@example.com\ncid@example.com\n");
    assert_eq!(emails(&["--status", "cancelled"]), "email\nbob@example.com\n");
}

#[test]
fn formats_that_do_not_read_back_are_refused() {
    let world = filled();
    for format in ["table", "json", "ids"] {
        let run = world.admit(["export", "--format", format]);
        run.assert_code(2);
        assert_eq!(run.stdout, "");
        assert!(run.stderr.contains("export writes --format csv or --format jsonl"), "{run}");
    }
}

#[test]
fn devices_and_fifos_are_written_into_and_stay() {
    use std::os::unix::fs::FileTypeExt;
    let world = World::with_people();
    let run = world.bash(
        "mkfifo fifo; cat fifo > got.csv & admit export --quiet -o fifo; wait; cat got.csv; \
         admit export --quiet -o /dev/null",
    );
    run.assert_code(0);
    assert_eq!(run.stdout, world.answer(["export"]));
    assert!(world.home().join("fifo").metadata().unwrap().file_type().is_fifo());
    assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}

#[test]
fn the_store_is_never_written_over() {
    let world = World::with_people();
    let store = world.store_path();
    let before = std::fs::read(&store).unwrap();
    std::os::unix::fs::symlink(&store, world.home().join("link.csv")).unwrap();
    for path in [store.clone(), world.home().join("link.csv")] {
        let run = world.admit(["export".as_ref(), "--output".as_ref(), path.as_os_str()]);
        assert!(run.assert_code(2).stderr.contains("would be written over"), "{run}");
    }
    assert_eq!(std::fs::read(&store).unwrap(), before);
}
