//! S3, "Invite Members and Designate Roles", step by step with the template of that product.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::World;

const OWNER: &str = "--as=olga@example.com";

/// An owner, and a team to choose.
fn world() -> World {
    let world = World::fresh();
    world.admit(["init", "--template=phone-system", "--owner=olga@example.com"]).assert_code(0);
    world.admit(["team", "create", "Support", OWNER]).assert_code(0);
    world
}

/// Whole days until the one link of a user ends.
fn days_of_link(world: &World, user: &str) -> i64 {
    let sql = "SELECT (i.expires_at - i.created_at) / 86400 FROM invites i
               JOIN users u ON u.id = i.user_id WHERE u.email = ?1 AND i.state = 1";
    world.sql().query_row(sql, [user], |row| row.get(0)).unwrap()
}

#[test]
fn create_a_new_user() {
    let world = world();
    // 1 to 6: name, portal access, role, e-mail, team; create.
    let run = world.admit([
        "invite",
        "mia@example.com",
        "--name=Mia Moss",
        "--role=admin",
        "--team=Support",
        OWNER,
    ]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Role   Link expires
mia@example.com  invited  admin  -
--- stderr
Invited 1 person in main.
hint: no link yet; make it: admit --as olga@example.com send mia@example.com
--- exit 0

"#]]
    );
    world
        .admit(["invite", "ned@example.com", "--name=Ned Nye", "--role=member", OWNER])
        .assert_code(0);
    // 7: they are listed under the status Pending.
    assert_eq!(world.status("mia@example.com"), "pending");
    // 8: filter by it, and send the activation e-mails.
    assert_data_eq!(
        world.admit(["list", "--pending", OWNER]).to_string(),
        str![[r#"
--- stdout
E-mail           Name      Role    Team     Status   Agents
mia@example.com  Mia Moss  admin   Support  pending  -
ned@example.com  Ned Nye   member  -        pending  -
--- exit 0

"#]]
    );
    let run = world.admit(["send", "--all", "--limit=1", OWNER]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result     Link expires
mia@example.com  link made  [DAY, HOUR AND ZONE]

Token for mia@example.com:
[TOKEN]
--- stderr
Made the links of 1 person in main.
Left 1 person pending.
--- exit 0

"#]]
    );
    // Who has a link and who had not are told apart, and counted.
    let run = world.admit(["send", "mia@example.com", "ned@example.com", OWNER]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result     Link expires
mia@example.com  refused    -
ned@example.com  link made  [DAY, HOUR AND ZONE]

Token for ned@example.com:
[TOKEN]
--- stderr
error: mia@example.com is invited, so send does not apply
hint: send a new link: admit --as olga@example.com resend mia@example.com
Made the links of 1 person in main.
Made no link of 1 person.
--- exit 3

"#]]
    );
    assert_eq!(world.admit(["list", "--pending", "--format=ids", OWNER]).stdout, "");
    // 9: the title of the mail; the link lives for 30 days.
    let subject: String = world
        .sql()
        .query_row("SELECT mail_subject FROM organizations", [], |row| row.get(0))
        .unwrap();
    assert_eq!(subject, "Your account has been created!");
    for user in ["mia@example.com", "ned@example.com"] {
        assert_eq!(days_of_link(&world, user), 30);
        world.put(user, Status::Active);
        assert_eq!(world.status(user), "active");
    }
    world.admit(["doctor"]).assert_code(0);
}

#[test]
fn import_portal_access_users() {
    let world = world();
    // 5 and 6: the user type is portal access; its sample file.
    let sample = world.answer(["import", "--type=portal", "--sample"]);
    assert!(sample.starts_with("email,name,role,team"), "{sample}");
    // 7 and 8: filled in, and uploaded.
    world.file(
        "members.csv",
        "email,name,role,team\nmia@example.com,Mia Moss,member,Support\nned@example.com,,,\n",
    );
    let run = world.admit(["import", "members.csv", OWNER]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Organization  main
File          members.csv
Import        1
Invited       2
--- stderr
Imported 2 people in main (import 1).
hint: they are pending; make their links: admit --as olga@example.com send --batch 1
--- exit 0

"#]]
    );
    // 9: pending.
    let run = world.admit(["list", "--pending", "--format=ids", OWNER]);
    assert_eq!(run.lines(), ["mia@example.com", "ned@example.com"]);
    // 10 and 11: the activation e-mails of this import.
    let run = world.admit(["send", "--batch=1", OWNER]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result     Link expires
mia@example.com  link made  [DAY, HOUR AND ZONE]
ned@example.com  link made  [DAY, HOUR AND ZONE]

Token for mia@example.com:
[TOKEN]

Token for ned@example.com:
[TOKEN]
--- stderr
Made the links of 2 people in main.
--- exit 0

"#]]
    );
    assert_eq!(days_of_link(&world, "ned@example.com"), 30);
    world.admit(["doctor"]).assert_code(0);
}

#[test]
fn import_no_portal_access_users() {
    let world = world();
    let sample = world.answer(["import", "--type=login-less", "--sample"]);
    assert!(sample.starts_with("name,extension,role,team,pin"), "{sample}");
    world.file("phones.csv", "name,extension,team\nLobby,1001,Support\nRoof,1002,\n");
    let run = world.admit(["import", "--type=login-less", "phones.csv", OWNER, "--format=jsonl"]);
    let pins = run.assert_code(0).pins();
    // They are no invitees: active at once, with a PIN that works.
    assert_eq!(world.admit(["list", "--pending", "--format=ids", OWNER]).stdout, "");
    for (extension, pin) in ["ext:1001", "ext:1002"].into_iter().zip(&pins) {
        let json = world.admit(["show", extension, "--format=json", OWNER]).json();
        assert_eq!(json["status"], "active");
        assert_eq!(json["email"], serde_json::Value::Null);
        world.try_pin(extension, pin).assert_code(0);
    }
    world.admit(["doctor"]).assert_code(0);
}

#[test]
fn who_may_create_whom() {
    let world = world();
    for (person, role) in [("ada@example.com", "admin"), ("meg@example.com", "member")] {
        world.admit(["invite", person, "--role", role, OWNER]).assert_code(0);
        world.put(person, Status::Active);
    }
    let admin = "--as=ada@example.com";
    world.admit(["invite", "new@example.com", "--role=member", admin]).assert_code(0);
    world.admit(["add", "Lobby", "-e1001", "--role=member", admin]).assert_code(0);
    let run = world.admit(["invite", "more@example.com", "--role=admin", admin]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User              Result   Role  Link expires
more@example.com  refused  -     -
--- stderr
error: ada@example.com may not give the role admin: the role admin gives member
hint: who could: olga@example.com
--- exit 77

"#]]
    );
    let member = "--as=meg@example.com";
    let run = world.admit(["invite", "more@example.com", member]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: meg@example.com may not do this: invite needs invite-users, which the role member does not have
hint: who could: olga@example.com, ada@example.com
--- exit 77

"#]]
    );
    let run = world.admit(["add", "Roof", "-e1002", member]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: meg@example.com may not do this: add needs invite-users, which the role member does not have
hint: who could: olga@example.com, ada@example.com
--- exit 77

"#]]
    );
    world.file("members.csv", "email\nmore@example.com\n");
    world.admit(["import", "members.csv", member]).assert_code(77);
    world.admit(["doctor"]).assert_code(0);
}
