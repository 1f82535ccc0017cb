//! `examples/`: each file does what it says, in the surroundings it is made for. What cron and systemd start
//! is in `examples/unattended.rs`.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::support::{World, repository};

mod unattended;

#[allow(dead_code)]
#[path = "../../examples/library.rs"]
mod library;

fn example(name: &str) -> String {
    fs::read_to_string(repository().join("examples").join(name)).unwrap()
}

/// Data rows of a CSV file that has one line a row.
fn rows(csv: &str) -> u64 {
    csv.lines().skip(1).count() as u64
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

/// A machine on which the examples stand in the home directory.
fn world_with_examples() -> World {
    let world = World::fresh();
    world.copy_examples();
    world
}

#[test]
fn users_csv_imports_whole_on_a_fresh_machine() {
    let world = world_with_examples();
    let run = world.admit(["import", "examples/users.csv", "--format", "json"]);
    run.assert_code(0);
    let answer = json(&run.stdout);
    let people = rows(&example("users.csv"));
    assert!(people >= 200, "{people}");
    assert_eq!(answer["invited"], people, "{answer}");
    assert_eq!(answer["repeated"], 0, "{answer}");
    assert_eq!(answer["rejected"], 0, "{answer}");
}

#[test]
fn users_csv_holds_names_of_many_scripts_and_shapes() {
    let world = world_with_examples();
    world.admit(["import", "examples/users.csv"]).assert_code(0);
    let all = world.admit(["list", "--format", "json"]);
    let users = json(&all.stdout);
    let users = users.as_array().unwrap();
    let names: Vec<&str> = users.iter().filter_map(|user| user["name"].as_str()).collect();
    let some = |fits: &dyn Fn(&str) -> bool| names.iter().any(|name| fits(name));
    for script in ['к', 'λ', 'ა', 'Ա', 'י', 'م', 'ም', 'ल', 'র', 'ஜ', 'ส', 'ར', '王', 'さ', '김']
    {
        assert!(some(&|name| name.contains(script)), "{script}");
    }
    for shape in ["'", "’", ", ", "\"", "(", "-", " van den ", " de la ", ". "] {
        assert!(some(&|name| name.contains(shape)), "{shape}");
    }
    assert!(some(&|name| !name.contains(' ')), "one word");
    assert!(some(&|name| name.chars().count() > 80), "long");
    assert!(example("users.csv").contains('\u{301}'), "a combining accent");
    let emails: Vec<&str> = users.iter().filter_map(|user| user["email"].as_str()).collect();
    let some = |fits: &dyn Fn(&str) -> bool| emails.iter().any(|email| fits(email));
    assert!(some(&|email| email.contains('+')), "a plus tag");
    assert!(some(&|email| !email.is_ascii()), "an international domain");
    assert!(some(&|email| email.contains(char::is_uppercase)), "capitals");
    for role in ["admin", "team-leader", "user", "agent"] {
        assert!(users.iter().any(|user| user["role"] == role), "{role}");
    }
}

#[test]
fn users_csv_suits_the_first_session() {
    let world = world_with_examples();
    world.admit(["import", "examples/users.csv"]).assert_code(0);
    world.admit(["agent", "import", "examples/agents.csv"]).assert_code(0);
    let ids = |words: &[&str]| {
        let run = world.admit(words.iter().chain(&["--format", "ids"]));
        run.assert_code(0);
        run.stdout
    };
    let agents = ids(&["list", "--role", "agent", "--search", "mar"]);
    let everybody = ids(&["list", "--search", "mar"]);
    assert!(lines(&agents).len() >= 2, "{agents}");
    assert!(lines(&everybody).len() > lines(&agents).len(), "{everybody}");
    for words in [
        &[
            "invite",
            "ana@example.com",
            "--role",
            "agent",
            "--agent",
            "voice:4711",
            "-a",
            "chat:ana.r",
        ][..],
        &["assign-agent", "ana@example.com", "voice:4712"],
        &["cancel", "bob@example.com"],
    ] {
        world.admit(words).assert_code(0);
    }
    // Nobody has accepted yet: taking access away is the wrong verb, and the right one is named.
    let run = world.admit(["deactivate", "eve@example.com"]);
    run.assert_code(1);
    assert!(run.stderr.contains("admit cancel eve@example.com"), "{run}");
    assert_eq!(lines(&ids(&["list", "--inactive"])), ["bob@example.com"]);
    assert_eq!(world.admit(["expire"]).to_string(), "--- exit 0\n");
}

#[test]
fn what_was_imported_from_users_csv_exports_and_imports_to_the_same_people() {
    let (one, other) = (world_with_examples(), World::fresh());
    one.admit(["import", "examples/users.csv"]).assert_code(0);
    let exported = one.admit(["export"]);
    exported.assert_code(0);
    other.admit_with(&exported.stdout, ["import", "-"]).assert_code(0);
    assert_eq!(other.admit(["export"]).stdout, exported.stdout);
    assert_eq!(rows(&exported.stdout), rows(&example("users.csv")));
}

#[test]
fn agents_csv_imports_whole_and_changes_nothing_the_second_time() {
    let world = World::with_store();
    world.copy_examples();
    let agents = rows(&example("agents.csv"));
    assert!(agents >= 30, "{agents}");
    for (added, unchanged) in [(agents, 0), (0, agents)] {
        let run = world.admit(["agent", "import", "examples/agents.csv", "--format", "json"]);
        run.assert_code(0);
        let answer = json(&run.stdout);
        assert_eq!((&answer["added"], &answer["unchanged"]), (&added.into(), &unchanged.into()));
    }
    let listed = world.admit(["agent", "list", "--format", "ids"]).stdout;
    for agent in ["voice:4711", "voice:4712", "chat:ana.r"] {
        assert!(lines(&listed).contains(&agent), "{listed}");
    }
}

const GOOD: &str = "email,name\nann@example.com,Ann Lee\nben@example.com,Ben Ray\n";
const PARTLY: &str = "email,role\ncid@example.com,user\ndot@@example.com,user\n";
const BAD: &str = "email\nnobody\n";

fn world_with_files() -> World {
    let world = World::with_store();
    world.copy_examples();
    for (name, contents) in [("good.csv", GOOD), ("partly.csv", PARTLY), ("bad.csv", BAD)] {
        world.file(name, contents);
    }
    world
}

#[test]
fn bulk_import_answers_with_the_code_of_the_file_that_went_worst() {
    for (files, code, said) in [
        ("good.csv", 0, "good.csv: imported\n"),
        ("partly.csv", 3, "partly.csv: imported in part; correct partly.csv.rejects.csv\n"),
        ("bad.csv", 65, "bad.csv: nothing imported, the data is bad\n"),
        ("missing.csv", 66, "missing.csv: cannot be opened\n"),
        ("", 2, ""),
        (
            "partly.csv good.csv",
            3,
            "partly.csv: imported in part; correct partly.csv.rejects.csv\n\
             good.csv: imported\n",
        ),
        (
            "bad.csv good.csv",
            65,
            "bad.csv: nothing imported, the data is bad\ngood.csv: imported\n",
        ),
    ] {
        let run = world_with_files().shell(&format!("examples/bulk-import.sh {files}"));
        run.assert_code(code);
        assert_eq!(run.stdout, said, "{run}");
    }
}

#[test]
fn bulk_import_leaves_rejects_that_import_once_they_are_corrected() {
    let world = world_with_files();
    world.shell("examples/bulk-import.sh partly.csv").assert_code(3);
    let rejects = fs::read_to_string(world.home().join("partly.csv.rejects.csv")).unwrap();
    world.file("corrected.csv", rejects.replace("@@", "@"));
    world.shell("examples/bulk-import.sh corrected.csv").assert_code(0);
    let users = world.admit(["list", "--format", "ids"]).stdout;
    assert_eq!(users, "cid@example.com\ndot@example.com\n");
}

#[test]
fn bulk_import_takes_a_name_that_looks_like_an_option() {
    let world = world_with_files();
    world.file("--yes.csv", GOOD);
    let run = world.shell("examples/bulk-import.sh --yes.csv");
    assert_eq!(run.stdout, "./--yes.csv: imported\n", "{run}");
}

#[test]
fn bulk_import_stops_at_once_where_the_next_file_would_fare_no_better() {
    let world = world_with_files();
    world.file("foreign.db", "not a store");
    let run = world.shell("ADMIT_STORE=foreign.db examples/bulk-import.sh good.csv bad.csv");
    run.assert_code(78);
    assert!(run.stderr.ends_with("good.csv: admit ended with 78; stopped here\n"), "{run}");
}

/// An `admit` that finds the store busy so many times, and is the real one then.
fn busy(world: &World, times: u8) {
    let script = format!(
        "#!/bin/sh\necho >>tries\nif [ \"$(wc -l <tries)\" -le {times} ]; then exit 75; fi\n\
         exec {} \"$@\"\n",
        env!("CARGO_BIN_EXE_admit")
    );
    fs::create_dir(world.home().join("bin")).unwrap();
    let admit = world.file("bin/admit", script);
    fs::set_permissions(&admit, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn bulk_import_tries_again_when_the_store_is_busy_and_gives_up_in_the_end() {
    for (times, code, said) in
        [(2, 0, "good.csv: imported\n"), (3, 75, "good.csv: not imported, the store stayed busy\n")]
    {
        let world = world_with_files();
        busy(&world, times);
        let run =
            world.shell("PATH=$HOME/bin:$PATH TRIES=3 PAUSE=0 examples/bulk-import.sh good.csv");
        run.assert_code(code);
        assert_eq!(run.stdout, said, "{run}");
        assert_eq!(run.stderr.matches("the store is busy").count(), 2, "{run}");
    }
}

const PEOPLE: &str = "email,modules\nann@cust.example,dashboard;reports\nben@cust.example,\n";

#[test]
fn phones_csv_imports_whole_where_users_need_no_login() {
    let world = World::fresh();
    world.copy_examples();
    world.admit(["init", "--template=phone-system"]).assert_code(0);
    let line = "import --type login-less examples/phones.csv --create-teams --format json";
    let run = world.admit(line.split(' '));
    run.assert_code(0);
    let answer = json(&run.stdout);
    let phones = answer.as_array().unwrap();
    assert_eq!(phones.len() as u64, rows(&example("phones.csv")));
    assert!(phones.iter().all(|phone| phone["result"] == "added" && phone["pin"].is_string()));
}

#[test]
fn new_customer_makes_an_organization_and_its_owner_brings_the_people_in() {
    let world = World::with_store();
    world.copy_examples();
    world.file("people.csv", PEOPLE);
    // Who acts in this shell is not who makes organizations.
    let line =
        "ADMIT_AS=olga@example.com examples/new-customer.sh cust sam@cust.example people.csv";
    let run = world.shell(line);
    assert_eq!(run.to_string(), "--- stdout\ncust: 2 people invited\n--- exit 0\n");
    let owner = world.home().join("cust.owner.csv");
    let link = fs::read_to_string(&owner).unwrap();
    assert!(link.starts_with("owner,link\nsam@cust.example,"), "{link}");
    assert_eq!(fs::metadata(&owner).unwrap().permissions().mode() & 0o777, 0o600);
    let links = fs::read_to_string(world.home().join("cust.links.csv")).unwrap();
    assert_eq!(rows(&links), 2, "{links}");
    let audit = ["--org=cust", "audit", "list", "--actor=sam@cust.example", "--fields=action"];
    let done = world.admit([audit.as_slice(), &["--format=csv"]].concat());
    assert_eq!(done.stdout, "action\ninvite.send\nuser.import\n");

    // Once more: it is refused, and the owner's link is still there.
    world.shell(line).assert_code(1);
    assert_eq!(fs::read_to_string(&owner).unwrap(), link);
}

#[test]
fn new_customer_says_how_to_go_on_where_a_step_fails() {
    let world = World::with_store();
    world.copy_examples();
    world.file("people.csv", PEOPLE);
    let run = world.shell("SEATS=2 examples/new-customer.sh cust sam@cust.example people.csv");
    run.assert_code(1);
    assert_eq!(run.stdout, "");
    let rest = "admit --org cust --as sam@cust.example import FILE --send";
    assert!(run.stderr.ends_with(&format!("see above, then: {rest}\n")), "{run}");
    world.admit(["org", "set", "cust", "--seats=3"]).assert_code(0);
    world.shell(&rest.replace("FILE", "people.csv")).assert_code(0);
}

#[test]
fn the_library_example_invites_and_lists() {
    let mut out = Vec::new();
    library::run(&mut out).unwrap();
    assert_data_eq!(
        String::from_utf8(out).unwrap(),
        str![[r#"
invited ana@example.com as agent
invited ben@example.com as agent
ana@example.com  agent  invited
ben@example.com  agent  invited

"#]]
    );
}
