//! Files and addresses as people hand them over: what a reader of CSV elsewhere sees is what lands, a refused
//! one changes nothing, and whatever a file is, it ends.

use std::time::{Duration, Instant};

use crate::support::World;

#[path = "../../addresses/table.rs"]
#[allow(dead_code)]
mod addresses;

use addresses::{DIFFERENT, REFUSED, SAME};

#[test]
fn f1_no_refused_address_changes_the_store() {
    let world = World::with_store();
    let before = world.contents();
    for (text, reason) in REFUSED {
        // An argument holds no NUL.
        if text.contains('\0') {
            continue;
        }
        let run = world.admit(["invite", "--", text]);
        assert!([1, 2].contains(&run.code), "{text:?}: {run}");
        assert!(run.stderr.contains(&reason.to_string()), "{text:?}: {run}");
    }
    let rows: Vec<String> =
        REFUSED.iter().map(|(text, _)| format!("\"{}\",Ann", text.replace('"', "\"\""))).collect();
    let file: String =
        rows.iter().filter(|row| !row.contains('\0')).cloned().collect::<Vec<_>>().join("\n");
    let run = world.admit_with(format!("email,name\n{file}\n"), ["import", "-"]);
    assert!(run.assert_code(65).stderr.contains("nothing was imported"), "{run}");
    assert_eq!(world.contents(), before);
}

#[test]
fn f2_the_same_person_is_refused_and_another_is_not() {
    for (pairs, code) in [(SAME, 1), (DIFFERENT, 0)] {
        for (one, other) in pairs {
            let world = World::with_store();
            world.admit(["invite", "--no-send", "--", one]).assert_code(0);
            let run = world.admit(["invite", "--no-send", "--", other]);
            assert_eq!(run.code, code, "{one:?} {other:?}: {run}");
        }
    }
}

#[test]
fn f3_an_international_domain_is_kept_and_mailed_as_an_a_label_and_shown_as_typed() {
    let world = World::with_store();
    std::fs::create_dir(world.home().join("mails")).unwrap();
    world.mail_settings(&format!("server = \"folder:{}/mails\"", world.home().display()));
    world.admit(["invite", "Ann@Bücher.example"]).assert_code(0);
    let list = world.answer(["list", "--format=jsonl"]);
    assert!(list.contains("\"email\":\"Ann@Bücher.example\""), "{list}");
    let normal: String =
        world.sqlite().query_row("SELECT email FROM users", [], |row| row.get(0)).unwrap();
    assert_eq!(normal, "ann@xn--bcher-kva.example");
    let mail = std::fs::read_dir(world.home().join("mails")).unwrap().next().unwrap().unwrap();
    let mail = std::fs::read_to_string(mail.path()).unwrap();
    assert!(mail.contains("\r\nTo: ann@xn--bcher-kva.example\r\n"), "{mail}");
    for typed in ["ann@xn--bcher-kva.example", "ANN@BÜCHER.EXAMPLE", "ann@bu\u{308}cher.example"] {
        let shown = world.answer(["show", typed, "--format=csv", "--fields=email"]);
        assert_eq!(shown, "email\nAnn@Bücher.example\n");
    }
}

#[test]
fn f6_a_search_is_literal_with_and_without_the_index() {
    let world = World::with_store();
    world.file(
        "people.csv",
        "email,name\npercent@example.com,100% real_name\nplain@example.com,100x realyname\n\
         star@example.com,a*b\nquote@example.com,\"say \"\"hi\"\"\"\napostrophe@example.com,O'Neil\n\
         back@example.com,C:\\dir\nnear@example.com,NEAR AND OR NOT\ndash@example.com,Ann-Marie Lee\n\
         paren@example.com,\"f(x) {y} [z]\"\nupper@example.com,ÉLODIE ΟΔΟΣ\n",
    );
    world.admit(["import", "people.csv"]).assert_code(0);
    let all = [
        ("%", "percent"),
        ("_", "percent"),
        ("100%", "percent"),
        ("100% r", "percent"),
        ("real_name", "percent"),
        ("100_", ""),
        ("*", "star"),
        ("a*b", "star"),
        ("rea*", ""),
        ("\"", "quote"),
        ("\"hi\"", "quote"),
        ("'", "apostrophe"),
        ("o'n", "apostrophe"),
        ("\\", "back"),
        (":\\d", "back"),
        ("near and", "near"),
        ("NEAR(", ""),
        ("and or not", "near"),
        ("n-m", "dash"),
        ("-marie", "dash"),
        ("f(x)", "paren"),
        ("{y}", "paren"),
        ("[z]", "paren"),
        ("élodie", "upper"),
        ("e\u{301}lodie", "upper"),
        ("οδος", "upper"),
        ("' OR 1=1 --", ""),
        ("percent@example.com OR star", ""),
    ];
    let found = |text: &str| {
        let run = world.admit(["list", "--format=ids", &format!("--search={text}")]);
        run.assert_code(0).stdout.replace("@example.com\n", " ").trim_end().to_owned()
    };
    for index in ["without", "with"] {
        for (text, expected) in all {
            assert_eq!(found(text), expected, "{text:?} {index} the index");
        }
        if index == "without" {
            world.admit(["search-index", "build"]).assert_code(0);
        }
    }
}

