//! Files that are refused as a whole (F7, F10, F11), each with its sentence and line.

use std::io::{self, Read};

use admit::files::users::UsersReader;
use admit::files::{FileError, ReadOptions, Record};

use super::{ANN, read, refusal, utf16};

fn utf32(text: &str) -> Vec<u8> {
    text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect()
}

#[test]
fn f7_files_that_are_no_table_are_refused_by_name() {
    let text = "email,name\nann@example.com,Ann\nbob@example.com,Bob\n";
    let ods = b"PK\x03\x04..........................mimetypeapplication/vnd.oasis.opendocument.x";
    let table: &[(&[u8], &str)] = &[
        (b"", "the file is empty"),
        (b"\n \r\n\t\n", "the file is empty"),
        ("\u{feff}".as_bytes(), "the file is empty"),
        (b"\xff\xfe", "the file is empty"),
        (b",,\n,,\n", "the file is empty"),
        (b"x", "the first line is no header: no cell of it names a column"),
        (b"\x1f\x8b\x08\0", "the file is compressed by gzip"),
        (b"\x28\xb5\x2f\xfd", "the file is compressed"),
        (
            b"PK\x03\x04..........................[Content_Types].xml",
            "the file is an Excel workbook",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "the file is an Excel workbook"),
        (ods, "the file is an OpenDocument workbook"),
        (b"PK\x03\x04..........................a.txt", "the file is a ZIP archive"),
        (b"%PDF-1.7\n", "the file is a PDF"),
        (b"\n<!DOCTYPE html><html>", "the file is an HTML page"),
        (b"<HTML>", "the file is an HTML page"),
        (b"<?xml version=\"1.0\"?>", "the file is an XML document"),
        (b"[{\"email\":\"ann@example.com\"}]", "the file is a JSON document, not JSON lines"),
        (b"{\n  \"email\": \"ann@example.com\"\n}", "the file is a JSON document, not JSON lines"),
        (b"SQLite format 3\0\x10\0", "the file is an SQLite database"),
        (&utf16(text, u16::to_le_bytes), "the file is UTF-16 without a byte order mark"),
        (&utf16(text, u16::to_be_bytes), "the file is UTF-16 without a byte order mark"),
        (&utf32(text), "the file is UTF-32"),
        (&utf32(&format!("\u{feff}{text}")), "the file is UTF-32"),
        (&[0; 4096], "the file is binary data, not text"),
        (&[1, 2, 3, 4, 0, 6, 7, 8], "the file is binary data, not text"),
    ];
    for (bytes, message) in table {
        let error = refusal(bytes);
        assert_eq!(error.to_string(), *message, "{}", String::from_utf8_lossy(bytes));
        assert_eq!(error.hint().is_some(), !matches!(error, FileError::Empty));
    }
}

#[test]
fn f10_a_kind_is_recognised_however_the_bytes_arrive() {
    let xlsx = b"PK\x03\x04\n...\n.....................[Content_Types].xml".as_slice();
    let png = [b"\x89PNG\r\n\x1a\n".as_slice(), &[0; 40]].concat();
    for (bytes, message) in [
        (xlsx, "the file is an Excel workbook"),
        (&png, "the file is binary data, not text"),
        (b"email\n\0\0\0\0\0\0\0\0", "line 2 holds a NUL byte"),
        (b"\n\0\0\0\0", "line 2 holds a NUL byte"),
        (b"%PDF-1.7\n\0", "the file is a PDF"),
        (b"\n\n<HTML>", "the file is an HTML page"),
        (b"\n<a>", "the file is an XML document"),
    ] {
        for pieces in [1, 2, 5, 1 << 10] {
            let input = Box::new(InPieces(bytes, pieces));
            let error = match UsersReader::open(input, &ReadOptions::default()) {
                Ok(mut reader) => reader.next_record().unwrap_err(),
                Err(error) => error,
            };
            assert_eq!(error.to_string(), message, "by {pieces}");
        }
    }
}

/// Hands over so many bytes at a time.
struct InPieces<'a>(&'a [u8], usize);

impl Read for InPieces<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.0.len().min(room.len()).min(self.1);
        let (now, later) = self.0.split_at(count);
        room[..count].copy_from_slice(now);
        self.0 = later;
        Ok(count)
    }
}

#[test]
fn f7_damaged_text_is_refused_with_its_line() {
    let line = |number: u64, text: &[u8]| (Some(number), [b"email,name\n", text].concat());
    let long = "x".repeat(70_000);
    let quotes = "\"".repeat(1 << 20);
    let swallowed = format!("\n{ANN},\"Ann\n{}", format!("{ANN},Ann\n").repeat(10_000));
    let endless = format!("{ANN},\"{}", "\n".repeat(2_000));
    let columns = "a,".repeat(100_000);
    let table = [
        (line(2, b"a\0@example.com,Ann\n"), "line 2 holds a NUL byte"),
        (line(2, b"ann@example.com,Zo\xeb\n"), "line 2 is not valid UTF-8"),
        (line(3, b"ann@example.com,\"Zo\n\xeb\"\n"), "line 3 is not valid UTF-8"),
        (line(2, b"ann@example.com,\xc0\xaf\n"), "line 2 is not valid UTF-8"),
        (line(2, b"ann@example.com\xc3,\xa9\n"), "line 2 is not valid UTF-8"),
        (line(3, swallowed.as_bytes()), "the quote opened on line 3 is never closed"),
        (line(2, endless.as_bytes()), "the quote opened on line 2 is never closed"),
        (line(3, b"\n\"ann@example.com,Ann"), "the quote opened on line 3 is never closed"),
        (
            line(4, b"\"ann,Ann\nb@example.com,Bob\nc@example.com,\"Cid, x\"\n"),
            "text after a closing quote on line 4; the quote was opened on line 2",
        ),
        (
            line(2, b"\"ann@example.com\"x,Ann\n"),
            "text after a closing quote on line 2; the quote was opened on line 2",
        ),
        (line(2, long.as_bytes()), "the record on line 2 is longer than 64 KiB"),
        (line(2, quotes.as_bytes()), "the quote opened on line 2 is never closed"),
        ((Some(1), columns.into_bytes()), "the record on line 1 is longer than 64 KiB"),
    ];
    for ((number, bytes), message) in table {
        let error = refusal(&bytes);
        assert_eq!(error.to_string(), message);
        assert_eq!(error.line(), number, "{message}");
        assert!(error.hint().is_some(), "{message}");
    }
}

