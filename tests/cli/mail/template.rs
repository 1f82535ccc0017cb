//! `admit mail template`: whose words mails are in, and putting them into others.

use snapbox::{assert_data_eq, str};

use crate::support::World;
use crate::support::terminal::ENTER;

const TEXT: &str = "Hi{% if name %} {{ name }}{% endif %}, come in: {{ link }}\n";

#[test]
fn the_parts_are_listed_with_whose_words_they_are_in() {
    let world = World::with_store();
    assert_data_eq!(
        world.admit(["mail", "template", "show"]).to_string(),
        str![[r#"
--- stdout
Kind          Part     Words
invitation    subject  template
invitation    text     built-in
invitation    html     built-in
reminder      subject  built-in
reminder      text     built-in
reminder      html     built-in
set-password  subject  built-in
set-password  text     built-in
set-password  html     built-in
--- exit 0

"#]]
    );
    let words = ["mail", "template", "show", "--kind", "reminder", "--part", "subject"];
    assert_data_eq!(
        world.in_every_format(&words),
        str![[r#"
=== table
--- stdout
Kind      Part     Words
reminder  subject  built-in
--- exit 0
=== json
--- stdout
[
{"kind":"reminder","part":"subject","words":"built-in","source":"Reminder: your invitation to {{ organization }} ends soon"}
]
--- exit 0
=== jsonl
--- stdout
{"kind":"reminder","part":"subject","words":"built-in","source":"Reminder: your invitation to {{ organization }} ends soon"}
--- exit 0
=== csv
--- stdout
kind,part,words,source
reminder,subject,built-in,Reminder: your invitation to {{ organization }} ends soon
--- exit 0
=== ids
--- stdout
reminder subject
--- exit 0

"#]]
    );
}

#[test]
fn a_part_is_printed_so_that_it_can_be_changed_and_set() {
    let world = World::with_people();
    let part = ["--kind", "invitation", "--part", "html"];
    let run = world.admit(["mail", "template", "show"].iter().chain(&part));
    assert_eq!(run.stderr, "The html of the invitation: admit's own words.\n");
    world.file("mine.html", run.stdout.replace("Hello", "Good day"));
    world.admit(["mail", "template", "set", "mine.html"].iter().chain(&part)).assert_code(0);
    let html = world.admit(["mail", "preview", "bob@example.com", "--format", "json"]).json();
    assert!(html["html"].as_str().unwrap().contains("Good day <bdi>Bob Ray</bdi>,"));
    let run = world.admit(["mail", "template", "show"].iter().chain(&part));
    assert_eq!(run.stderr, "The html of the invitation: the organization's own words.\n");
    let run = world.admit(["mail", "template", "show", "--kind=invitation", "--part=subject"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Your invitation to the insights portal
--- stderr
The subject of the invitation: as the organization's template set it, with nothing to fill in.
--- exit 0

"#]]
    );
}

#[test]
fn words_are_set_replaced_and_reset() {
    let world = World::with_people();
    let set = ["mail", "template", "set", "--kind", "invitation", "--part"];
    let with =
        |stdin: &str, part: &str| world.admit_with(stdin, set.iter().copied().chain([part, "-"]));
    let run = with(TEXT, "text");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Kind        Part  Result
invitation  text  set
--- stderr
Set the text of the invitation in main.
--- exit 0

"#]]
    );
    assert_eq!(world.last_entry(), "mail.template 1:  [set=invitation text]");
    let entries = world.entries();
    let run = with(&TEXT.replace('\n', "\r\n"), "text");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Kind        Part  Result
invitation  text  unchanged
--- stderr
Nothing to do in main.
--- exit 0

"#]]
    );
    assert_eq!(world.entries(), entries);
    with("{{ organization }} waits for you{% if name %}, {{ name }}{% endif %}", "subject")
        .assert_code(0);
    let run = world.admit(["mail", "preview", "bob@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
From: main (no sender set)
To: bob@example.com
Subject: main waits for you, Bob Ray

Hi Bob Ray, come in: 0.SAMPLE-this-link-never-works
--- stderr
This is a preview: nothing was sent, and its link never works.
--- exit 0

"#]]
    );
    assert!(with("Come in: {{ link }}", "text").stdout.contains("replaced"));
    let reset = ["mail", "template", "reset", "--kind", "invitation"];
    let run = world.admit(reset.iter().chain(&["--dry-run"]));
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Kind        Part     Result
invitation  subject  reset
invitation  text     reset
invitation  html     unchanged
--- stderr
Dry run, nothing was changed; it would say: Reset the invitation in main: subject, text.
--- exit 0

"#]]
    );
    let run = world.admit(reset);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Kind        Part     Result
invitation  subject  reset
invitation  text     reset
invitation  html     unchanged
--- stderr
Reset the invitation in main: subject, text.
--- exit 0

"#]]
    );
    assert_eq!(
        world.last_entry(),
        "mail.template 2:  [reset=invitation subject reset=invitation text]"
    );
    let run = world.admit(reset.iter().chain(&["--part", "text", "--format", "csv"]));
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
kind,part,result,organization
invitation,text,unchanged,main
--- stderr
Nothing to do in main.
--- exit 0

"#]]
    );
}

#[test]
fn words_that_could_not_be_sent_are_refused_with_their_line() {
    let world = World::with_people();
    let entries = world.entries();
    world.file("mine.txt", "Hello {{ name }},\n{{ link }}\n");
    world.file("large.txt", "x".repeat(65 * 1024));
    world.file("latin.txt", b"J\xe9r\xf4me {{ link }}");
    let mut said = String::new();
    for (part, file, stdin) in [
        ("text", "mine.txt", ""),
        ("text", "-", "Hello\n{{ organisation }}"),
        ("text", "-", "Hello\n{% if name %}\n{{ link }}"),
        ("html", "-", "<p>{% include 'x.html' %}"),
        ("html", "-", "<p>Hello"),
        ("subject", "-", "Hello\nBcc: all@example.com"),
        ("subject", "-", "=?utf-8?q?Your=20bank?="),
        ("subject", "-", "a\u{1b}[2J"),
        ("text", "large.txt", ""),
        ("text", "latin.txt", ""),
        ("text", "none.txt", ""),
    ] {
        let words = ["mail", "template", "set", "--kind", "reminder", "--part", part, file];
        said.push_str(&world.admit_with(stdin, words).to_string());
    }
    assert_data_eq!(
        said,
        str![[r#"
--- stderr
error: mine.txt: the text, line 1: nothing is there to fill in where a mail has no name; ask before: {% if name %} … {% endif %}
hint: what it is now, to start from: admit mail template show --kind reminder --part text
--- exit 78
--- stderr
error: stdin: the text, line 2: there is no value "organisation"; there are account, expires_at, inviter, inviter_email, kind, link, link_is, name, organization, recipient, role, sign_on
hint: what it is now, to start from: admit mail template show --kind reminder --part text
--- exit 78
--- stderr
error: stdin: the text, line 3: unexpected end of input, expected end of block
hint: what it is now, to start from: admit mail template show --kind reminder --part text
--- exit 78
--- stderr
error: stdin: the html, line 1: unknown statement include
hint: what it is now, to start from: admit mail template show --kind reminder --part html
--- exit 78
--- stderr
error: stdin: the html: it does not hold the link: {{ link }}
hint: what it is now, to start from: admit mail template show --kind reminder --part html
--- exit 78
--- stderr
error: stdin: the subject: it is not one line
hint: what it is now, to start from: admit mail template show --kind reminder --part subject
--- exit 78
--- stderr
error: stdin: the subject: it holds a ready-made encoded word (=?…?=), which a mail program shows as other text
hint: what it is now, to start from: admit mail template show --kind reminder --part subject
--- exit 78
--- stderr
error: stdin: the subject, line 1: it holds a control character (U+001B)
hint: what it is now, to start from: admit mail template show --kind reminder --part subject
--- exit 78
--- stderr
error: large.txt is longer than 64 KB
--- exit 78
--- stderr
error: latin.txt is not UTF-8
--- exit 78
--- stderr
error: none.txt: no such file or directory
--- exit 66

"#]]
    );
    assert_eq!(world.entries(), entries);
}

#[test]
fn each_organization_has_words_of_its_own() {
    let world = World::with_people();
    world.admit(["org", "create", "acme"]).assert_code(0);
    let words = ["mail", "template", "set", "--kind=reminder", "--part=text", "-", "--org=acme"];
    world.admit_with(TEXT, words).assert_code(0);
    let run = world.admit(["mail", "template", "show", "--kind=reminder", "--format", "csv"]);
    assert!(!run.stdout.contains("own"), "{run}");
    // They go with it.
    world.admit(["org", "delete", "acme", "--yes"]).assert_code(0);
    let kept = "SELECT count(*) FROM mail_templates";
    assert_eq!(world.sqlite().query_row(kept, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}

#[test]
fn what_is_missing_is_asked_for_or_named() {
    let world = World::with_people();
    let run = world.admit(["mail", "template", "set"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: no kind of mail is named
hint: admit mail template set --kind KIND --part PART FILE, or - for stdin
--- exit 2

"#]]
    );
    let run = world.admit(["mail", "template", "set", "--kind", "reminder"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: no part of the mail is named
hint: admit mail template set --kind KIND --part PART FILE, or - for stdin
--- exit 2

"#]]
    );
    let run = world.admit(["mail", "template", "set", "--kind", "reminder", "--part", "text"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: no file is named
hint: admit mail template set --kind KIND --part PART FILE, or - for stdin
--- exit 2

"#]]
    );
    let run = world.admit(["mail", "template", "reset"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: no kind of mail is named
hint: admit mail template reset --kind KIND
--- exit 2

"#]]
    );
    world.file("mine.txt", TEXT);
    let mut terminal = world.terminal("admit mail template set");
    terminal.see("Which mail?").press(["remind", ENTER]);
    terminal.see("Which part of it?").press(["text", ENTER]);
    terminal.see("Which file has the words?").press(["mine.txt", ENTER]);
    terminal.end();
    assert_eq!(world.last_entry(), "mail.template 1:  [set=reminder text]");
}

#[test]
fn h9_no_subject_holds_the_link() {
    let world = World::with_store();
    for source in ["Come in: {{ link }}", "{% if link %}Come in{% endif %}"] {
        let file = world.file("subject.txt", source);
        let words = ["mail", "template", "set", "--kind=invitation", "--part=subject"];
        let words = words.into_iter().chain([file.to_str().unwrap()]);
        assert_data_eq!(
            world.admit(words).to_string(),
            str![[r#"
--- stderr
error: [HOME]/subject.txt: the subject: the link is a secret, which no subject holds
hint: what it is now, to start from: admit mail template show --kind invitation --part subject
--- exit 78

"#]]
        );
    }
}
