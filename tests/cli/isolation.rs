//! A thing of another organization answers exactly as if it did not exist (rule 30).

use admit::domain::status::Status;
use admit::ops::invites::{self, InviteRequest};
use admit::random::SystemEntropy;
use snapbox::{assert_data_eq, str};

use crate::support::World;

/// What acme has and main has not, and the same made up.
const THINGS: [(&str, &str); 8] = [
    ("yolanda", "zebedee"),
    ("faraway", "nowhere"),
    ("qq-777", "zz-888"),
    ("Xylophones", "Quizmasters"),
    ("pianos", "zithrs"),
    ("attic", "porch"),
    ("conductor", "zookeeper"),
    ("5151", "9393"),
];

/// Every way to name a user, an agent, a team or an import, with whom it happens to.
const LINES: &[&str] = &[
    "show yolanda@faraway.example",
    "show #USER",
    "list --after yolanda@faraway.example",
    "list --after #USER",
    "list --team Xylophones",
    "list --search yolanda",
    "list --batch IMPORT",
    "send yolanda@faraway.example",
    "send #USER ann@example.com",
    "send --batch IMPORT",
    "resend yolanda@faraway.example #USER",
    "cancel yolanda@faraway.example #USER",
    "deactivate #USER",
    "deactivate yolanda@faraway.example --yes",
    "reactivate yolanda@faraway.example #USER",
    "remove yolanda@faraway.example #USER --yes",
    "set-role yolanda@faraway.example #USER --role user",
    "set-team yolanda@faraway.example #USER --team Support",
    "set-team bob@example.com --team Xylophones",
    "grant yolanda@faraway.example #USER --module calls",
    "revoke yolanda@faraway.example #USER --module calls",
    "grant bob@example.com --module pianos",
    "revoke bob@example.com --module pianos",
    "grant bob@example.com --sub-account attic",
    "module remove pianos --yes",
    "sub-account remove attic --yes",
    "team show Xylophones",
    "team rename Xylophones Drums",
    "team delete Xylophones --yes",
    "team leaders Xylophones --add ann@example.com",
    "team leaders Support --add yolanda@faraway.example",
    "password reset yolanda@faraway.example #USER",
    "pin reset #USER",
    "pin reset ext:5151",
    "pin verify ext:5151",
    "delivery retry yolanda@faraway.example",
    "mail preview yolanda@faraway.example",
    "can yolanda@faraway.example manage-users",
    "can #USER manage-users",
    "can ann@example.com manage-users --agent chat:qq-777",
    "who-can manage-users --agent chat:qq-777",
    "who-can manage-users --module pianos",
    "role show conductor",
    "role edit conductor --title Drummer",
    "role delete conductor --yes",
    "invite new@example.com --module pianos",
    "add Cellar --extension 1001 --team Xylophones",
    "assign-agent yolanda@faraway.example voice:4711",
    "assign-agent #USER voice:4711",
    "assign-agent bob@example.com chat:qq-777",
    "assign-agent bob@example.com qq-777",
    "assign-agent bob@example.com chat:qq-777 --move",
    "unassign-agent yolanda@faraway.example voice:4711",
    "unassign-agent bob@example.com chat:qq-777",
    "agent show chat:qq-777",
    "agent show qq-777",
    "invite new@example.com --team Xylophones",
    "invite new@example.com --role agent --agent chat:qq-777",
    "import new.csv --team Xylophones",
    "import team.csv",
    "import agent.csv",
    "audit list --user yolanda@faraway.example",
    "audit list --user #USER",
    "audit list --batch IMPORT",
    "export --team Xylophones",
];

/// Files that name what is acme's.
const FILES: [(&str, &str); 3] = [
    ("new.csv", "email\nnew@example.com\n"),
    ("team.csv", "email,team\nnew@example.com,Xylophones\n"),
    ("agent.csv", "email,role,agents\nnew@example.com,agent,chat:qq-777\n"),
];

/// acme beside main, with a person, an agent, a team, an import and a role that main has not.
fn with_a_neighbour() -> World {
    let world = World::with_people();
    world.put("ann@example.com", Status::Active);
    world.admit(["module", "add", "calls"]).assert_code(0);
    world.admit(["org", "set", "--login-less=allowed"]).assert_code(0);
    world.admit(["org", "create", "acme", "--template=contact-center"]).assert_code(0);
    world.file(
        "acme.csv",
        "email,role,team,agents\nyolanda@faraway.example,agent,Xylophones,chat:qq-777\n",
    );
    for words in [
        &["agent", "add", "chat:qq-777"][..],
        &["import", "acme.csv", "--create-teams", "-q"],
        &["invite", "ann@example.com", "-q"],
        &["module", "add", "pianos"],
        &["sub-account", "add", "attic"],
        &["role", "create", "conductor"],
        &["org", "set", "--login-less=allowed"],
        &["add", "Cellar", "--extension=5151"],
    ] {
        world.admit(words.iter().chain(&["--org=acme"])).assert_code(0);
    }
    world
}

/// The same with everything made up.
fn made_up(text: &str) -> String {
    THINGS.iter().fold(text.to_owned(), |text, (real, other)| text.replace(real, other))
}

