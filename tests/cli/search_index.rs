//! `admit search-index`, and `list --search` with it and without it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::World;

#[test]
fn an_index_is_built_looked_at_and_dropped() {
    let world = World::with_people();
    assert_data_eq!(
        world.in_every_format(&["search-index", "status"]),
        str![[r#"
=== table
--- stdout
Search index  absent
Users         -
Bytes         -
--- stderr
hint: make it: admit search-index build
--- exit 0
=== json
--- stdout
{"state":"absent","users":null,"bytes":null}
--- stderr
hint: make it: admit search-index build
--- exit 0
=== jsonl
--- stdout
{"state":"absent","users":null,"bytes":null}
--- stderr
hint: make it: admit search-index build
--- exit 0
=== csv
--- stdout
state,users,bytes
absent,,
--- stderr
hint: make it: admit search-index build
--- exit 0
=== ids
--- stdout
absent
--- stderr
hint: make it: admit search-index build
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["search-index", "build"]).to_string(),
        str![[r#"
--- stdout
Search index  built
Users         3
--- stderr
Built the search index: 3 users.
--- exit 0

"#]]
    );
    assert_eq!(store_entry(&world), "search-index.build 3");
    assert_data_eq!(
        world.admit(["search-index", "status"]).to_string(),
        str![[r#"
--- stdout
Search index  ready
Users         3
Bytes         16384
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["search-index", "drop"]).to_string(),
        str![[r#"
--- stdout
Search index  dropped
Users         3
--- stderr
Dropped the search index.
Its room in the file is used again by what comes next.
--- exit 0

"#]]
    );
    assert_eq!(store_entry(&world), "search-index.drop 3");
    assert_eq!(world.admit(["audit", "verify"]).code, 0);
}

/// The newest entry, of whatever organization: what, and how many.
fn store_entry(world: &World) -> String {
    let run = world.admit(["audit", "list", "--everywhere", "--limit=1", "--format=json"]);
    let entry = &run.json()[0];
    assert_eq!(entry["organization"], serde_json::Value::Null);
    format!("{} {}", entry["action"].as_str().unwrap(), entry["count"])
}

#[test]
fn what_is_so_already_is_said_and_changes_nothing() {
    let world = World::with_people();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["search-index", "drop"]).to_string(),
        str![[r#"
--- stdout
Search index  not there
Users         0
--- stderr
There is no search index to drop.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
    world.admit(["search-index", "build"]).assert_code(0);
    let before = world.contents();
    assert_data_eq!(
        world.admit(["search-index", "build"]).to_string(),
        str![[r#"
--- stdout
Search index  there already
Users         3
--- stderr
The search index is there already: 3 users.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn a_dry_run_changes_nothing() {
    let world = World::with_people();
    let before = world.contents();
    assert_data_eq!(
        world.in_every_format(&["search-index", "build", "--dry-run"]),
        str![[r#"
=== table
--- stdout
Search index  built
Users         3
--- stderr
Dry run, nothing was changed; it would say: Built the search index: 3 users.
--- exit 0
=== json
--- stdout
{"result":"built","users":3}
--- stderr
Dry run, nothing was changed; it would say: Built the search index: 3 users.
--- exit 0
=== jsonl
--- stdout
{"result":"built","users":3}
--- stderr
Dry run, nothing was changed; it would say: Built the search index: 3 users.
--- exit 0
=== csv
--- stdout
result,users
built,3
--- stderr
Dry run, nothing was changed; it would say: Built the search index: 3 users.
--- exit 0
=== ids
--- stdout
built
--- stderr
Dry run, nothing was changed; it would say: Built the search index: 3 users.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
    world.admit(["search-index", "build"]).assert_code(0);
    let before = world.contents();
    assert_data_eq!(
        world.in_every_format(&["search-index", "drop", "--dry-run"]),
        str![[r#"
=== table
--- stdout
Search index  dropped
Users         3
--- stderr
Dry run, nothing was changed; it would say: Dropped the search index.
--- exit 0
=== json
--- stdout
{"result":"dropped","users":3}
--- stderr
Dry run, nothing was changed; it would say: Dropped the search index.
--- exit 0
=== jsonl
--- stdout
{"result":"dropped","users":3}
--- stderr
Dry run, nothing was changed; it would say: Dropped the search index.
--- exit 0
=== csv
--- stdout
result,users
dropped,3
--- stderr
Dry run, nothing was changed; it would say: Dropped the search index.
--- exit 0
=== ids
--- stdout
dropped
--- stderr
Dry run, nothing was changed; it would say: Dropped the search index.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn it_is_the_operators_alone() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Active);
    for verb in ["build", "drop", "status"] {
        let run = world.admit(["--as", "ann@example.com", "search-index", verb]);
        let stderr = format!(
            "error: search-index {verb} is for the operator at the shell alone\n\
             hint: act as the operator: without --as and ADMIT_AS\n"
        );
        assert_eq!((run.assert_code(77).stdout.as_str(), run.stderr.as_str()), ("", &*stderr));
    }
    assert_eq!(world.answer(["search-index", "status", "--format=ids"]), "absent\n");
}

#[test]
fn wrong_command_lines() {
    let world = World::with_people();
    for words in [&[][..], &["rebuild"], &["status", "--dry-run"], &["build", "--fields=size"]] {
        let run = world.admit(["search-index"].iter().chain(words));
        assert_eq!(run.assert_code(2).stdout, "", "{words:?}");
    }
    assert_eq!(world.answer(["search-index", "status", "--format=ids"]), "absent\n");
}

#[test]
fn an_index_of_another_version_is_made_anew() {
    let world = World::with_people();
    world.admit(["search-index", "build"]).assert_code(0);
    let sql: String = world
        .sql()
        .query_row("SELECT sql FROM sqlite_schema WHERE name = 'search_index'", [], |row| {
            row.get(0)
        })
        .unwrap();
    world.admit(["search-index", "drop"]).assert_code(0);
    let column = sql.split(['(', ',']).nth(1).unwrap();
    world.sql().execute_batch(&sql.replace(column, "folded_1_0_1_0")).unwrap();
    assert_data_eq!(
        world.admit(["search-index", "status"]).to_string(),
        str![[r#"
--- stdout
Search index  outdated
Users         0
Bytes         16384
--- stderr
warning: the search index is not used: it was made with other tables of Unicode, by another version of admit
hint: make it anew: admit search-index build
--- exit 0

"#]]
    );
    assert_eq!(world.answer(["list", "--search=ann", "--format=ids"]), "ann@example.com\n");
    assert_data_eq!(
        world.admit(["search-index", "build"]).to_string(),
        str![[r#"
--- stdout
Search index  built
Users         3
--- stderr
Built the search index: 3 users.
--- exit 0

"#]]
    );
    assert_eq!(world.answer(["list", "--search=ann", "--format=ids"]), "ann@example.com\n");
}

const TEXTS: [&str; 34] = [
    "a",
    "an",
    "ann",
    "ANN LEE",
    "lee",
    "example.com",
    "@example",
    "rta@exam",
    "MÁRTA",
    "Ma\u{301}rta",
    "kov",
    "ölle å",
    "GROSS",
    "groß",
    "GROẞ",
    "i\u{307}pek",
    "İPEK",
    "ışı",
    "ΟΔΥΣΣΕΎΣ",
    "σεύς",
    "雪山人",
    "👩\u{200d}💻",
    "100%",
    "%%%",
    "r_c",
    "___",
    "\"the",
    "'neil",
    "a*b",
    "near",
    "AND",
    "one OR",
    "lobby",
    "n lee\nann",
];

/// Whom each text finds, in all of a store's organizations, and what is said.
fn found(world: &World) -> String {
    let mut found = String::new();
    for text in TEXTS {
        for words in [&["--all"][..], &["--limit=2"], &["--inactive"], &["--org=lab", "--limit=1"]]
        {
            let run = world
                .admit(["list", "--format=ids", &format!("--search={text}")].iter().chain(words));
            writeln!(found, "{text} {words:?}\n{run}").unwrap();
        }
    }
    found
}

/// What the index says: which three characters are whose.
fn said(world: &World) -> BTreeSet<(String, i64)> {
    let sql = world.sql();
    sql.execute_batch(
        "CREATE VIRTUAL TABLE temp.said USING fts5vocab('main', 'search_index', 'instance')",
    )
    .unwrap();
    let mut said = sql.prepare("SELECT term, doc FROM temp.said").unwrap();
    let said = said.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    said.map(Result::unwrap).collect()
}

/// Makes the index anew and takes it away: it said the same, and nobody is found otherwise.
#[track_caller]
fn is_right(world: &World) {
    let (kept_up, with) = (said(world), found(world));
    world.admit(["search-index", "drop"]).assert_code(0);
    assert_eq!(found(world), with);
    world.admit(["search-index", "build"]).assert_code(0);
    assert_eq!(said(world), kept_up);
    assert_eq!(found(world), with);
}

#[test]
fn every_way_to_come_to_go_and_to_be_called_otherwise_is_found_at_once() {
    let world = World::with_store();
    world.admit(["search-index", "build"]).assert_code(0);
    world.file(
        "people.csv",
        "email,name\nMarta@example.com,Márta Kovács\nann.1@example.com,Ann Lee\n\
         ann.2@example.com,ANN LEE\nstrasse@example.com,Anna Groß\npek@example.com,İpek Işık\n\
         odysseus@example.com,Οδυσσεύς\nyuki@example.com,雪山人\nada@example.com,👩\u{200d}💻 Ada\n\
         100%_sure@example.com,Per_cent 100%\nolle@example.com,Ölle Åberg\n\
         quote@example.com,\"Q \"\"the\"\" O'Neil a*b\"\nnear@example.com,NEAR AND OR\n",
    );
    world.file("again.csv", "email,name\nann.1@example.com,Lee Ann\nolle@example.com,Nobody\n");
    world.file("phones.csv", "name,extension,pin\nDoor,1002,481516\n");
    world.file("password.txt", "quiet yellow tram\n");
    let come = |words: &[&str]| {
        world.admit(words).assert_code(0);
    };
    come(&["import", "people.csv"]);
    come(&["org", "create", "lab", "--owner", "lee@example.com"]);
    come(&["--org=lab", "invite", "annlab@example.com", "--name", "Ann Lab", "--no-send"]);
    come(&["invite", "bob@example.com", "--name", "Bob Annis"]);
    is_right(&world);
    come(&["org", "set", "--login-less", "allowed"]);
    come(&["add", "Lobby Ann", "--extension", "1001"]);
    come(&["import", "--type=login-less", "phones.csv"]);
    come(&["import", "again.csv", "--on-existing=update"]);
    come(&["cancel", "bob@example.com"]);
    come(&["invite", "bob@example.com", "--name", "Bob Kovalev"]);
    is_right(&world);
    let link =
        "admit invite new@example.com --name Annelie --format csv --fields link | tail -n 1 >l";
    world.shell(link).assert_code(0);
    let accept = "admit accept --token-file l --name 'Groß Ann' --password-stdin <password.txt";
    world.shell(accept).assert_code(0);
    come(&["remove", "ann.2@example.com", "ext:1002", "--yes"]);
    come(&["deactivate", "new@example.com"]);
    is_right(&world);
    come(&["org", "delete", "lab", "--yes"]);
    come(&["org", "create", "lab", "--owner", "lee@example.com"]);
    is_right(&world);
}

#[test]
fn many_searched_without_an_index_are_worth_a_hint() {
    let world = World::with_store();
    let rows = (0..100_000).map(|number| format!("p{number:06}@example.com\n"));
    world.file("people.csv", std::iter::once("email\n".to_owned()).chain(rows).collect::<String>());
    world.admit(["import", "people.csv"]).assert_code(0);
    let hint = "hint: find faster from now on: admit search-index build\n";
    let said = |words: &[&str]| world.admit(["list"].iter().chain(words)).stderr;
    let reads = "Reading up to 100,000 users: no index answers this search, filter or order.\n";
    assert_eq!(said(&["--search=p012345"]), format!("{reads}{hint}"));
    assert_eq!(said(&["--search=zz2"]), format!("{reads}No users match in main.\n{hint}"));
    assert_eq!(said(&["--search=12", "--format=ids"]), reads);
    assert_eq!(said(&["--sort=name", "--format=ids"]), reads);
    assert_eq!(said(&["--search=p012345", "--quiet"]), "");
    assert_eq!(said(&["--limit=100000", "--format=ids"]), "");
    world.put("p000001@example.com", Status::Active);
    world.sql().execute("UPDATE users SET role_id = 1 WHERE status = 3", []).unwrap();
    let as_admin = ["--as=p000001@example.com", "list", "--search=p012345"];
    assert_eq!(world.admit(as_admin).assert_code(0).stderr, reads);
    let run = world.admit(["search-index", "build"]);
    assert_eq!(run.stderr, "Built the search index: 100,000 users.\n");
    assert_eq!(said(&["--search=p012345"]), "");
    // The whole log is in the file again.
    let log = world.store_path().with_extension("db-wal");
    assert_eq!(log.metadata().map_or(0, |facts| facts.len()), 0);
}