/// Files, and what Python's `csv` module (3.11, `csv.reader(open(f, newline=""))`) makes of their second
/// column in the rows behind the header. Outer blanks go in admit, so none are here.
const SPECTRUM: &[(&str, &[&str])] = &[
    ("email,name\na@e.com,\"b,c\"\n", &["b,c"]),
    ("email,name\r\na@e.com,x\r\nb@e.com,y\r\n", &["x", "y"]),
    ("email,name\na@e.com,\"say \"\"hi\"\"\"\n", &["say \"hi\""]),
    ("email,name\na@e.com,\"\"\"q\"\"\"\n", &["\"q\""]),
    ("email,name\na@e.com,x\"y\n", &["x\"y"]),
    ("email,name\na@e.com,\"\"\n", &[""]),
    ("email,name\na@e.com,\n", &[""]),
    ("email,name\na@e.com,x", &["x"]),
    ("\"email\",\"name\"\n\"a@e.com\",\"x\"\n", &["x"]),
    ("email,name,role\na@e.com,\"a;b|c\",\n", &["a;b|c"]),
    ("email,name\na@e.com,\"a;b\tc\"\n", &["a;b\tc"]),
    ("email,name\na@e.com,{\"type\": \"Point\"}\n", &["{\"type\": \"Point\"}"]),
    ("email,name\na@e.com,\"{\"\"type\"\": \"\"Point\"\"}\"\n", &["{\"type\": \"Point\"}"]),
    ("email,name\na@e.com,ʤ\nb@e.com,日本\n", &["ʤ", "日本"]),
    ("email,name\na@e.com,\"x\ny\"\n", &["x\ny"]),
    ("email,name\na@e.com,\"x\r\ny\"\r\n", &["x\r\ny"]),
    ("email,name\na@e.com,\"\n\"\"\n\"\n", &["\n\"\n"]),
];

#[test]
fn f8_what_pythons_csv_module_reads_is_what_lands() {
    for (file, names) in SPECTRUM {
        let world = World::with_store();
        // A text that no name may hold comes back in the file of rejects, cell by cell.
        let run = world.admit_with(file, ["import", "-", "--keep-going", "--rejects", "bad.csv"]);
        let exported = world.answer(["export", "--format=jsonl", "--status=invited"]);
        let mut landed: Vec<String> = exported
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
            .map(|user| user["name"].as_str().unwrap_or_default().to_owned())
            .collect();
        if let Ok(rejects) = std::fs::read(world.home().join("bad.csv")) {
            let mut reader = csv::Reader::from_reader(&*rejects);
            landed.extend(reader.records().map(|row| row.unwrap()[1].to_owned()));
        }
        let trimmed: Vec<&str> = names.iter().map(|name| name.trim()).collect();
        assert_eq!(landed, trimmed, "{file:?}: {run}");
    }
}

#[test]
fn f11_a_fifo_a_device_without_end_and_a_terminal_all_end() {
    let world = World::with_store();
    let run = world.bash(
        "mkfifo people; (printf 'email\\nfay@example.com\\n' > people) & admit import people -q --format ids",
    );
    run.assert_code(0);
    assert!(world.people().contains("fay@example.com"), "{run}");
    let begun = Instant::now();
    for (words, code) in
        [("/dev/zero", 65), ("- < /dev/zero", 65), ("/dev/null", 65), ("/proc/self/mem", 74)]
    {
        let run = world.bash(&format!("admit import {words}"));
        assert!(run.code == code && run.stderr.starts_with("error: "), "{words}: {run}");
    }
    // Far more than it takes, and far less than reading on and on would.
    assert!(begun.elapsed() < Duration::from_secs(60));
    let before = world.contents();
    let mut terminal = world.terminal("echo ready; admit import - --dry-run");
    let ended = terminal.see("ready").type_lines("email\rgus@example.com\r\u{4}").end();
    assert!(ended.screen.contains("Imported 1 person"), "{}", ended.screen);
    assert_eq!(world.contents(), before);
}

