//! Files of users that are read: headers, encodings, line numbers, faults of rows, rejects.

use std::fmt::Write;

use admit::domain::import::RejectedRow;
use admit::files::users::{UsersReader, sample, write_rejects};
use admit::files::{ReadOptions, Record};

use super::{ANN, read, read_with, refusal, utf16};

#[test]
fn headers_come_in_every_spelling() {
    for header in [
        "email,name,role,team,agents",
        "E-Mail,Full name,User role,Group,Agent IDs",
        " e_mail ,DISPLAY NAME,\"Permission type\",Team,agent-id",
        "Email address,Name,Role,Team name,Agents",
    ] {
        let text = format!("{header}\n{ANN},Ann Lee,Team Leader,Support,voice:1; 2 ;\n");
        let row = "2: ann@example.com|Ann Lee|team-leader|Support|voice:1;2";
        assert_eq!(read(&text), [row], "{header}");
    }
}

#[test]
fn modules_and_sub_accounts_come_in_every_spelling() {
    for header in
        ["email,modules,sub_accounts", "Mail,Menus,Sub-accounts", "E-mail,Module,sub account"]
    {
        let text = format!("{header}\n{ANN},User Management; reports ;reports;,North_East\n");
        let row = "2: ann@example.com|||||user-management;reports|north-east";
        assert_eq!(read(&text), [row], "{header}");
    }
    let text = format!("email,modules\n{ANN},a;menü\n");
    assert_eq!(
        read(&text),
        [
            "2! modules: menü: a module's name is 1 to 40 letters, digits and '-', such as user-management"
        ]
    );
}

#[test]
fn columns_come_in_any_order_and_with_those_of_a_list() {
    let text =
        "id;status;Team;Phone:ignored;Mail;pending\n1;active;Support;0123;ann@example.com;true\n";
    assert_eq!(read(text), ["2: ann@example.com|||Support|"]);
}

#[test]
fn first_and_last_name_make_a_name_unless_there_is_one() {
    let text = format!("First name,Surname,email\nAnn,Lee,{ANN}\nAnn,,{ANN}\n");
    assert_eq!(read(&text), ["2: ann@example.com|Ann Lee|||", "3: ann@example.com|Ann|||"]);
    let text = format!("Name,Given name,Last name,Mail\nA. Lee,Ann,Lee,{ANN}\n,Ann,Lee,{ANN}\n");
    assert_eq!(read(&text), ["2: ann@example.com|A. Lee|||", "3: ann@example.com|Ann Lee|||"]);
}

#[test]
fn every_delimiter_encoding_and_line_end_reads_alike() {
    let row = "2: ann@example.com|Zoë Łuk|admin||";
    for delimiter in [",", ";", "\t", "|"] {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("email;name;role{{e}}{ANN};Zoë Łuk;admin{{e}}")
                .replace(';', delimiter)
                .replace("{e}", end);
            let with_bom = format!("\u{feff}{text}");
            for bytes in [
                text.clone().into_bytes(),
                with_bom.clone().into_bytes(),
                format!("\u{feff}{with_bom}").into_bytes(),
                utf16(&with_bom, u16::to_le_bytes),
                utf16(&with_bom, u16::to_be_bytes),
            ] {
                assert_eq!(read_with(&bytes, &ReadOptions::default()).unwrap(), [row]);
            }
        }
    }
}

#[test]
fn other_encodings_are_read_when_named() {
    let options = |encoding: &str| ReadOptions {
        encoding: encoding.parse().unwrap(),
        ..ReadOptions::default()
    };
    let latin = [b"email,name\n".as_slice(), ANN.as_bytes(), b",Zo\xeb\n"].concat();
    let row = "2: ann@example.com|Zoë|||";
    assert_eq!(read_with(&latin, &options("windows-1252")).unwrap(), [row]);
    let text = format!("email,name\n{ANN},Zoë\n");
    assert_eq!(read_with(&utf16(&text, u16::to_le_bytes), &options("utf-16le")).unwrap(), [row]);
    let mut broken = utf16(&format!("\u{feff}email\n{ANN}\n"), u16::to_le_bytes);
    broken.extend([0x00, 0xd8, 0x41, 0x00]);
    assert_eq!(refusal(&broken).to_string(), "line 3 is not valid UTF-16LE");
}

#[test]
fn a_long_file_in_a_wide_encoding_keeps_every_row() {
    let mut text = "\u{feff}email,name\n".to_owned();
    for number in 0..20_000 {
        writeln!(text, "u{number}@example.com,名前 {number}").unwrap();
    }
    let all = read_with(&utf16(&text, u16::to_be_bytes), &ReadOptions::default()).unwrap();
    assert_eq!(all.len(), 20_000);
    assert_eq!(all[19_999], "20001: u19999@example.com|名前 19999|||");
}

#[test]
fn blank_rows_and_trailing_cells_are_nothing() {
    let text = format!("\n ;;\nemail;name;\n\n;;\n{ANN};Ann;;;\n  \n{ANN}\n;;\n");
    assert_eq!(read(&text), ["6: ann@example.com|Ann|||", "8: ann@example.com||||"]);
}

#[test]
fn the_delimiter_excel_announces_is_taken() {
    let text = format!("sep=;\r\nemail;name\r\n{ANN};Ann\r\n");
    assert_eq!(read(&text), ["3: ann@example.com|Ann|||"]);
}

