//! Acting as somebody: who may not and why, whom they are told to ask, and what the audit keeps of it.
//! Which command needs what is walked in `access`.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::World;

/// An organization with two admins, a team leader, a user and an agent, all active.
fn office() -> World {
    let world = World::with_store();
    for (email, name, role) in [
        ("ada@example.com", "Ada Lund", "admin"),
        ("abe@example.com", "Abe Roth", "admin"),
        ("tea@example.com", "Tea Moss", "team-leader"),
        ("uma@example.com", "Uma Field", "user"),
        ("gus@example.com", "Gus Hall", "agent"),
    ] {
        world.admit(["invite", email, "--name", name, "--role", role, "--no-send"]).assert_code(0);
        world.put(email, Status::Active);
    }
    world
}

#[test]
fn who_may_not_is_told_why_and_whom_to_ask() {
    let world = office();
    let before = world.people();
    assert_data_eq!(
        world.admit(["--as", "uma@example.com", "invite", "new@example.com"]).to_string(),
        str![[r#"
--- stderr
error: uma@example.com may not do this: invite needs invite-users, which the role user does not have
hint: who could: Ada Lund <ada@example.com>, Abe Roth <abe@example.com>
--- exit 77

"#]]
    );
    assert_data_eq!(
        world.admit(["--as", "tea@example.com", "deactivate", "uma@example.com"]).to_string(),
        str![[r#"
--- stderr
error: tea@example.com may not do this: deactivate needs manage-users, which the role team-leader does not have
hint: who could: Ada Lund <ada@example.com>, Abe Roth <abe@example.com>
--- exit 77

"#]]
    );
    assert_data_eq!(
        world.admit(["--as", "gus@example.com", "list"]).to_string(),
        str![[r#"
--- stderr
error: gus@example.com may not do this: list needs manage-users, which the role agent does not have
hint: who could: Ada Lund <ada@example.com>, Abe Roth <abe@example.com>
--- exit 77

"#]]
    );
    assert_data_eq!(
        world.admit(["--as", "uma@example.com", "expire"]).to_string(),
        str![[r#"
--- stderr
error: expire is for the operator at the shell alone
hint: act as the operator: without --as and ADMIT_AS
--- exit 77

"#]]
    );
    assert_eq!(world.people(), before);
}

#[test]
fn three_people_are_named_at_most_and_never_the_one_who_asks() {
    let world = office();
    for n in 1..=4 {
        let email = format!("more{n}@example.com");
        world.admit(["invite", &email, "--role", "admin", "--no-send"]).assert_code(0);
        world.put(&email, Status::Active);
    }
    world.put("abe@example.com", Status::Deactivated);
    assert_data_eq!(
        world.admit(["--as", "uma@example.com", "export"]).to_string(),
        str![[r#"
--- stderr
error: uma@example.com may not do this: export needs manage-users, which the role user does not have
hint: who could: Ada Lund <ada@example.com>, more1@example.com, more2@example.com
--- exit 77

"#]]
    );
}

#[test]
fn e2_only_active_users_may_do_anything() {
    let world = office();
    let wrong = [
        ("invited", Status::Invited),
        ("expired", Status::Expired),
        ("deactivated", Status::Deactivated),
        ("cancelled", Status::Cancelled),
        ("declined", Status::Declined),
    ];
    for (word, status) in wrong {
        let email = format!("{word}@example.com");
        world.admit(["invite", &email, "--role", "admin"]).assert_code(0);
        world.put(&email, status);
        for command in
            [&["list"][..], &["role", "list"], &["show", &email], &["invite", "x@example.com"]]
        {
            let run = world.admit([&["--as", &email][..], command].concat());
            assert_eq!((run.code, &*run.stdout), (77, ""), "{run}");
            let sentence = format!("error: {email} is {word}; only active users may do anything\n");
            assert!(run.stderr.starts_with(&sentence), "{run}");
        }
    }
}

#[test]
fn e2_strangers_learn_nothing() {
    let world = office();
    assert_data_eq!(
        world.admit(["--as", "nobody@example.com", "show", "ada@example.com"]).to_string(),
        str![[r#"
--- stderr
error: nobody@example.com is no user of main
--- exit 77

"#]]
    );
    assert_data_eq!(
        world.admit(["--as", "#99", "role", "list"]).to_string(),
        str![[r#"
--- stderr
error: #99 is no user of main
--- exit 77

"#]]
    );
}

#[test]
fn a_stranger_here_is_told_where_they_are_in_when_they_say_their_address() {
    let world = office();
    world.admit(["org", "create", "lab"]).assert_code(0);
    let run = world.admit(["--org=lab", "role", "list", "--as", "ada@example.com"]);
    run.assert_code(67);
    world.admit(["org", "use", "lab"]).assert_code(0);
    let said = |actor: &str| world.admit(["--as", actor, "role", "list"]).stderr.clone();
    assert_data_eq!(
        said("ada@example.com"),
        str![[r#"
error: ada@example.com is no user of lab
hint: act where they are a user: --org main

"#]]
    );
    assert_eq!(said("#1"), "error: #1 is no user of lab\n");
    // Who was only invited is in nowhere.
    world.admit(["--org=main", "invite", "new@example.com", "--no-send"]).assert_code(0);
    assert_eq!(said("new@example.com"), "error: new@example.com is no user of lab\n");
}

#[test]
fn the_environment_names_who_acts_and_the_flag_wins() {
    let world = office();
    let run = |variable: &str, words: &[&str]| {
        let mut command = world.command();
        let output = command.env("ADMIT_AS", variable).args(words).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(run("uma@example.com", &["list"]).0, 77);
    assert_eq!(run("uma@example.com", &["--as", "ada@example.com", "list"]).0, 0);
    assert_eq!(run("", &["list"]).0, 0, "an empty variable is none");
    let (code, stderr) = run("no address", &["list"]);
    assert_eq!(code, 78);
    assert!(stderr.starts_with("error: the variable ADMIT_AS is wrong: "), "{stderr}");
    assert_eq!(world.admit(["--as", "no address", "list"]).code, 2);
}

#[test]
fn e10_changes_are_in_the_audit_under_who_acted_and_the_login_behind() {
    let world = office();
    let words = ["--as", "ADA@Example.com", "invite", "new@example.com"];
    let mut command = world.command();
    let run = command.env("SUDO_USER", "root's-friend").args(words).output().unwrap();
    assert_eq!(run.status.code(), Some(0));
    let entry = world.admit(["audit", "list", "--limit=1", "--format=json"]).json();
    assert_eq!(entry[0]["actor"], "ada@example.com");
    assert_eq!(entry[0]["action"], "user.invite");
    assert_eq!(entry[0]["sudo_user"], "root's-friend");
    let login = admit::settings::system_login();
    assert_eq!(entry[0]["login"], login.name);
    assert_eq!(entry[0]["uid"], login.uid);
    // What that is worth is said where people look for it.
    let readme = include_str!("../../README.md");
    assert!(readme.contains("**Who can open the file owns it.**"));
}

#[test]
fn e7_refused_attempts_are_kept_also_when_they_are_rehearsed() {
    let world = office();
    let entries = world.entries();
    let invite = ["--as", "uma@example.com", "invite", "new@example.com"];
    world.admit(invite.into_iter().chain(["--dry-run"])).assert_code(77);
    assert_eq!(world.entries(), entries + 1);
    world.admit(invite).assert_code(77);
    assert_data_eq!(
        world.last_entry(),
        str![
            "access.refuse 1:  [command=invite reason=uma@example.com may not do this: invite needs invite-users, which the role user does not have]"
        ]
    );
    // Looking is trying as well.
    world.admit(["--as", "uma@example.com", "audit", "list"]).assert_code(77);
    world.admit(["--as", "uma@example.com", "show", "ada@example.com"]).assert_code(77);
    world.admit(["--as", "nobody@example.com", "list"]).assert_code(77);
    assert_eq!(world.entries(), entries + 5);
    world.admit(["audit", "verify"]).assert_code(0);
}

#[test]
fn one_is_told_from_the_others_where_a_command_is_about_several() {
    let world = office();
    let words =
        ["--as", "ada@example.com", "deactivate", "ada@example.com", "uma@example.com", "-y"];
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stdout
User             Result       Released agents
ada@example.com  refused      -
uma@example.com  deactivated  -
--- stderr
error: ada@example.com cannot deactivate themselves
hint: who could: Abe Roth <abe@example.com>
Deactivated 1 user in main.
--- exit 3

"#]]
    );
    assert_data_eq!(
        world.last_entry(),
        str![
            "access.refuse 1:  [command=deactivate reason=ada@example.com cannot deactivate themselves]"
        ]
    );
}

#[test]
fn everybody_may_look_at_themselves_and_at_the_roles() {
    let world = office();
    for command in [&["show", "uma@example.com"][..], &["role", "list"], &["team", "list"]] {
        world.admit([&["--as", "uma@example.com"][..], command].concat()).assert_code(0);
    }
    // Whether the other is there is not theirs to know.
    let real = world.admit(["--as", "uma@example.com", "show", "ada@example.com"]);
    let none = world.admit(["--as", "uma@example.com", "show", "eva@example.com"]);
    assert_eq!((real.code, &real.stderr), (77, &none.stderr));
}

#[test]
fn nobody_deactivates_or_removes_themselves() {
    let world = office();
    for verb in ["deactivate", "remove"] {
        let run = world.admit(["--as", "ada@example.com", verb, "ada@example.com", "--yes"]);
        let sentence = format!("error: ada@example.com cannot {verb} themselves\n");
        assert!(run.code == 77 && run.stderr.starts_with(&sentence), "{run}");
    }
    assert_eq!(world.status("ada@example.com"), "active");
}

#[test]
fn the_last_manager_stays_whoever_acts_and_whatever_the_way() {
    let world = office();
    world.admit(["deactivate", "abe@example.com"]).assert_code(0);
    let before = world.people();
    assert_data_eq!(
        world.admit(["deactivate", "ada@example.com"]).to_string(),
        str![[r#"
--- stdout
User             Result   Released agents
ada@example.com  refused  -
--- stderr
error: ada@example.com is the last active user of main who can manage users
hint: first give somebody else the role admin: admit set-role USER --role admin
--- exit 1

"#]]
    );
    world.admit(["remove", "ada@example.com", "--yes"]).assert_code(1);
    world.admit(["set-role", "ada@example.com", "--role", "user"]).assert_code(1);
    world
        .admit(["--as=ada@example.com", "set-role", "ada@example.com", "--role=user"])
        .assert_code(1);
    world.file("demote.csv", "email,role\nada@example.com,user\n");
    let run = world.admit(["import", "demote.csv", "--on-existing", "update"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
demote.csv:2: role: user: ada@example.com is the last active user of main who can manage users
error: demote.csv has 1 bad row; nothing was imported
hint: correct the file, or import the good rows: --keep-going --rejects FILE
--- exit 65

"#]]
    );
    assert_eq!(world.people(), before);
    // Several at once are counted as they go.
    world.admit(["reactivate", "abe@example.com"]).assert_code(0);
    world.admit(["deactivate", "ada@example.com", "abe@example.com", "-y"]).assert_code(3);
    assert_eq!(world.status("ada@example.com"), "deactivated");
    assert_eq!(world.status("abe@example.com"), "active");
}

#[test]
fn who_is_not_active_neither_counts_as_a_manager_nor_stays_as_one() {
    let world = office();
    // While another one is active, a file may take it from one.
    world.file("demote.csv", "email,role\nabe@example.com,user\n");
    world.admit(["import", "demote.csv", "--on-existing=update"]).assert_code(0);
    for email in ["amy@example.com", "ann@example.com"] {
        world.admit(["invite", email, "--role=admin", "--no-send"]).assert_code(0);
    }
    // Ada is the last one; nobody else is kept for it.
    world.admit(["deactivate", "ada@example.com"]).assert_code(1);
    world.admit(["set-role", "amy@example.com", "--role=user"]).assert_code(0);
    world.admit(["remove", "ann@example.com", "--yes"]).assert_code(0);
}

/// Owner, Admin, Editor and Viewer (S4), one of each, all active.
fn console() -> World {
    let world = World::fresh();
    world.admit(["init", "--template", "security-console"]).assert_code(0);
    for role in ["owner", "admin", "editor", "viewer"] {
        let email = format!("{role}@example.com");
        world.admit(["invite", &email, "--role", role, "--no-send"]).assert_code(0);
        world.put(&email, Status::Active);
    }
    world
}

#[test]
fn e3_no_role_above_ones_own_is_given_changed_or_taken() {
    let world = console();
    let before = world.people();
    for words in [
        "invite new@example.com --role owner",
        "set-role viewer@example.com --role owner",
        "set-role admin@example.com --role owner",
        "set-role owner@example.com --role viewer",
        "deactivate owner@example.com",
        "remove owner@example.com --yes",
    ] {
        let run = world.admit(["--as", "admin@example.com"].into_iter().chain(words.split(' ')));
        assert_eq!(run.code, 77, "{words}: {run}");
        assert!(run.stderr.contains("hint: who could: owner@example.com\n"), "{words}: {run}");
    }
    assert_eq!(world.people(), before);
    // On one's own level one may.
    for words in ["set-role editor@example.com --role admin", "invite new@example.com --role admin"]
    {
        world
            .admit(["--as", "admin@example.com"].into_iter().chain(words.split(' ')))
            .assert_code(0);
    }
}

#[test]
fn an_invite_or_a_way_back_of_a_higher_role_is_not_ones_business_either() {
    let world = console();
    world.admit(["invite", "boss@example.com", "--role", "owner"]).assert_code(0);
    world.admit(["invite", "late@example.com", "--role", "owner", "--no-send"]).assert_code(0);
    world.admit(["invite", "gone@example.com", "--role", "owner", "--no-send"]).assert_code(0);
    world.put("gone@example.com", Status::Deactivated);
    for words in [
        "resend boss@example.com",
        "cancel boss@example.com",
        "send late@example.com",
        "reactivate gone@example.com",
    ] {
        let run = world.admit(["--as", "admin@example.com"].into_iter().chain(words.split(' ')));
        assert_eq!(run.code, 77, "{words}: {run}");
        world.admit(["--as=owner@example.com"].into_iter().chain(words.split(' '))).assert_code(0);
    }
}

#[test]
fn e3_an_import_gives_no_role_that_an_invite_would_not() {
    let world = console();
    world.file("people.csv", "email,role\nnew@example.com,viewer\nboss@example.com,owner\n");
    assert_data_eq!(
        world.admit(["--as", "admin@example.com", "import", "people.csv"]).to_string(),
        str![[r#"
--- stderr
people.csv:3: role: owner: admin@example.com may not give the role owner: the role admin gives admin, editor, viewer
error: people.csv has 1 bad row; nothing was imported
hint: correct the file, or import the good rows: --keep-going --rejects FILE
--- exit 65

"#]]
    );
    world.file("demote.csv", "email,role\nowner@example.com,viewer\n");
    let words = ["--as=admin@example.com", "import", "demote.csv", "--on-existing=update"];
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stderr
demote.csv:2: email: owner@example.com: owner@example.com has the role owner, which is above admin@example.com's role admin
error: demote.csv has 1 bad row; nothing was imported
hint: correct the file, or import the good rows: --keep-going --rejects FILE
--- exit 65

"#]]
    );
    world.admit(["--as", "owner@example.com", "import", "people.csv"]).assert_code(0);
}

#[test]
fn e7_what_a_file_asked_for_in_vain_is_in_the_audit() {
    let world = console();
    let entries = world.entries();
    world.file("bosses.csv", "email,role\na@example.com,owner\nb@example.com,owner\n");
    let import = ["--as", "admin@example.com", "import", "bosses.csv"];
    world.admit(import.into_iter().chain(["--dry-run"])).assert_code(65);
    assert_eq!(world.entries(), entries + 1);
    world.admit(import).assert_code(65);
    assert_eq!(world.last_entry(), "access.refuse 2:  [command=import rows=2]");
}

#[test]
fn when_others_last_logged_in_is_shown_to_those_who_may_see_it() {
    let world = office();
    let logins =
        "UPDATE users SET last_login_at = 1767225600 WHERE email LIKE 'u%' OR email LIKE 'a%'";
    world.sql().execute(logins, []).unwrap();
    // Abe still manages users, but no longer sees when they log in.
    let other = "INSERT INTO roles SELECT 50, organization_id, 'clerk', 'Clerk', rank, 0, 1, 1, 0 FROM roles
                     WHERE name = 'admin';
                 INSERT INTO role_grants SELECT 50, permission, scope FROM role_grants g JOIN roles r
                     ON r.id = g.role_id WHERE r.name = 'admin' AND permission <> 'view-last-login'";
    world.sql().execute_batch(other).unwrap();
    world.admit(["set-role", "abe@example.com", "--role", "clerk"]).assert_code(0);
    world.admit(["invite", "cleo@example.com", "--role=clerk", "--no-send"]).assert_code(0);
    world.put("cleo@example.com", Status::Active);
    let see = |actor: &str, words: &[&str]| {
        world.admit(
            [&["--as", actor, "--format=csv", "--fields=email,last_login_at"], words].concat(),
        )
    };
    assert_data_eq!(
        see("ada@example.com", &["list", "--search", "uma"]).to_string(),
        str![[r#"
--- stdout
email,last_login_at
uma@example.com,[TIME]
--- exit 0

"#]]
    );
    assert_data_eq!(
        see("abe@example.com", &["list", "--search", "uma"]).to_string(),
        str![[r#"
--- stdout
email,last_login_at
uma@example.com,
--- exit 0

"#]]
    );
    assert_data_eq!(
        see("abe@example.com", &["show", "uma@example.com"]).to_string(),
        str![[r#"
--- stdout
email,last_login_at
uma@example.com,
--- exit 0

"#]]
    );
    // One's own is one's own.
    assert_data_eq!(
        see("abe@example.com", &["show", "abe@example.com"]).to_string(),
        str![[r#"
--- stdout
email,last_login_at
abe@example.com,[TIME]
--- exit 0

"#]]
    );
    for flag in ["--never-logged-in", "--not-logged-in-for=1d", "--sort=last-login"] {
        let run = see("abe@example.com", &["list", flag]);
        assert!(run.code == 77 && run.stderr.contains("list needs view-last-login"), "{run}");
        assert!(world.last_entry().starts_with("access.refuse 1:  [command=list reason="));
        // Cleo manages users and could not help.
        assert!(run.stderr.ends_with("\nhint: who could: Ada Lund <ada@example.com>\n"), "{run}");
    }
}

#[test]
fn where_no_role_tells_last_logins_apart_whoever_manages_users_sees_them() {
    let world = console();
    world.sql().execute("UPDATE users SET last_login_at = 1767225600", []).unwrap();
    let words = ["show", "viewer@example.com", "--format=csv", "--fields=last_login_at"];
    let seen = world.admit(["--as=admin@example.com"].into_iter().chain(words));
    assert_eq!((seen.code, seen.stdout.as_str()), (0, "last_login_at\n2026-01-01T00:00:00Z\n"));
}

#[test]
fn who_was_cancelled_is_invited_again_by_nobody_below_them() {
    let world = console();
    world.admit(["invite", "boss@example.com", "--role", "owner"]).assert_code(0);
    world.admit(["cancel", "boss@example.com"]).assert_code(0);
    let words = ["--as=admin@example.com", "invite", "boss@example.com", "--role=viewer"];
    let run = world.admit(words);
    assert!(run.code == 77 && run.stderr.contains("which is above admin@example.com's"), "{run}");
    assert_eq!(world.status("boss@example.com"), "cancelled");
}

#[test]
fn what_an_import_does_beside_inviting_needs_its_own_right() {
    let world = console();
    world.admit(["role", "create", "hr", "--below=admin", "--grant=invite-users"]).assert_code(0);
    world.admit(["invite", "hr@example.com", "--role=hr", "--no-send"]).assert_code(0);
    world.put("hr@example.com", Status::Active);
    world.file("people.csv", "email,team\nnew@example.com,Sales\n");
    let entries = world.entries();
    for more in ["--create-teams", "--on-existing=update"] {
        let run = world.admit(["--as=hr@example.com", "import", "people.csv", more]);
        assert!(run.code == 77 && run.stderr.contains("import needs manage-users"), "{run}");
    }
    assert_eq!(world.entries(), entries + 2);
}

#[test]
fn hints_say_again_what_the_command_line_said() {
    let world = console();
    world.admit(["org", "create", "lab"]).assert_code(0);
    world.admit(["--org", "lab", "invite", "ann@example.com"]).assert_code(0);
    let run = world.admit(["--org", "lab", "deactivate", "ann@example.com"]);
    assert!(run.stderr.ends_with("admit --org lab cancel ann@example.com\n"), "{run}");
    let run = world.admit(["--as=admin@example.com", "deactivate", "viewr@example.com"]);
    assert!(run.stderr.ends_with("did you mean viewer@example.com?\n"), "{run}");
    let run = world.admit(["--as=admin@example.com", "show", "nobody@example.org"]);
    let hint = "hint: find people: admit --as admin@example.com list --search TEXT\n";
    assert!(run.stderr.ends_with(hint), "{run}");
}

#[test]
fn an_organization_of_others_leaves_the_trace_of_one_that_is_not_there() {
    let world = console();
    world.admit(["org", "create", "lab", "--owner", "leo@example.com"]).assert_code(0);
    let entries = world.entries();
    for (n, slug) in [(1, "lab"), (2, "nowhere")] {
        let run = world.admit(["--as=admin@example.com", "--org", slug, "list"]);
        assert_eq!(
            (run.code, run.stderr.lines().next()),
            (67, Some(&*format!("error: no organization {slug}")))
        );
        assert_eq!(world.entries(), entries + n);
    }
    // Neither organization's people see them; the operator does.
    let own = world.answer(["--as=leo@example.com", "--org=lab", "audit", "list", "--format=ids"]);
    assert_eq!(own.lines().count(), 1, "{own}");
    let all =
        world.answer(["audit", "list", "--everywhere", "--action=access.refuse", "--format=ids"]);
    assert_eq!(all.lines().count(), 2, "{all}");
}
