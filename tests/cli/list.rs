//! `admit list`.

use std::fmt::Write;

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::World;

/// Address, name, status, role, team, day of the last login (0 is never). Seven come by one import and
/// seven by the next; within one, numbers are given in the order of the addresses.
const PEOPLE: [(&str, &str, &str, &str, &str, i64); 14] = [
    ("marta@example.com", "Márta Kovács", "active", "agent", "Support", 3),
    ("zoe@example.com", "", "invited", "user", "", 0),
    ("ann.1@example.com", "Ann Lee", "active", "user", "", 3),
    ("ann.2@example.com", "ann lee", "active", "user", "", 3),
    ("ann.3@example.com", "ANN LEE", "active", "admin", "Night", 1),
    ("ben@example.com", "", "active", "agent", "Support", 2),
    ("100%_sure@example.com", "Per_cent 100%", "expired", "user", "", 0),
    ("per.cent@example.com", "Percent Hundred", "invited", "user", "Night", 0),
    ("olle@example.com", "Ölle Åberg", "active", "agent", "Night", 0),
    ("dead@example.com", "Ann Gone", "deactivated", "user", "Night", 4),
    ("cancelled@example.com", "Can Celled", "cancelled", "agent", "", 0),
    ("declined@example.com", "", "declined", "user", "", 0),
    ("strasse@example.com", "Anna Groß", "expired", "team-leader", "", 0),
    ("yuki@example.com", "雪", "invited", "agent", "", 0),
];

fn with_everybody() -> World {
    let world = World::with_store();
    world.admit(["team", "create", "Support", "Night"]).assert_code(0);
    for half in PEOPLE.chunks(7) {
        let mut file = "email,name,role,team\n".to_owned();
        for (email, name, _, role, team, _) in half {
            writeln!(file, "{email},{name},{role},{team}").unwrap();
        }
        let file = world.file("people.csv", file);
        world.admit(["import", file.to_str().unwrap()]).assert_code(0);
    }
    world.admit(["send", "per.cent@example.com", "yuki@example.com"]).assert_code(0);
    for (email, _, status, _, _, day) in PEOPLE {
        world.put(email, status.parse::<Status>().unwrap());
        let login = (day > 0).then_some(1_700_000_000 + day * 86_400);
        let update = "UPDATE users SET last_login_at = ?2 WHERE email = ?1";
        world.sql().execute(update, rusqlite::params![email, login]).unwrap();
    }
    world
}

/// The parts of the addresses before the `@`.
#[track_caller]
fn listed(world: &World, words: &[&str]) -> String {
    let run = world.admit(["list", "--format=ids"].iter().chain(words));
    run.assert_code(0);
    run.stdout.replace("@example.com\n", " ").trim_end().to_owned()
}

