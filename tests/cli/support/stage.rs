//! A store in which every command has something to do, and one line of each command: for what must hold for
//! all of them, whoever gives them.

use admit::domain::operation::Operation;
use admit::domain::status::Status;
use admit::domain::template::Template;

use super::{Run, World};

/// One line a command, such as the operator can give it in the world below. Changes are rehearsed. `LOW`
/// is the lowest role, `MODULE` and the like are there for it.
const SAMPLES: &str = "
    init: --store other.db init --dry-run
    invite: invite new@example.com --role LOW --dry-run
    add: add Lobby --extension 1001 --role LOW --dry-run
    import: import new.csv --role LOW --dry-run
    list: list
    mail test: mail test ann@example.com
    show: show target@example.com
    send: send pending@example.com --dry-run
    resend: resend invited@example.com --dry-run
    cancel: cancel invited@example.com --dry-run
    delivery list: delivery list
    delivery retry: delivery retry waiting@example.com --dry-run
    accept: accept --token-file token --dry-run
    decline: decline --token-file token --dry-run
    expire: expire --dry-run
    deactivate: deactivate target@example.com --dry-run
    reactivate: reactivate gone@example.com --dry-run
    remove: remove target@example.com --yes --dry-run
    set-role: set-role other@example.com --role LOW --dry-run
    set-team: set-team target@example.com --team Support --dry-run
    assign-agent: assign-agent holder@example.com voice:2 --dry-run
    unassign-agent: unassign-agent holder@example.com voice:1 --dry-run
    grant: grant granted@example.com --module extra --dry-run
    revoke: revoke granted@example.com --module held --dry-run
    login: login known@example.com --password-stdin
    password reset: password reset target@example.com --dry-run
    pin reset: pin reset PHONE --dry-run
    pin verify: pin verify PHONE
    agent import: agent import agents.csv --dry-run
    agent add: agent add voice:3 --dry-run
    agent list: agent list
    agent show: agent show voice:1
    can: can target@example.com manage-users
    who-can: who-can manage-users
    role list: role list
    role show: role show
    role create: role create helper --dry-run
    role edit: role edit LOW --title Lowest --dry-run
    role delete: role delete unused --yes --dry-run
    team create: team create Sales --dry-run
    team list: team list
    team show: team show Support
    team rename: team rename Support Help --dry-run
    team delete: team delete Support --yes --dry-run
    team leaders: team leaders Support --add target@example.com --dry-run
    org create: org create third --dry-run
    org list: org list
    org use: org use main --dry-run
    org show: org show
    org set: org set --lifetime 3d --dry-run
    org rename: org rename main first --dry-run
    org delete: org delete other --yes --dry-run
    module list: module list
    module add: module add fresh --dry-run
    module remove: module remove extra --yes --dry-run
    sub-account list: sub-account list
    sub-account add: sub-account add east --dry-run
    sub-account remove: sub-account remove west --yes --dry-run
    domain list: domain list
    domain allow: domain allow example.org --dry-run
    domain block: domain block example.org --dry-run
    domain forget: domain forget example.net --dry-run
    domain check: domain check example.org
    mail preview: mail preview target@example.com
    mail template show: mail template show
    mail template set: mail template set --kind reminder --part subject subject.txt --dry-run
    mail template reset: mail template reset --kind reminder --dry-run
    search-index build: search-index build --dry-run
    search-index drop: search-index drop --dry-run
    search-index status: search-index status
    stats: stats
    audit list: audit list
    audit verify: audit verify
    doctor: doctor
    export: export
    backup: backup copy.db
    restore: restore copy.db --dry-run
    template list: template list
    template show: template show phone-system
    template check: template check mine.toml
    completions: completions bash
    man: man
";

/// The words of a sample.
pub(crate) fn sample(operation: Operation) -> Vec<&'static str> {
    let line = SAMPLES.lines().find_map(|line| {
        line.trim().strip_prefix(operation.command())?.strip_prefix(':').map(str::trim)
    });
    line.unwrap_or_else(|| panic!("tests/cli/support/stage.rs has no sample of {operation}"))
        .split_whitespace()
        .collect()
}

/// A store of one template with an active user of each role, and people and things to do something to.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) roles: Vec<String>,
    /// The user without a login.
    pub(crate) phone: String,
}

