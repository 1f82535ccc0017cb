//! `admit mail preview`: what people would get, shown without sending anything.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::World;
use crate::support::terminal::ENTER;

const PORTAL: [&str; 2] = ["--portal", "https://portal.example.com/join"];

#[test]
fn an_invitation_is_shown_as_it_would_be_sent() {
    let world = World::with_people();
    world.admit(["org", "set", PORTAL[0], PORTAL[1], "--sender", "hr@example.com"]).assert_code(0);
    world.put("ann@example.com", Status::Active);
    let (before, entries) = (world.contents(), world.entries());
    let run = world.admit(["mail", "preview", "cid@example.com", "--as", "ann@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
From: main <hr@example.com>
To: cid@example.com
Subject: Your invitation to the insights portal

Hello,

Ann Lee (ann@example.com) invites you to join main with the role Agent.

To join, accept the invitation and create a password. From then on you log in with cid@example.com and that password.

Accept the invitation here:

https://portal.example.com/join?invite=0.SAMPLE-this-link-never-works

The link works once, until [LONG DATE]. After that, ask Ann Lee for a new invitation.

Please keep the link to yourself: whoever has it can use it in your place.

You did not expect this? Then you need not do anything. Nobody joins unless the invitation is accepted, and it ends by itself.
--- stderr
This is a preview: nothing was sent, and its link never works.
--- exit 0

"#]]
    );
    assert_eq!((world.contents(), world.entries()), (before, entries));
}

#[test]
fn the_operator_is_nobody_and_without_a_portal_there_is_a_token() {
    let world = World::with_people();
    let run = world.admit(["mail", "preview", "bob@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
From: main (no sender set)
To: bob@example.com
Subject: Your invitation to the insights portal

Hello Bob Ray,

You are invited to join main with the role Agent.

To join, accept the invitation and create a password. From then on you log in with bob@example.com and that password.

To accept, type this command where admit is installed, and paste the token when it asks for it:

admit accept

The token:

0.SAMPLE-this-link-never-works

The token works once, until [LONG DATE]. After that, ask whoever invited you for a new invitation.

Please keep the token to yourself: whoever has it can use it in your place.

You did not expect this? Then you need not do anything. Nobody joins unless the invitation is accepted, and it ends by itself.
--- stderr
This is a preview: nothing was sent, and its link never works.
--- exit 0

"#]]
    );
}

#[test]
fn who_is_active_gets_a_link_for_a_password_and_any_kind_can_be_asked_for() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Active);
    let run = world.admit(["mail", "preview", "ann@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
From: main (no sender set)
To: ann@example.com
Subject: Set your password for main

Hello Ann Lee,

At main, an account with the role Admin is ready for you.

Create a password, and log in with ann@example.com and that password from then on.

To set the password, type this command where admit is installed, and paste the token when it asks for it:

admit accept

The token:

0.SAMPLE-this-link-never-works

The token works once, until [LONG DATE]. After that, ask whoever looks after main for a new one.

Please keep the token to yourself: whoever has it can set your password.

You did not expect this? Then you need not do anything: nobody can log in until a password is set, and the token ends by itself.
--- stderr
This is a preview: nothing was sent, and its link never works.
--- exit 0

"#]]
    );
    let run = world.admit(["mail", "preview", "ann@example.com", "--kind", "invitation"]);
    assert!(run.assert_code(0).stdout.contains("You are invited to join main"), "{run}");
    // The reminder is about the link that is out, not about one more week.
    let ends = world.admit(["show", "bob@example.com", "--format", "json"]).json();
    let ends = ends["invite"]["expires_at"].as_str().unwrap().to_owned();
    let run = world.admit(["mail", "preview", "bob@example.com", "--kind", "reminder"]);
    let day: u32 = ends[8..10].parse().unwrap();
    let time = format!(", {} UTC", &ends[11..16]);
    assert!(run.stdout.contains(&format!(", {day} ")) && run.stdout.contains(&time), "{run}");
}

#[test]
fn single_sign_on_and_an_account_change_what_is_said() {
    let world = World::with_people();
    world
        .sqlite()
        .execute(
            "INSERT INTO accounts (email, password_hash, password_set_at, created_at)
             VALUES ('cid@example.com', 'x', 0, 0)",
            [],
        )
        .unwrap();
    let run = world.admit(["mail", "preview", "cid@example.com"]);
    assert!(run.stdout.contains("You have an account for cid@example.com already."), "{run}");
    world.admit(["org", "set", "--sso", "on"]).assert_code(0);
    let run = world.admit(["mail", "preview", "cid@example.com"]);
    assert!(run.stdout.contains("main uses single sign-on."), "{run}");
}

#[test]
fn every_format_has_the_parts() {
    let world = World::with_people();
    let run = world.admit(["mail", "preview", "bob@example.com", "--format", "json"]);
    let json = run.json();
    assert_eq!(json["kind"], "invitation");
    assert_eq!(json["from"], serde_json::Value::Null);
    assert_eq!(json["from_name"], "main");
    assert_eq!(json["to"], "bob@example.com");
    assert_eq!(json["subject"], "Your invitation to the insights portal");
    assert!(json["text"].as_str().unwrap().starts_with("Hello Bob Ray,\n\n"));
    assert!(json["html"].as_str().unwrap().starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    let run = world.admit(["mail", "preview", "bob@example.com", "--format", "csv", "--fields=to"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
to
bob@example.com
--- exit 0

"#]]
    );
    let run = world.admit(["mail", "preview", "bob@example.com", "--fields", "body"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: there is no field `body`; the fields are kind, from, from_name, to, subject, text, html
--- exit 2

"#]]
    );
}

#[test]
fn the_html_part_goes_to_a_private_file_of_its_own() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::with_people();
    let run = world.admit(["mail", "preview", "bob@example.com", "--html", "mail.html"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
Wrote the HTML part to mail.html; nothing was sent.
--- exit 0

"#]]
    );
    let file = world.home().join("mail.html");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let html = std::fs::read_to_string(&file).unwrap();
    assert!(html.contains("Bob Ray") && html.ends_with("</html>"));
    let store = world.store_path().display().to_string();
    let run = world.admit(["mail", "preview", "bob@example.com", "--html", &store]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: [HOME]/.local/share/admit/admit.db would be written over [HOME]/.local/share/admit/admit.db
hint: name another file
--- exit 2

"#]]
    );
    let run = world.admit(["mail", "preview", "bob@example.com", "--html", "no/where.html"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: no/where.html cannot be created: no such file or directory
--- exit 73

"#]]
    );
}

#[test]
fn there_is_no_mail_without_an_address_or_a_user() {
    let world = World::with_people();
    world.admit(["org", "set", "--login-less", "allowed"]).assert_code(0);
    world.admit(["add", "Lobby", "--extension", "1001"]).assert_code(0);
    let run = world.admit(["mail", "preview", "ext:1001"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: #4 has no e-mail address, so there is no mail
hint: who has one: admit list
--- exit 1

"#]]
    );
    let run = world.admit(["mail", "preview", "bib@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: no user bib@example.com in main
hint: did you mean bob@example.com, cid@example.com or ann@example.com?
--- exit 67

"#]]
    );
    let run = world.admit(["mail", "preview"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: no user is named
hint: admit mail preview USER
--- exit 2

"#]]
    );
}

#[test]
fn who_may_not_send_a_mail_may_not_look_at_it() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Active);
    world.put("bob@example.com", Status::Active);
    let run = world.admit(["mail", "preview", "cid@example.com", "--as", "bob@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: bob@example.com may not do this: mail preview needs invite-users, which the role agent does not have
hint: who could: Ann Lee <ann@example.com>
--- exit 77

"#]]
    );
}

#[test]
fn somebody_is_asked_for_on_a_terminal() {
    let world = World::with_people();
    let mut terminal = world.terminal("admit mail preview");
    terminal.see("Whose mail to show?").press(["bob", ENTER]).see("bob@example.com").press([ENTER]);
    let ended = terminal.end();
    assert!(ended.screen.contains("Hello Bob Ray,"));
}

/// What no command takes can still be put there with another program (trust H2).
#[test]
fn what_was_put_into_the_store_by_hand_is_shown_harmlessly() {
    let world = World::with_people();
    let word = "=?utf-8?q?Your=20bank?=";
    let sql = world.sqlite();
    for (update, value) in [
        ("UPDATE organizations SET name = ?1", format!("Acme {word}")),
        ("UPDATE users SET name = ?1 WHERE email = 'bob@example.com'", format!("<b>{word}")),
        ("UPDATE roles SET title = ?1", "<i>Chief\r\nBcc: all@example.com".to_owned()),
        (
            "UPDATE organizations SET mail_subject = ?1",
            format!("{word}\r\nBcc: all@example.com\u{1b}[2J {{{{ name"),
        ),
    ] {
        sql.execute(update, [value]).unwrap();
    }
    let run = world.admit(["mail", "preview", "bob@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
From: Acme =?utf-8?q?Your=20bank?= (no sender set)
To: bob@example.com
Subject: = ?utf-8?q?Your=20bank?= Bcc: all@example.com/u{1b}[2J {{ name

Hello <b>=?utf-8?q?Your=20bank?=,

You are invited to join Acme =?utf-8?q?Your=20bank?= with the role <i>Chief
Bcc: all@example.com.

To join, accept the invitation and create a password. From then on you log in with bob@example.com and that password.

To accept, type this command where admit is installed, and paste the token when it asks for it:

admit accept

The token:

0.SAMPLE-this-link-never-works

The token works once, until [LONG DATE]. After that, ask whoever invited you for a new invitation.

Please keep the token to yourself: whoever has it can use it in your place.

You did not expect this? Then you need not do anything. Nobody joins unless the invitation is accepted, and it ends by itself.
--- stderr
This is a preview: nothing was sent, and its link never works.
--- exit 0

"#]]
    );
    let json = world.admit(["mail", "preview", "bob@example.com", "--format", "json"]).json();
    let html = json["html"].as_str().unwrap();
    assert!(html.contains("&lt;b&gt;") && !html.contains("<b>") && !html.contains("<i>"));
    // The store stays readable, and such a name is refused where it is entered.
    world.admit(["list"]).assert_code(0);
    let run = world.admit(["invite", "new@example.com", "--name", word]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: invalid value '=?utf-8?q?Your=20bank?=' for '--name <NAME>': holds a ready-made encoded word (=?…?=), which a mail program shows as other text

For more information, try '--help'.
--- exit 2

"#]]
    );
    let run = world.admit(["org", "rename", "main", "--name", word]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: invalid value '=?utf-8?q?Your=20bank?=' for '--name <NAME>': holds a ready-made encoded word (=?…?=), which a mail program shows as other text

For more information, try '--help'.
--- exit 2

"#]]
    );
    world.file("new.csv", format!("email,name\nnew@example.com,{word}\n"));
    let run = world.admit(["import", "new.csv"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
new.csv:2: name: =?utf-8?q?Your=20bank?=: holds a ready-made encoded word (=?…?=), which a mail program shows as other text
error: new.csv has 1 bad row; nothing was imported
hint: correct the file, or import the good rows: --keep-going --rejects FILE
--- exit 65

"#]]
    );
}

/// Words that could not be set, but are in the store: the mail is not made, and it is said why.
#[test]
fn words_of_ones_own_that_cannot_be_used_are_named() {
    let world = World::with_people();
    world
        .sqlite()
        .execute(
            "INSERT INTO mail_templates (organization_id, kind, part, source)
             VALUES (1, 1, 2, 'Hello' || char(10) || '{{ nobody }}')",
            [],
        )
        .unwrap();
    let run = world.admit(["mail", "preview", "bob@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: the invitation cannot be put into words: the text, line 2: there is no value "nobody"; there are account, expires_at, inviter, inviter_email, kind, link, link_is, name, organization, recipient, role, sign_on
hint: look at it: admit mail template show --kind invitation --part text; or go back to admit's own: admit mail template reset --kind invitation --part text
--- exit 78

"#]]
    );
}