#[test]
fn current_users_are_shown_and_the_others_on_request() {
    let world = with_everybody();
    assert_data_eq!(
        world.admit(["list"]).to_string(),
        str![[r#"
--- stdout
E-mail                 Name             Role         Team     Status   Agents
100%_sure@example.com  Per_cent 100%    user         -        expired  -
ann.1@example.com      Ann Lee          user         -        active   -
ann.2@example.com      ann lee          user         -        active   -
ann.3@example.com      ANN LEE          admin        Night    active   -
ben@example.com        -                agent        Support  active   -
marta@example.com      Márta Kovács     agent        Support  active   -
olle@example.com       Ölle Åberg       agent        Night    active   -
per.cent@example.com   Percent Hundred  user         Night    invited  -
strasse@example.com    Anna Groß        team-leader  -        expired  -
yuki@example.com       雪               agent        -        invited  -
zoe@example.com        -                user         -        pending  -
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["list", "--inactive"]).to_string(),
        str![[r#"
--- stdout
E-mail                 Name        Role   Team   Status       Agents
cancelled@example.com  Can Celled  agent  -      cancelled    -
dead@example.com       Ann Gone    user   Night  deactivated  -
declined@example.com   -           user   -      declined     -
--- exit 0

"#]]
    );
}

#[test]
fn every_format() {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711", "chat:ana.r"]).assert_code(0);
    assert_data_eq!(
        world.in_every_format(&["list"]),
        str![[r#"
=== table
--- stdout
E-mail           Name     Role   Team  Status   Agents
ann@example.com  Ann Lee  admin  -     invited  -
bob@example.com  Bob Ray  agent  -     invited  chat:ana.r, voice:4711
cid@example.com  -        agent  -     pending  -
--- exit 0
=== json
--- stdout
[
{"id":1,"email":"ann@example.com","name":"Ann Lee","role":"admin","team":null,"status":"invited","pending":false,"agents":[],"modules":[],"sub_accounts":[],"expires_at":"[TIME]","last_login_at":null,"created_at":"[TIME]","batch":null,"extension":null,"portal_access":true},
{"id":2,"email":"bob@example.com","name":"Bob Ray","role":"agent","team":null,"status":"invited","pending":false,"agents":["chat:ana.r","voice:4711"],"modules":[],"sub_accounts":[],"expires_at":"[TIME]","last_login_at":null,"created_at":"[TIME]","batch":null,"extension":null,"portal_access":true},
{"id":3,"email":"cid@example.com","name":null,"role":"agent","team":null,"status":"invited","pending":true,"agents":[],"modules":[],"sub_accounts":[],"expires_at":null,"last_login_at":null,"created_at":"[TIME]","batch":null,"extension":null,"portal_access":true}
]
--- exit 0
=== jsonl
--- stdout
{"id":1,"email":"ann@example.com","name":"Ann Lee","role":"admin","team":null,"status":"invited","pending":false,"agents":[],"modules":[],"sub_accounts":[],"expires_at":"[TIME]","last_login_at":null,"created_at":"[TIME]","batch":null,"extension":null,"portal_access":true}
{"id":2,"email":"bob@example.com","name":"Bob Ray","role":"agent","team":null,"status":"invited","pending":false,"agents":["chat:ana.r","voice:4711"],"modules":[],"sub_accounts":[],"expires_at":"[TIME]","last_login_at":null,"created_at":"[TIME]","batch":null,"extension":null,"portal_access":true}
{"id":3,"email":"cid@example.com","name":null,"role":"agent","team":null,"status":"invited","pending":true,"agents":[],"modules":[],"sub_accounts":[],"expires_at":null,"last_login_at":null,"created_at":"[TIME]","batch":null,"extension":null,"portal_access":true}
--- exit 0
=== csv
--- stdout
id,email,name,role,team,status,pending,agents,modules,sub_accounts,expires_at,last_login_at,created_at,batch,extension,portal_access
1,ann@example.com,Ann Lee,admin,,invited,false,,,,[TIME],,[TIME],,,true
2,bob@example.com,Bob Ray,agent,,invited,false,chat:ana.r;voice:4711,,,[TIME],,[TIME],,,true
3,cid@example.com,,agent,,invited,true,,,,,,[TIME],,,true
--- exit 0
=== ids
--- stdout
ann@example.com
bob@example.com
cid@example.com
--- exit 0

"#]]
    );
}

#[test]
fn an_empty_list_is_said_on_stderr_in_every_format() {
    let world = World::with_store();
    assert_data_eq!(
        world.in_every_format(&["list"]),
        str![[r#"
=== table
--- stderr
No users match in main.
--- exit 0
=== json
--- stdout
[]
--- stderr
No users match in main.
--- exit 0
=== jsonl
--- stderr
No users match in main.
--- exit 0
=== csv
--- stdout
id,email,name,role,team,status,pending,agents,modules,sub_accounts,expires_at,last_login_at,created_at,batch,extension,portal_access
--- stderr
No users match in main.
--- exit 0
=== ids
--- stderr
No users match in main.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["list", "--quiet"]).to_string(),
        str![[r#"
--- exit 0

"#]]
    );
}

#[test]
fn filters_narrow_the_list() {
    let world = with_everybody();
    let current = "100%_sure ann.1 ann.2 ann.3 ben marta olle per.cent strasse yuki zoe";
    for (words, expected) in [
        (&[][..], current),
        (&["--inactive"], "cancelled dead declined"),
        (&["--status=expired"], "100%_sure strasse"),
        (&["--status=Expired,declined"], "100%_sure declined strasse"),
        (&["--status=expired", "--status=cancelled"], "100%_sure cancelled strasse"),
        (&["--role=agent"], "ben marta olle yuki"),
        (&["--role=agent", "--inactive"], "cancelled"),
        (&["--team=support"], "ben marta"),
        (&["--team=NIGHT"], "ann.3 olle per.cent"),
        (&["--no-team"], "100%_sure ann.1 ann.2 strasse yuki zoe"),
        (&["--no-team", "--role=agent"], "yuki"),
        (&["--pending"], "zoe"),
        (&["--never-logged-in"], "100%_sure olle per.cent strasse yuki zoe"),
        (&["--never-logged-in", "--status=active"], "olle"),
        (&["--not-logged-in-for=2023-11-17T00:00:00Z", "--status=active"], "ann.3 ben olle"),
        (&["--not-logged-in-for=90d"], current),
        (&["--not-logged-in-for=2023-11-01", "--status=active"], "olle"),
        (&["--batch=1"], "100%_sure ann.1 ann.2 ann.3 ben marta zoe"),
        (&["--batch=2"], "olle per.cent strasse yuki"),
        (&["--batch=2", "--inactive", "--no-team"], "cancelled declined"),
        (&["--batch=3"], ""),
    ] {
        assert_eq!(listed(&world, words), expected, "{words:?}");
    }
}

#[test]
fn f6_a_search_finds_any_part_in_any_case_and_takes_every_character_as_it_is() {
    let world = with_everybody();
    for (text, expected) in [
        ("MÁRTA", "marta"),
        ("márta", "marta"),
        ("kov", "marta"),
        ("rta@exam", "marta"),
        ("M\u{61}\u{301}rta", "marta"),
        ("ÖLLE åB", "olle"),
        ("ANN", "ann.1 ann.2 ann.3 strasse"),
        ("ann lee", "ann.1 ann.2 ann.3"),
        (" lee ", "ann.1 ann.2 ann.3"),
        ("%", "100%_sure"),
        ("_", "100%_sure"),
        ("100%", "100%_sure"),
        ("r_c", "100%_sure"),
        ("*", ""),
        ("'", ""),
        ("\\", ""),
        ("雪", "yuki"),
        ("GROß", "strasse"),
        ("gone", ""),
        ("EXAMPLE.COM", "100%_sure ann.1 ann.2 ann.3 ben marta olle per.cent strasse yuki zoe"),
    ] {
        assert_eq!(listed(&world, &["--search", text]), expected, "{text}");
    }
}

#[test]
fn every_sort_key_has_its_order() {
    let world = with_everybody();
    for (key, expected) in [
        ("email", "100%_sure ann.1 ann.2 ann.3 ben marta olle per.cent strasse yuki zoe"),
        // Without a name first; ties in the order in which they were made.
        ("name", "ben zoe ann.1 ann.2 ann.3 strasse marta 100%_sure per.cent olle yuki"),
        ("created", "100%_sure ann.1 ann.2 ann.3 ben marta zoe olle per.cent strasse yuki"),
        ("last-login", "100%_sure zoe olle per.cent strasse yuki ann.3 ben ann.1 ann.2 marta"),
    ] {
        assert_eq!(listed(&world, &["--sort", key]), expected, "{key}");
        let reversed: Vec<&str> = expected.split(' ').rev().collect();
        assert_eq!(listed(&world, &["--sort", key, "--reverse"]), reversed.join(" "), "{key}");
    }
    world.admit(["list", "--sort=shoe-size"]).assert_code(2);
}

#[test]
fn pages_give_each_user_exactly_once() {
    let world = with_everybody();
    for key in ["email", "name", "created", "last-login"] {
        for way in [&[][..], &["--reverse"]] {
            let sort = [&["--sort", key], way].concat();
            let whole = listed(&world, &sort);
            assert_eq!(whole.split(' ').count(), 11);
            for size in ["1", "3"] {
                let mut pages: Vec<String> = Vec::new();
                loop {
                    let last = pages.last().and_then(|page| page.split(' ').next_back());
                    let last = last.map(|name| format!("--after={name}@example.com"));
                    let mut words = [&sort[..], &["--limit", size]].concat();
                    words.extend(last.as_deref());
                    match listed(&world, &words) {
                        page if page.is_empty() => break,
                        page => pages.push(page),
                    }
                    assert!(pages.len() <= 11, "{pages:?}");
                }
                assert_eq!(pages.join(" "), whole, "{sort:?} by {size}");
            }
        }
    }
}

#[test]
fn a_page_starts_behind_a_user_who_no_longer_fits() {
    let world = with_everybody();
    let first = listed(&world, &["--status=expired", "--limit=1"]);
    assert_eq!(first, "100%_sure");
    world.admit(["resend", "100%_sure@example.com"]).assert_code(0);
    let after = "--after=100%_sure@example.com";
    assert_eq!(listed(&world, &["--status=expired", "--limit=1", after]), "strasse");
    world.admit(["list", "--after=nobody@example.com"]).assert_code(67);
}

#[test]
fn a_cut_list_says_how_to_go_on() {
    let world = with_everybody();
    let run = world.admit(["list", "--limit=2", "--sort=name", "--format=ids"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
ben@example.com
zoe@example.com
--- stderr
2 users of 11; for the next page add --after zoe@example.com, for all of them --all.
--- exit 0

"#]]
    );
    // The last page, and a page that is just everybody, have nothing behind them.
    let run = world.admit(["list", "--limit=11", "--format=ids", "--quiet"]);
    assert_eq!(run.assert_code(0).stderr, "");
    let run = world.admit(["list", "--limit=11", "--format=ids"]);
    assert_eq!(run.stderr, "");
}

#[test]
fn names_that_are_not_there_are_refused_with_the_nearest() {
    let world = with_everybody();
    assert_data_eq!(
        world.admit(["list", "--role=agnt"]).to_string(),
        str![[r#"
--- stderr
error: no role agnt in main
hint: did you mean agent?
--- exit 67

"#]]
    );
    assert_data_eq!(
        world.admit(["list", "--team=Suport"]).to_string(),
        str![[r#"
--- stderr
error: no team Suport in main
hint: did you mean Support?
--- exit 67

"#]]
    );
    assert_data_eq!(
        world.admit(["list", "--after=zoe@exmaple.com"]).to_string(),
        str![[r#"
--- stderr
error: no user zoe@exmaple.com in main
hint: did you mean zoe@example.com?
--- exit 67

"#]]
    );
}

#[test]
fn wrong_command_lines() {
    let world = World::with_people();
    for words in [
        &["--inactive", "--status=active"][..],
        &["--pending", "--status=active"],
        &["--pending", "--inactive"],
        &["--team=Support", "--no-team"],
        &["--never-logged-in", "--not-logged-in-for=9d"],
        &["--not-logged-in-for=soon"],
        &["--status=asleep"],
        &["--status="],
        &["--limit=0"],
        &["--limit=1", "--all"],
        &["--after=bob"],
        &["--batch=x"],
        &["--format=yaml"],
        &["--fields=email,shoe_size"],
        &["bob@example.com"],
    ] {
        let run = world.admit(["list"].iter().chain(words));
        assert_eq!(run.assert_code(2).stdout, "", "{words:?}");
    }
}

#[test]
fn fields_are_chosen_by_name() {
    let world = World::with_people();
    let run = world.admit(["ls", "--fields=name,email,pending,id", "--format=csv"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
name,email,pending,id
Ann Lee,ann@example.com,false,1
Bob Ray,bob@example.com,false,2
,cid@example.com,true,3
--- exit 0

"#]]
    );
    let run = world.admit(["ls", "--fields=created_at,expires_at,email"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Created               Link expires          E-mail
[DAY, HOUR AND ZONE]  [DAY, HOUR AND ZONE]  ann@example.com
[DAY, HOUR AND ZONE]  [DAY, HOUR AND ZONE]  bob@example.com
[DAY, HOUR AND ZONE]  -                     cid@example.com
--- exit 0

"#]]
    );
}

#[test]
fn looking_leaves_no_entry() {
    let world = World::with_people();
    let before = world.contents();
    world.admit(["list"]).assert_code(0);
    assert_eq!(world.contents(), before);
}
