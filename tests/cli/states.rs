//! The state machine: every status with every verb, as one table, walked with the real binary.

use admit::domain::status::Status;

use crate::support::{PASSWORD, World};

/// A row is a verb, a column a status. A cell says where the user stands afterwards (exit 0), or `no`
/// with the verb that the hint names instead (exit 1, and the user stands where it stood).
const TABLE: &str = "
              pending        invited        expired        active          deactivated    cancelled    declined
invite        no:send        no:resend      no:resend      no:-            no:reactivate  invited      invited
send          invited        no:resend      no:resend      no:-            no:reactivate  no:invite    no:invite
resend        no:send        invited        invited        no:-            no:reactivate  no:invite    no:invite
grant         pending        invited        expired        active          no:reactivate  no:invite    no:invite
revoke        pending        invited        expired        active          no:reactivate  no:-         no:-
cancel        cancelled      cancelled      cancelled      no:deactivate   no:remove      no:-         no:-
deactivate    no:cancel      no:cancel      no:cancel      deactivated     no:-           no:-         no:-
reactivate    no:send        no:resend      no:resend      no:-            active         no:invite    no:invite
set-role      pending        pending        expired        active          no:reactivate  no:invite    no:invite
set-team      pending        invited        expired        active          no:reactivate  no:invite    no:invite
assign-agent  pending        invited        expired        active          no:reactivate  no:invite    no:invite
unassign-agent pending       invited        expired        active          no:-           no:-         no:-
remove        gone           gone           gone           gone            gone           gone         gone
";

struct Cell {
    verb: &'static str,
    status: &'static str,
    expected: &'static str,
}

impl Cell {
    fn email(&self) -> String {
        format!("{}.{}@example.com", self.status, self.verb)
    }

    /// The agent ID that this cell's verb is about.
    fn agent(&self) -> String {
        format!("voice:{}.{}", self.status, self.verb)
    }

    fn command(&self) -> Vec<String> {
        let more = match self.verb {
            "set-team" => vec!["--team=Support".to_owned()],
            "set-role" => vec!["--role=user".to_owned()],
            "assign-agent" | "unassign-agent" => vec![self.agent()],
            "grant" | "revoke" => vec!["--module=calls".to_owned()],
            "remove" => vec!["--yes".to_owned()],
            _ => Vec::new(),
        };
        [vec![self.verb.to_owned(), self.email()], more].concat()
    }
}

fn cells() -> Vec<Cell> {
    let mut lines = TABLE.trim_matches('\n').lines().map(str::split_whitespace);
    let statuses: Vec<&str> = lines.next().unwrap().collect();
    let mut cells = Vec::new();
    for mut line in lines {
        let verb = line.next().unwrap();
        let row = statuses.iter().zip(line);
        cells.extend(row.map(|(&status, expected)| Cell { verb, status, expected }));
    }
    cells
}

/// Somebody in every cell: 91 people, each standing where the column says, each who is to lose an
/// agent ID or a module holding it where that is possible.
fn world(cells: &[Cell]) -> World {
    let world = World::with_store();
    world.admit(["team", "create", "Support"]).assert_code(0);
    let with_agents = |verb| cells.iter().filter(move |cell| cell.verb == verb);
    let agents = with_agents("assign-agent").chain(with_agents("unassign-agent")).map(Cell::agent);
    world.admit(["agent".to_owned(), "add".to_owned()].into_iter().chain(agents)).assert_code(0);
    for (how, is_pending) in [("--no-send", true), ("--send", false)] {
        let people = cells.iter().filter(|cell| (cell.status == "pending") == is_pending);
        let people: Vec<String> = people.map(Cell::email).collect();
        world.admit_with(people.join("\n"), ["invite", "-r", "agent", how, "-"]).assert_code(0);
    }
    for cell in with_agents("unassign-agent") {
        world.admit(["assign-agent", &cell.email(), &cell.agent()]).assert_code(0);
    }
    world.admit(["module", "add", "calls"]).assert_code(0);
    let have = cells.iter().filter(|cell| ["revoke", "unassign-agent"].contains(&cell.verb));
    let have: Vec<String> = have.map(Cell::email).collect();
    world.admit_with(have.join("\n"), ["grant", "--module", "calls", "-"]).assert_code(0);
    for cell in cells {
        match cell.status {
            "pending" => {}
            status => world.put(&cell.email(), status.parse::<Status>().unwrap()),
        }
    }
    world
}

