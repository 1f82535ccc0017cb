//! `admit invite`.

use snapbox::{assert_data_eq, str};

use crate::support::World;

#[test]
fn the_first_invite_makes_the_default_store_and_prints_the_link_once() {
    let world = World::fresh();
    let run = world.admit(["invite", "ana@example.com", "--name", "Ana Ruiz"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires
ana@example.com  invited  user  [DAY, HOUR AND ZONE]

Link for ana@example.com:
[TOKEN]
--- stderr
Made the store [HOME]/.local/share/admit/admit.db from the template contact-center.
Invited 1 person in main.
--- exit 0

"#]]
    );
}

#[test]
fn each_person_is_told_what_happened() {
    let world = World::with_people();
    world.put("ann@example.com", admit::domain::status::Status::Active);
    let run =
        world.admit(["invite", "new@example.com", "ann@example.com", "bob@example.com", "x@@y"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result           Role  Link expires
new@example.com  invited          user  [DAY, HOUR AND ZONE]
ann@example.com  already active   -     -
bob@example.com  already invited  -     -
x@@y             invalid          -     -

Link for new@example.com:
[TOKEN]
--- stderr
error: x@@y is no address: the address has more than one '@'
error: ann@example.com is active already
error: bob@example.com is invited already
hint: send a new link: admit resend bob@example.com
Invited 1 person in main.
--- exit 3

"#]]
    );
}