#[test]
fn f9_faults_name_the_line_that_grep_names() {
    for end in ["\n", "\r\n"] {
        let text =
            format!("email,role\n\n{ANN},\n\n\nbob@example.com,\"r;\n;\"\nx@example.com,a;b\n")
                .replace('\n', end);
        let all = read(&text);
        assert_eq!(all[0], "3: ann@example.com||||");
        assert!(all[1].starts_with("6! role: r;"), "{}", all[1]);
        assert!(all[2].starts_with("8! role: a;b: a role's name is"), "{}", all[2]);
        let grep = text.lines().position(|line| line.starts_with("x@")).unwrap() + 1;
        assert_eq!(grep, 8);
    }
}

#[test]
fn all_faults_of_a_row_are_told() {
    let text = format!("email,role,agents,,name\n,rôle,a b;c;d e,x,Ann,y,,\n{ANN},,,,,\n");
    let all = read(&text);
    for part in [
        "2! : x: stands in column 4, which has no name / ",
        ": y: has 8 cells, the header has 5 columns / ",
        "email: : is missing / ",
        "role: rôle: a role's name is ",
        "agents: a b: an agent ID holds no ';' and no blanks / ",
        "agents: d e: ",
    ] {
        assert!(all[0].contains(part), "{part} in {}", all[0]);
    }
    assert_eq!(all[1], "3: ann@example.com||||");
}

#[test]
fn f9_long_values_are_cut_in_faults() {
    let all = read(&format!("email,role\n{ANN},{}\n", "r".repeat(50_000)));
    assert!(all[0].len() < 200, "{}", all[0]);
}

#[test]
fn json_lines_read_like_csv() {
    let text = concat!(
        "\n{\"email\":\"ann@example.com\",\"name\":\"'=x\",\"role\":null,\"id\":7,\"status\":\"active\",",
        "\"agents\":[\"voice:1\",2]}\r\n\n",
        "{\"email\":\"bob@example.com\",\"agents\":\"a;b\",\"team\":\"Support\"}\n",
        "{\"name\":\"Cid\",\"role\":true,\"agents\":[\"a;b\"]}",
    );
    assert_eq!(
        read(text),
        [
            "2: ann@example.com|'=x|||voice:1;2",
            "4: bob@example.com|||Support|a;b",
            "5! role: true: is neither a text nor a list of texts \
             / agents: [\"a;b\"]: has a ';' inside a text of the list / email: : is missing",
        ]
    );
}

#[test]
fn the_sample_reads_back_and_names_every_column() {
    assert!(sample().starts_with("email,name,role,team,agents,modules,sub_accounts,"));
    let mut columns = [0usize; 7];
    let mut reader =
        UsersReader::open(Box::new(sample().as_bytes()), &ReadOptions::default()).unwrap();
    while let Some(record) = reader.next_record().unwrap() {
        let Record::Row(row) = record else { panic!("{record:?}") };
        for (count, cell) in columns.iter_mut().zip(row.cells()) {
            *count += usize::from(!cell.is_empty());
        }
    }
    assert_eq!(columns, [4, 3, 1, 0, 0, 0, 0]);
}

#[test]
fn rejects_are_safe_in_a_spreadsheet_and_read_back() {
    let text =
        "email,name,role,agents\n+1@example.com,\"=1+1, \"\"x\"\"\",rôle,a;'=b\n,Ann,\"a\nb;c\",\n";
    let rejected = |bytes: &[u8]| {
        let mut reader = UsersReader::open(Box::new(bytes), &ReadOptions::default()).unwrap();
        let mut rows = Vec::new();
        while let Some(Record::Rejected(row)) = reader.next_record().unwrap() {
            rows.push(row);
        }
        rows
    };
    let first = rejected(text.as_bytes());
    let mut out = Vec::new();
    write_rejects(&mut out, &first).unwrap();
    let written = String::from_utf8(out).unwrap();
    assert!(written.starts_with(
        "email,name,role,team,agents,modules,sub_accounts,reason\n'+1@example.com,\"'=1+1, "
    ));
    let again = rejected(written.as_bytes());
    assert_eq!(again.len(), 2);
    for (one, other) in first.iter().zip(&again) {
        assert_eq!(one.cells, other.cells);
        let reasons =
            |row: &RejectedRow| row.faults.iter().map(|f| f.reason.clone()).collect::<Vec<_>>();
        assert_eq!(reasons(one), reasons(other));
    }
}

#[test]
fn f7_a_nul_from_json_lines_does_not_make_the_rejects_unreadable() {
    let text = "{\"email\":\"ann@example.com\",\"name\":\"A\\u0000b\"}\n";
    let mut reader = UsersReader::open(Box::new(text.as_bytes()), &ReadOptions::default()).unwrap();
    let Some(Record::Rejected(row)) = reader.next_record().unwrap() else { panic!("no fault") };
    let mut out = Vec::new();
    write_rejects(&mut out, &[row]).unwrap();
    let all = read(&String::from_utf8(out).unwrap());
    assert_eq!(all.len(), 1);
    assert!(all[0].contains("name: A\u{fffd}b: holds a replacement character"), "{}", all[0]);
}