#[test]
fn c14_every_verb_does_what_the_table_says_in_every_status() {
    let cells = cells();
    assert_eq!(cells.len(), 7 * 13);
    let world = world(&cells);
    let before = world.statuses();
    let entries = world.entries();
    let runs: Vec<_> = cells.iter().map(|cell| world.admit(cell.command())).collect();
    let after = world.statuses();

    let mut done = 0;
    for (cell, run) in cells.iter().zip(&runs) {
        assert_eq!(before[&cell.email()], cell.status, "where {} starts", cell.email());
        let now = after.get(&cell.email()).map_or("gone", String::as_str);
        let where_ = format!("{} of {}\n{run}", cell.verb, cell.status);
        let Some(instead) = cell.expected.strip_prefix("no:") else {
            assert_eq!((run.code, now), (0, cell.expected), "{where_}");
            done += 1;
            continue;
        };
        assert_eq!((run.code, now), (1, cell.status), "{where_}");
        let sentence = match cell.verb {
            "invite" => " already\n".to_owned(),
            verb => format!(", so {verb} does not apply\n"),
        };
        assert!(run.stderr.contains(&sentence), "{where_}");
        match instead {
            "-" => assert!(!run.stderr.contains("hint:"), "{where_}"),
            verb => {
                let command = format!("admit {verb} {}\n", cell.email());
                assert!(run.stderr.contains(&command), "{where_}");
            }
        }
    }
    assert_eq!(world.entries(), entries + done, "one entry each for what was done, none else");
}

#[test]
fn every_hint_is_a_command_that_then_works() {
    let cells = cells();
    let world = world(&cells);
    for cell in cells.iter().filter(|cell| cell.expected.starts_with("no:")) {
        let run = world.admit(cell.command());
        let Some((_, command)) = run.stderr.split_once("admit ") else { continue };
        let mut words: Vec<&str> = command.split_whitespace().collect();
        words.push("--yes");
        let hinted = world.admit(&words);
        assert_eq!(hinted.code, 0, "{run}{words:?}\n{hinted}");
    }
}

#[test]
fn show_offers_exactly_the_verbs_that_the_table_allows() {
    let cells = cells();
    let world = world(&cells);
    // Everybody in this row has the role agent and a module; who is current there holds an agent ID.
    for column in cells.iter().filter(|cell| cell.verb == "unassign-agent") {
        let run = world.admit(["show", &column.email(), "--format=json", "--fields=next"]);
        let next = run.json();
        let mut offered: Vec<&str> = next["next"]
            .as_array()
            .unwrap()
            .iter()
            .map(|command| command.as_str().unwrap().split_whitespace().nth(1).unwrap())
            .collect();
        let same_status = cells.iter().filter(|cell| cell.status == column.status);
        let mut allowed: Vec<&str> = same_status
            .filter(|cell| !cell.expected.starts_with("no:"))
            .map(|cell| cell.verb)
            .collect();
        offered.sort_unstable();
        allowed.sort_unstable();
        assert_eq!(offered, allowed, "{}", column.status);
    }
}

#[test]
fn c14_a_link_leads_in_or_out_where_somebody_waits_for_it_and_nowhere_else() {
    let statuses = ["invited", "expired", "active", "deactivated", "cancelled", "declined"];
    let verbs = [("accept", "active"), ("decline", "declined")];
    let world = World::with_store();
    let mut links = Vec::new();
    for (verb, after) in verbs {
        for status in statuses {
            let email = format!("{status}.{verb}@example.com");
            let token = world.token(["invite", &email]);
            match status {
                "invited" => links.push((email, verb, token, 0, after)),
                status => {
                    world.put(&email, status.parse().unwrap());
                    links.push((email, verb, token, 1, status));
                }
            }
        }
    }
    // At once: each that is refused waits a while on purpose.
    let world = &world;
    std::thread::scope(|scope| {
        for (email, verb, token, code, _) in &links {
            scope.spawn(move || {
                let run = match *verb {
                    "accept" => world.accept(token, PASSWORD, &[]),
                    _ => world.decline(token),
                };
                assert_eq!(run.code, *code, "{email}: {run}");
            });
        }
    });
    let now = world.statuses();
    for (email, _, _, _, after) in &links {
        assert_eq!(now[email], *after, "{email}");
    }
}