impl Stage {
    pub(crate) fn of(template: &Template) -> Self {
        let world = World::fresh();
        let name = template.name.as_str();
        let roles: Vec<String> = template.roles.iter().map(|role| role.name.to_string()).collect();
        let (highest, low) = (roles[0].clone(), roles[roles.len() - 1].clone());
        let run = |words: &[&str]| world.admit(words).assert_code(0).stdout.clone();
        run(&["init", "--template", name]);
        run(&["org", "create", "other", "--template", name]);
        run(&["org", "set", "--login-less", "allowed"]);
        run(&["team", "create", "Support"]);
        run(&["module", "add", "extra", "held"]);
        run(&["sub-account", "add", "west"]);
        run(&["domain", "block", "example.net"]);
        run(&["agent", "add", "voice:1", "voice:2"]);
        run(&["role", "create", "holder", "--agents", "allowed"]);
        run(&["role", "create", "limited", "--modules", "granted"]);
        run(&["role", "create", "spare"]);
        run(&["role", "create", "unused"]);
        for role in &roles {
            run(&["invite", &format!("{role}@example.com"), "--role", role, "--no-send"]);
            world.put(&format!("{role}@example.com"), Status::Active);
        }
        for email in ["target@example.com", "gone@example.com", "invited@example.com"] {
            run(&["invite", email, "--role", &low, "--send"]);
        }
        run(&["invite", "pending@example.com", "--role", &low, "--no-send"]);
        run(&["invite", "waiting@example.com", "--role", &low, "--no-send"]);
        // Somebody whose role can be lowered to the lowest: one that the highest may take.
        run(&["invite", "other@example.com", "--role", "spare", "--send"]);
        run(&["invite", "holder@example.com", "--role", "holder", "--agent", "voice:1"]);
        run(&["invite", "granted@example.com", "--role", "limited", "--module", "held"]);
        world.put("target@example.com", Status::Active);
        world.put("gone@example.com", Status::Active);
        run(&["invite", "manager@example.com", "--role", &highest, "--no-send"]);
        world.put("manager@example.com", Status::Active);
        run(&["deactivate", "gone@example.com"]);
        run(&["invite", "known@example.com", "--role", &low, "--no-send"]);
        world.put("known@example.com", Status::Active);
        // What every command gets on stdin.
        world.account("known@example.com", "384951");
        world
            .admit_with("384951\n", ["add", "Lobby", "--extension", "2001", "--pin-stdin"])
            .assert_code(0);
        let phones = world.admit(["list", "--login-less", "--format", "ids"]);
        let phone = phones.stdout.trim().to_owned();
        let token = world.token(["invite", "guest@example.com", "--role", &low, "--send"]);
        world.file("token", token);
        world.file("new.csv", "email\nfresh@example.com\n");
        world.file("agents.csv", "agent_id,source\n7,voice\n");
        let mine = run(&["template", "show", name]);
        world.file("mine.toml", mine);
        world.file("subject.txt", "Come in\n");
        // From here on links are mailed, not printed.
        std::fs::create_dir_all(world.home().join(".config/admit")).unwrap();
        std::fs::create_dir(world.home().join("mails")).unwrap();
        let settings = "[mail]\nserver = \"folder:mails\"\nfrom = \"admit@example.com\"\n";
        world.file(".config/admit/config.toml", settings);
        world.bash("ADMIT_MAIL=smtp://127.0.0.1:1 admit send waiting@example.com").assert_code(3);
        Self { world, roles, phone }
    }

    /// How a command ends, on behalf of somebody, in an organization.
    pub(crate) fn code(&self, operation: Operation, before: &[&str]) -> i32 {
        self.run(operation, before).code
    }

    /// The same, with all that it says.
    pub(crate) fn run(&self, operation: Operation, before: &[&str]) -> Run {
        let low = &self.roles[self.roles.len() - 1];
        let words: Vec<String> = sample(operation)
            .into_iter()
            .map(|word| word.replace("LOW", low).replace("PHONE", &self.phone))
            .collect();
        let words = before.iter().map(|word| (*word).to_owned()).chain(words);
        self.world.admit_with("384951\n", words)
    }
}
