//! `admit import`: which files are read, and how those are refused that are none.

use snapbox::{assert_data_eq, str};

use crate::support::World;

const ROWS: &str = "E-mail;Full name;Rolle\nzoe@example.com;Zoë Łukasz;Admin\n";

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

#[test]
fn separators_encodings_and_line_ends_all_read_alike() {
    let bom = format!("\u{feff}{ROWS}");
    let table: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("semicolon", ROWS.into(), &[]),
        ("comma", ROWS.replace(';', ",").into(), &[]),
        ("tab", ROWS.replace(';', "\t").into(), &[]),
        ("pipe", ROWS.replace(';', "|").into(), &["--delimiter", "pipe"]),
        ("CR LF", ROWS.replace('\n', "\r\n").into(), &[]),
        ("no end of line", ROWS.trim_end().into(), &[]),
        ("BOM", bom.clone().into(), &[]),
        ("UTF-16 low byte first", utf16(&bom, u16::to_le_bytes), &[]),
        ("UTF-16 high byte first", utf16(&bom, u16::to_be_bytes), &[]),
        ("UTF-16 that was named", utf16(ROWS, u16::to_le_bytes), &["--encoding", "utf-16le"]),
        (
            "Windows",
            ROWS.replace('Ł', "L").chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect(),
            &["--encoding", "windows-1252"],
        ),
        (
            "JSON lines",
            r#"{"mail":"zoe@example.com","Name":"Zoë Łukasz","role":"admin","agents":[]}"#.into(),
            &[],
        ),
    ];
    for (kind, bytes, options) in table {
        let world = World::fresh();
        world.file("users", bytes);
        let run = world.admit(["import", "users"].iter().chain(options));
        assert_eq!(run.code, 0, "{kind}: {run}");
        let list = world.answer(["list", "--format", "csv", "--fields", "email,name,role"]);
        let name = if kind == "Windows" { "Zoë Lukasz" } else { "Zoë Łukasz" };
        assert_eq!(list, format!("email,name,role\nzoe@example.com,{name},admin\n"), "{kind}");
    }
}

#[test]
fn f10_files_of_another_kind_are_named() {
    let world = World::with_store();
    let xlsx: Vec<u8> = [b"PK\x03\x04".as_slice(), &[0; 26], b"[Content_Types].xml"].concat();
    for (name, bytes) in [
        ("users.xlsx", xlsx.as_slice()),
        ("users.csv.gz", b"\x1f\x8b\x08\0\0\0\0\0"),
        ("login.html", b"<!DOCTYPE html><html><body>Log in</body></html>"),
        ("users.json", b"[{\"email\": \"ann@example.com\"}]"),
        ("plain.txt", b"ann@example.com\nbob@example.com\n"),
        ("empty.csv", b""),
        ("latin.csv", b"email,name\nann@example.com,Zo\xeb\n"),
        ("nul.csv", b"email\na\0@example.com\n"),
        ("quote.csv", b"email,name\nann@example.com,\"Ann\nbob@example.com,Bob\n"),
    ] {
        world.file(name, bytes);
    }
    let before = world.contents();
    let run = world.bash(
        "for file in users.xlsx users.csv.gz login.html users.json plain.txt empty.csv latin.csv \
         nul.csv quote.csv .local/share/admit/admit.db; do admit import $file; echo \"$?\"; done",
    );
    assert_eq!(run.stdout, "65\n".repeat(10));
    assert_eq!(world.contents(), before);
    assert_data_eq!(
        run.stderr,
        str![[r#"
error: users.xlsx: the file is an Excel workbook
hint: open it and save it as CSV UTF-8 (comma delimited)
error: users.csv.gz: the file is compressed by gzip
hint: unpack it first: pipe gzip -dc FILE into this command, with - for the file
error: login.html: the file is an HTML page
hint: was it downloaded without logging in? it must be CSV
error: users.json: the file is a JSON document, not JSON lines
hint: make it one object a line: jq -c '.[]' FILE, or export --format jsonl
error: plain.txt: the first line is no header: it holds the address ann@example.com
hint: put a header first, such as email,name,role,team,agents
error: empty.csv: the file is empty
error: latin.csv: line 2 is not valid UTF-8
hint: save it as UTF-8, or give its encoding, such as --encoding windows-1252
error: nul.csv: line 2 holds a NUL byte
hint: hand over text: CSV or JSON lines in UTF-8
error: quote.csv: the quote opened on line 2 is never closed
hint: a quote inside a quoted cell is written twice: "Ann ""Annie"" Lee"
error: .local/share/admit/admit.db: the file is an SQLite database
hint: export CSV or JSON lines from it first

"#]]
    );
}

#[test]
fn headers_that_do_not_fit_are_refused_with_what_was_meant() {
    let world = World::with_store();
    for (header, says) in [
        ("emial,name", "did you mean email?"),
        ("name,role", "the header has no email column"),
        ("email,name,mail", "\"email\" and \"mail\" both name the email column"),
        ("email,phone", "one named \"phone:ignored\" is left unread"),
    ] {
        let run = world.admit_with(format!("{header}\na,b,c\n"), ["import", "-"]);
        run.assert_code(65);
        assert!(run.stderr.contains(says), "{header}: {run}");
    }
}

#[test]
fn f11_files_that_cannot_be_opened_are_66_and_those_that_cannot_be_read_on_are_74() {
    let world = World::with_store();
    let missing = world.admit(["import", "nobody.csv"]);
    assert_data_eq!(
        missing.to_string(),
        str![[r#"
--- stderr
error: nobody.csv: no such file or directory
--- exit 66

"#]]
    );
    let directory = world.admit(["import", "."]);
    assert_data_eq!(
        directory.to_string(),
        str![[r#"
--- stderr
error: . is a directory
--- exit 66

"#]]
    );
    let nothing = world.admit(["import", "/dev/null"]);
    assert_data_eq!(
        nothing.to_string(),
        str![[r#"
--- stderr
error: /dev/null: the file is empty
--- exit 65

"#]]
    );
    let broken = world.bash("admit import - < .");
    assert_data_eq!(
        broken.to_string(),
        str![[r#"
--- stderr
error: stdin: reading failed on line 1: is a directory
--- exit 74

"#]]
    );
    world.admit(["import"]).assert_code(2);
    world.admit(["import", "a.csv", "--sample"]).assert_code(2);
}

#[test]
fn f11_a_file_one_may_not_read_is_66() {
    // Root reads everything.
    if admit::settings::system_login().uid == 0 {
        return;
    }
    let world = World::with_store();
    let path = world.file("secret.csv", "email\n");
    let none = std::os::unix::fs::PermissionsExt::from_mode(0o000);
    std::fs::set_permissions(path, none).unwrap();
    let run = world.admit(["import", "secret.csv"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: secret.csv: permission denied
--- exit 66

"#]]
    );
}