#[test]
fn e6_nothing_of_another_organization_can_be_told_from_what_is_not_there() {
    let world = with_a_neighbour();
    let yolanda = ["--org=acme", "show", "yolanda@faraway.example", "--format=csv", "--fields=id"];
    let yolanda = format!("#{}", world.admit(yolanda).lines()[1]);
    // In acme there is a second import.
    world.admit(["import", "acme.csv", "--org=acme", "--create-teams", "-q"]).assert_code(0);
    let imports = "SELECT max(id) FROM batches";
    let import: i64 = world.sql().query_row(imports, [], |row| row.get(0)).unwrap();
    let numbered =
        |text: &str| text.replace("#USER", &yolanda).replace("IMPORT", &import.to_string());
    let unnumbered =
        |text: &str| text.replace(&yolanda, "#9").replace(&format!("import {import}"), "import 9");
    let made_up = |text: &str| made_up(&text.replace("#USER", "#9").replace("IMPORT", "9"));
    let mut unknown = 0;
    for actor in ["", " --as=ann@example.com"] {
        for line in LINES {
            let answer = |change: &dyn Fn(&str) -> String| {
                for (name, text) in FILES {
                    world.file(name, change(text));
                }
                let before = world.contents();
                let run = world.admit(change(&format!("{line}{actor}")).split(' '));
                // Were one carried out, the next would find another store.
                assert_eq!(world.contents(), before, "{run}");
                run
            };
            let (real, other) = (answer(&numbered), answer(&made_up));
            let real_said = made_up(&unnumbered(&real.to_string()));
            assert_eq!(real_said, other.to_string(), "{line}{actor}");
            unknown += usize::from(matches!(real.code, 65 | 67));
        }
    }
    // The comparison is worth something only where the answer is that there is no such thing.
    assert!(unknown > LINES.len() * 3 / 2, "{unknown}");
}

#[test]
fn a_role_of_another_organization_is_unknown_here() {
    let world = World::with_people();
    world.admit(["org", "create", "acme", "--template=phone-system"]).assert_code(0);
    world.admit(["--org=acme", "invite", "yo@faraway.example", "--role=member"]).assert_code(0);
    for line in [
        "invite new@example.com --role member",
        "list --role member",
        "set-role bob@example.com --role member",
        "org set --default-role member",
    ] {
        let asking = |line: &str| {
            let run = world.admit(line.split(' '));
            run.assert_code(67);
            run.to_string()
        };
        let unknown = asking(&line.replace("member", "zzzzzz"));
        assert_eq!(asking(line).replace("member", "zzzzzz"), unknown, "{line}");
    }
}

#[test]
fn one_address_is_a_user_of_each_organization_on_its_own() {
    let world = with_a_neighbour();
    let role = |slug: &str| {
        let org = format!("--org={slug}");
        let run = world.admit([&*org, "show", "ann@example.com", "--format=json"]);
        (run.json()["role"].clone(), run.json()["status"].clone())
    };
    assert_eq!(role("main"), ("admin".into(), "active".into()));
    assert_eq!(role("acme"), ("user".into(), "invited".into()));
    world.admit(["--org=acme", "set-role", "ann@example.com", "--role=agent"]).assert_code(0);
    world.admit(["--org=acme", "cancel", "ann@example.com"]).assert_code(0);
    assert_eq!(role("main"), ("admin".into(), "active".into()));
    assert_eq!(role("acme"), ("agent".into(), "cancelled".into()));
    // The same agent ID is another agent there.
    world.admit(["--org=acme", "agent", "add", "voice:4711"]).assert_code(0);
    world.admit(["assign-agent", "bob@example.com", "voice:4711"]).assert_code(0);
    let line = ["--org=acme", "assign-agent", "yolanda@faraway.example", "voice:4711"];
    world.admit(line).assert_code(0);
    for (org, people) in [
        ("main", "ann@example.com\nbob@example.com\ncid@example.com\n"),
        ("acme", "yolanda@faraway.example\n"),
    ] {
        let listed = world.answer(["list", "--format=ids", "--org", org]);
        let listed: Vec<&str> = listed.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(listed, people.lines().collect::<Vec<_>>());
        let export = world.answer(["export", "--format=jsonl", "--fields=email", "--org", org]);
        assert_eq!(export.lines().count(), people.lines().count());
    }
    for entry in
        world.admit(["audit", "list", "--format=json", "--org=acme"]).json().as_array().unwrap()
    {
        assert_eq!(entry["organization"], "acme");
    }
}

#[test]
fn expire_goes_through_every_organization_and_names_each() {
    let world = World::with_store();
    world.admit(["org", "create", "acme"]).assert_code(0);
    for (org, email) in
        [("main", "old@example.com"), ("acme", "old@example.com"), ("acme", "dora@example.com")]
    {
        world.at("2026-03-01T00:00:00Z", |store, context| {
            let mut context = context.clone();
            context.organization = admit::ops::OrganizationChoice::Named(org.parse().unwrap());
            let request = InviteRequest {
                people: vec![email.parse().unwrap()],
                name: None,
                role: None,
                team: None,
                agents: Vec::new(),
                holdings: admit::domain::holdings::Holdings::default(),
                lifetime: None,
                delivery: None,
                outlet: admit::ops::delivery::Outlet::Print,
            };
            invites::invite(store, &context, &mut SystemEntropy, &request).unwrap();
        });
    }
    let entries = world.entries();
    assert_data_eq!(
        world.admit(["expire", "--fields=user,result,organization"]).to_string(),
        str![[r#"
--- stdout
User              Result   Organization
old@example.com   expired  main
old@example.com   expired  acme
dora@example.com  expired  acme
--- stderr
Expired 1 invite in main.
Expired 2 invites in acme.
--- exit 0

"#]]
    );
    assert_eq!(world.entries(), entries + 2);
    for org in ["main", "acme"] {
        let last =
            world.admit(["audit", "list", "--limit=1", "--format=json", "--org", org]).json();
        assert_eq!(last[0]["action"], "invite.expire");
        assert_eq!(last[0]["organization"], org);
    }
    assert_eq!(world.admit(["expire"]).stdout, "");
}