#[test]
fn f7_headers_that_do_not_fit_are_refused() {
    let many = format!("email,{}", "x1,".repeat(7));
    let table = [
        ("email,Fone", "unknown column \"Fone\""),
        (many.as_str(), "unknown columns \"x1\", \"x1\", \"x1\", \"x1\", \"x1\" and 2 more"),
        ("E-mail,name,Mail", "\"E-mail\" and \"Mail\" both name the email column"),
        ("name,role", "the header has no email column"),
        (
            "Ann@example.com,Ann,Agent",
            "the first line is no header: it holds the address Ann@example.com",
        ),
        ("Ann Lee,admin", "the first line is no header: no cell of it names a column"),
    ];
    for (header, message) in table {
        let error = refusal(format!("\n{header}\n").as_bytes());
        assert_eq!(error.to_string(), message);
        assert_eq!(error.line(), Some(2), "{message}");
        assert!(error.hint().unwrap().to_lowercase().contains("mail"), "{message}");
    }
    let hint = refusal(b"emial,name").hint().unwrap();
    assert!(hint.starts_with("did you mean email? the columns are email,name,role"), "{hint}");
}

#[test]
fn a_damaged_json_line_is_a_bad_row_and_the_others_are_read() {
    let lines = [
        r#"{"email":"ann@example.com"}"#,
        "",
        r#"{"email":"b@example.com","fone":1,"emial":"c@example.com"}"#,
        r#"{"mail":"b@example.com","email":"c@example.com"}"#,
        r#"{"email":}"#,
        r#"{"email":"b""#,
        "[1]",
        r#"{"email":"no address"}"#,
        r#"{"email":"dev@example.com"}"#,
    ];
    assert_eq!(
        read(&lines.join("\n")),
        [
            "1: ann@example.com||||",
            "3! fone: 1: is an unknown key; one that ends in :ignored is left unread / \
             emial: \"c@example.com\": is an unknown key; did you mean email?",
            "4! email: \"c@example.com\": comes twice, as \"mail\" and as \"email\"",
            "5! : {\"email\":}: is not a JSON object: expected value in column 10",
            "6! : {\"email\":\"b\": is not a JSON object: EOF while parsing an object in column 12",
            "7! : [1]: is not a JSON object: invalid type: sequence, expected an object in column 0",
            "8! email: no address: the address has no '@'",
            "9: dev@example.com||||",
        ]
    );
}

#[test]
fn json_lines_are_known_behind_blank_lines_however_they_arrive() {
    let utf16 =
        [b"\xff\xfe".to_vec(), utf16("\n \n{\"email\":\"ann@example.com\"}\n", u16::to_le_bytes)];
    for bytes in [b"\n\r\n {\"email\":\"ann@example.com\"}\n".to_vec(), utf16.concat()] {
        let input = Box::new(InPieces(&bytes, 1));
        let mut reader = UsersReader::open(input, &ReadOptions::default()).unwrap();
        let Some(Record::Row(row)) = reader.next_record().unwrap() else { panic!("no row") };
        assert_eq!((row.line, row.email.as_typed()), (3, ANN));
    }
}

#[test]
fn f11_endless_input_ends_in_an_error() {
    struct Endless(&'static [u8], u64);
    impl Read for Endless {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            self.1 += room.len() as u64;
            assert!(self.1 < 10 << 20, "reads on and on");
            for (place, byte) in room.iter_mut().zip(self.0.iter().cycle()) {
                *place = *byte;
            }
            Ok(room.len())
        }
    }
    for endless in
        ["\0", "x", "\n", "\r", "\"", "\"\n", ",", ",\n", " ", "email,", "{", "{\"email\":"]
    {
        let input = Box::new(Endless(endless.as_bytes(), 0));
        assert!(UsersReader::open(input, &ReadOptions::default()).is_err(), "{endless:?}");
        let header = io::Cursor::new(b"email\n").chain(Endless(endless.trim().as_bytes(), 0));
        if !endless.trim_matches(&['\n', ',', '\r', ' '][..]).is_empty() {
            let mut reader = UsersReader::open(Box::new(header), &ReadOptions::default()).unwrap();
            assert!(reader.next_record().is_err(), "{endless:?}");
        }
    }
}

#[test]
fn a_reader_that_fails_is_told_with_its_line() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let input = io::Cursor::new(b"email\na@example.com\nb@exa").chain(Failing);
    let mut reader = UsersReader::open(Box::new(input), &ReadOptions::default()).unwrap();
    assert!(matches!(reader.next_record(), Ok(Some(Record::Row(_)))));
    assert_eq!(reader.next_record().unwrap_err().to_string(), "reading failed on line 3");
}