#[test]
fn f13_a_second_import_mails_nobody_twice() {
    let world = World::with_store();
    std::fs::create_dir(world.home().join("mails")).unwrap();
    world.mail_settings(&format!("server = \"folder:{}/mails\"", world.home().display()));
    world.file("people.csv", "email,name\nann@example.com,Ann\nbob@example.com,Bob\n");
    let mails = || std::fs::read_dir(world.home().join("mails")).unwrap().count();
    world.admit(["import", "people.csv", "--send"]).assert_code(0);
    assert_eq!(mails(), 2);
    let before = world.contents();
    world.admit(["import", "people.csv", "--send"]).assert_code(0);
    assert_eq!((mails(), world.contents()), (2, before));
}

#[test]
fn g4_names_like_numbers_and_formulas_stay_texts_in_json() {
    let names = [
        "null",
        "true",
        "00123",
        "1e309",
        "-1",
        "NaN",
        "0x10",
        "[]",
        "{}",
        "=1+1",
        "'=1",
        "\\N",
        "a\\\"b",
        "</script>",
        "👩\u{200d}💻",
        "e\u{301}",
        "שלום\u{200f}",
        "\u{e000}",
    ];
    let world = World::with_store();
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(["email", "name"]).unwrap();
    for (number, name) in names.iter().enumerate() {
        file.write_record([format!("p{number:02}@example.com"), (*name).to_owned()]).unwrap();
    }
    // The file is no spreadsheet's: a `'` before `=` would be taken for its guard, and goes.
    world.admit_with(file.into_inner().unwrap(), ["import", "-"]).assert_code(0);
    let expected: Vec<&str> = names
        .iter()
        .map(|name| match *name {
            "'=1" => "=1",
            "e\u{301}" => "é",
            name => name,
        })
        .collect();
    for words in
        [&["list", "--format=json"][..], &["list", "--format=jsonl"], &["export", "--format=jsonl"]]
    {
        let answer = world.answer(words);
        let users: Vec<serde_json::Value> = match answer.starts_with('[') {
            true => serde_json::from_str(&answer).unwrap(),
            false => answer.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        };
        let shown: Vec<&str> = users.iter().map(|user| user["name"].as_str().unwrap()).collect();
        assert_eq!(shown, expected, "{words:?}");
    }
    let csv = world.answer(["list", "--format=csv", "--fields=name"]);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let cells: Vec<String> = reader.records().map(|row| row.unwrap()[0].to_owned()).collect();
    let bare: Vec<&str> = cells.iter().map(|cell| admit::files::cells::unguard(cell)).collect();
    assert_eq!(bare, expected);
}

#[test]
fn g9_the_output_is_the_same_bytes_in_every_locale() {
    let world = World::with_store();
    world.admit(["invite", "zoë@example.com"]).assert_code(1);
    world
        .admit(["invite", "z@bücher.example", "--name", "Zoë Łukasz 李", "--no-send"])
        .assert_code(0);
    let lines = "admit list; admit show z@bücher.example --fields email,name; admit show zoë@x.example 2>&1";
    let plain = world.bash(lines).stdout;
    assert!(plain.contains("Zoë Łukasz 李") && plain.contains("not U+00EB"), "{plain}");
    for set in
        ["LANG=C LC_ALL=C", "LC_ALL=POSIX", "LANG=de_DE.ISO-8859-1", "LC_ALL=tr_TR.UTF-8 TERM=dumb"]
    {
        let run = world.bash(&format!("export {set}; {lines}"));
        assert_eq!(run.stdout, plain, "{set}");
    }
    let script = format!(
        "admit=$(command -v admit); exec env -i HOME=$HOME bash -c \"admit() {{ $admit \\\"\\$@\\\"; }}; {lines}\""
    );
    assert_eq!(world.bash(&script).stdout, plain);
}
