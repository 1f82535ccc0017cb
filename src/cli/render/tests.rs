//! Every format over one small kind of thing: hostile, wide and right-to-left text, nothing at all,
//! and more rows than anybody wants in memory.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::cell::Cell as Counter;
use std::convert::Infallible;
use std::rc::Rc;

use chrono::{TimeZone, Utc};
use unicode_width::UnicodeWidthStr;

use super::*;

#[derive(Clone)]
struct Person {
    email: String,
    name: String,
    status: Option<&'static str>,
    logins: i64,
    agents: Vec<&'static str>,
}

static SHAPE: Shape<Person> = Shape {
    fields: &[
        Field {
            key: "email",
            title: "E-mail",
            shown: Shown::Always,
            value: |p| Value::text(&p.email),
        },
        Field { key: "name", title: "Name", shown: Shown::Always, value: |p| Value::text(&p.name) },
        Field {
            key: "status",
            title: "Status",
            shown: Shown::Always,
            value: |p| p.status.map_or(Value::Nothing, |text| Value::toned(Tone::Good, text)),
        },
        Field { key: "logins", title: "Logins", shown: Shown::Always, value: |p| p.logins.into() },
        Field {
            key: "agent_ids",
            title: "Agents",
            shown: Shown::OnRequest,
            value: |p| Value::many(p.agents.iter().copied()),
        },
        Field {
            key: "account",
            title: "Account",
            shown: Shown::OnRequest,
            value: |p| {
                Value::Record(vec![
                    ("last_login", Utc.with_ymd_and_hms(2026, 11, 29, 8, 0, 0).unwrap().into()),
                    ("locked", (p.logins < 0).into()),
                ])
            },
        },
    ],
    reference: |p| p.email.clone(),
};

fn person(email: &str, name: &str) -> Person {
    Person {
        email: email.to_owned(),
        name: name.to_owned(),
        status: Some("active"),
        logins: 7,
        agents: vec!["A1", "A2"],
    }
}

fn output(format: Format) -> Output {
    Output {
        format,
        fields: None,
        cells: Cells::Guarded,
        screen: Screen::Elsewhere,
        colour: Colour::Off,
    }
}

fn on_terminal(format: Format, columns: usize) -> Output {
    Output { screen: Screen::Terminal { columns }, ..output(format) }
}

fn list(output: &Output, people: &[Person]) -> String {
    let mut out = Vec::new();
    let rows = people.iter().cloned().map(Ok::<_, Infallible>);
    assert_eq!(output.rows(&mut out, &SHAPE, rows).unwrap(), people.len() as u64);
    String::from_utf8(out).unwrap()
}

fn one(output: &Output, person: &Person) -> String {
    let mut out = Vec::new();
    output.one(&mut out, &SHAPE, person).unwrap();
    String::from_utf8(out).unwrap()
}

const HOSTILE: &str = "Eve\u{1b}[2J\u{9b}31m\u{202e}\n\u{7f}\u{2066}\"\\";

#[test]
fn a_table_has_a_header_and_two_blanks_between_columns() {
    let people = [person("ann@example.com", "Ann"), person("b@example.com", "Bartholomew")];
    assert_eq!(
        list(&output(Format::Table), &people),
        "E-mail           Name         Status  Logins\n\
         ann@example.com  Ann          active       7\n\
         b@example.com    Bartholomew  active       7\n"
    );
}

#[test]
fn one_thing_looks_the_same_whether_it_is_laid_out_or_written_as_it_stands() {
    let people = [
        person("ann@example.com", "Ann"),
        person("e@x.org", &format!("  {HOSTILE} 日本 é 🎉  ")),
        person("f@x.org", "\u{5d0}\u{5d1} 7"),
        person("g@x.org", ""),
    ];
    for someone in people {
        let plain = output(Format::Table);
        let wide = Output { screen: Screen::Terminal { columns: 10_000 }, ..plain.clone() };
        let laid_out = one(&wide, &someone).replace('\u{200e}', "");
        assert_eq!(one(&plain, &someone), laid_out);
    }
}

#[test]
fn an_empty_list_is_nothing_an_empty_array_or_a_bare_header() {
    assert_eq!(list(&output(Format::Table), &[]), "");
    assert_eq!(list(&output(Format::Json), &[]), "[]\n");
    assert_eq!(list(&output(Format::Jsonl), &[]), "");
    assert_eq!(list(&output(Format::Csv), &[]), "email,name,status,logins,agent_ids,account\n");
    assert_eq!(list(&output(Format::Ids), &[]), "");
}

#[test]
fn g4_json_is_one_array_with_every_field_and_text_stays_text() {
    let people = [person("a@x.org", "null"), Person { status: None, ..person("b@x.org", "00123") }];
    assert_eq!(
        list(&output(Format::Json), &people),
        "[\n\
         {\"email\":\"a@x.org\",\"name\":\"null\",\"status\":\"active\",\"logins\":7,\
         \"agent_ids\":[\"A1\",\"A2\"],\
         \"account\":{\"last_login\":\"2026-11-29T08:00:00Z\",\"locked\":false}},\n\
         {\"email\":\"b@x.org\",\"name\":\"00123\",\"status\":null,\"logins\":7,\
         \"agent_ids\":[\"A1\",\"A2\"],\
         \"account\":{\"last_login\":\"2026-11-29T08:00:00Z\",\"locked\":false}}\n\
         ]\n"
    );
}

#[test]
fn g4_json_escapes_what_steers_a_terminal_and_reads_back_the_same() {
    let name = format!("{HOSTILE}日本 é 🎉");
    for format in [Format::Json, Format::Jsonl] {
        let text = one(&output(format), &person("e@x.org", &name));
        assert!(!text.trim_end().chars().any(char::is_control), "{text:?}");
        assert!(text.contains("\\u202e") && text.contains("日本 é 🎉"), "{text:?}");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["name"], name);
    }
}

#[test]
fn g3_csv_guards_formulas_joins_lists_and_ends_lines_with_a_line_feed() {
    let mut output = Output {
        fields: Some(vec!["name".into(), "agent_ids".into(), "logins".into(), "account".into()]),
        ..output(Format::Csv)
    };
    let people = [Person { logins: -1, ..person("a@x.org", "=1+1, \"x\"") }];
    let account = "\"{\"\"last_login\"\":\"\"2026-11-29T08:00:00Z\"\",\"\"locked\"\":true}\"";
    assert_eq!(
        list(&output, &people),
        format!("name,agent_ids,logins,account\n\"'=1+1, \"\"x\"\"\",A1;A2,-1,{account}\n")
    );
    assert_eq!(one(&output, &people[0]), list(&output, &people));
    output.cells = Cells::Raw;
    assert!(list(&output, &people).contains("\n\"=1+1, \"\"x\"\"\","));
}

#[test]
fn g1_csv_and_references_keep_bytes_in_a_file_and_escape_them_on_a_terminal() {
    let people = [person("e\u{1b}@x.org", HOSTILE)];
    for format in [Format::Csv, Format::Ids] {
        assert!(list(&output(format), &people).contains('\u{1b}'));
        let shown = list(&on_terminal(format, 80), &people);
        assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
        assert_eq!(shown.lines().count(), if format == Format::Csv { 2 } else { 1 });
    }
}

#[test]
fn g1_a_table_is_escaped_in_a_pipe_too_and_a_row_stays_a_line() {
    for output in [output(Format::Table), on_terminal(Format::Table, 200)] {
        let text = list(&output, &[person("e@x.org", HOSTILE)]);
        assert_eq!(text.lines().count(), 2, "{text:?}");
        let steering = |c: char| {
            c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c) || c == '\u{2066}'
        };
        assert!(!text.chars().any(steering), "{text:?}");
        let details = one(&output, &person("e@x.org", HOSTILE));
        assert!(!details.chars().any(steering), "{details:?}");
    }
}

#[test]
fn g10_wide_and_combining_names_do_not_move_the_next_column() {
    let names = ["Ann", "李小龙", "Zoe\u{301}", "👩‍👩‍👧", "ＦＵＬＬ", "\u{301}lead", "שלום", "علي 12"];
    let long = "名".repeat(100);
    let mut people: Vec<Person> = names.iter().map(|name| person("a@x.org", name)).collect();
    for (limit, extra) in [(60, 0), (60, 600), (usize::MAX, 0), (usize::MAX, 1_200)] {
        people.push(person("a@x.org", &long));
        people.resize(people.len() + extra, person("a@x.org", "Ann"));
        let output = match limit {
            usize::MAX => output(Format::Table),
            columns => on_terminal(Format::Table, columns),
        };
        let text = list(&output, &people);
        let mut starts = text
            .lines()
            .map(|line| line[..line.find("active").or(line.find("Status")).unwrap()].width());
        let first = starts.next().unwrap();
        assert!(starts.all(|start| start == first), "{text}");
        assert!(text.lines().all(|line| line.width() <= limit), "{text}");
        assert_eq!(text.contains(&long), limit == usize::MAX);
    }
}

#[test]
fn g10_right_to_left_text_is_closed_on_a_terminal_only_and_without_controls() {
    let people = [person("a@x.org", "שלום"), person("b@x.org", "Ann")];
    let text = list(&on_terminal(Format::Table, 80), &people);
    assert_eq!(text.matches('\u{200e}').count(), 1);
    assert!(!list(&output(Format::Table), &people).contains('\u{200e}'));
}

#[test]
fn columns_are_cut_widest_first_and_numbers_never() {
    let people = [Person { logins: 1_234_567_890, ..person("a@x.org", &"n".repeat(90)) }];
    let text = list(&on_terminal(Format::Table, 50), &people);
    assert_eq!(
        text,
        "E-mail   Name                   Status      Logins\n\
         a@x.org  nnnnnnnnnnnnnnnnnnnn…  active  1234567890\n"
    );
}

#[test]
fn colour_marks_the_tone_and_the_words_stay() {
    for count in [1, 600] {
        let output = Output { colour: Colour::On, ..output(Format::Table) };
        let people = vec![person("a@x.org", "Ann"); count];
        let text = list(&output, &people);
        assert!(text.starts_with("\u{1b}[1mE-mail"), "{text:?}");
        // crossterm, below comfy-table, leaves hues out by itself where NO_COLOR is set.
        if count > 500 || std::env::var_os("NO_COLOR").is_none() {
            assert!(text.lines().nth(1).unwrap().contains("\u{1b}["), "{text:?}");
        }
        let plain = anstream::adapter::strip_str(&text).to_string();
        assert_eq!(plain, list(&super::Output { colour: Colour::Off, ..output }, &people));
    }
}

#[test]
fn a_short_and_a_long_table_look_the_same() {
    let people = vec![person("a@x.org", "Ann"); 501];
    let long = list(&output(Format::Table), &people);
    let short = list(&output(Format::Table), &people[..500]);
    assert_eq!(long.lines().take(501).collect::<Vec<_>>(), short.lines().collect::<Vec<_>>());
}

#[test]
fn one_thing_is_two_columns_with_its_parts_indented() {
    let mut ann = person("ann@x.org", "Ann");
    ann.status = None;
    assert_eq!(
        one(&output(Format::Table), &ann),
        "E-mail        ann@x.org\n\
         Name          Ann\n\
         Status        -\n\
         Logins        7\n\
         Agents        A1\n\
         \u{20}             A2\n\
         Account\n\
         \u{20} Last login  2026-11-29 08:00 UTC\n\
         \u{20} Locked      no\n"
    );
    ann.name = "word ".repeat(30);
    let narrow = one(&on_terminal(Format::Table, 40), &ann);
    assert!(narrow.lines().all(|line| line.width() <= 40), "{narrow}");
    assert_eq!(narrow.matches("word").count(), 30);
    assert_eq!(one(&output(Format::Ids), &ann), "ann@x.org\n");
}

#[test]
fn fields_choose_and_order_each_once_and_an_unknown_one_names_the_known() {
    let fields = |names: &[&str]| Some(names.iter().map(|&name| name.to_owned()).collect());
    let chosen =
        Output { fields: fields(&["agent_ids", "email", "email"]), ..output(Format::Table) };
    assert_eq!(list(&chosen, &[person("a@x.org", "Ann")]), "Agents  E-mail\nA1, A2  a@x.org\n");
    let wrong = Output { fields: fields(&["emial"]), ..output(Format::Ids) };
    let never = std::iter::from_fn(|| -> Option<Result<Person, Infallible>> { panic!("read") });
    let error = wrong.rows(&mut Vec::new(), &SHAPE, never).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no field `emial`; \
         the fields are email, name, status, logins, agent_ids, account"
    );
    assert!(wrong.check(&SHAPE).is_err() && chosen.check(&SHAPE).is_ok());
}

/// A row that counts how many of its kind are alive.
struct Counted(Rc<Counter<(usize, usize)>>);

impl Counted {
    fn new(alive: &Rc<Counter<(usize, usize)>>) -> Self {
        let (now, most) = alive.get();
        alive.set((now + 1, most.max(now + 1)));
        Self(Rc::clone(alive))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let (now, most) = self.0.get();
        self.0.set((now - 1, most));
    }
}

static COUNTED: Shape<Counted> = Shape {
    fields: &[Field { key: "n", title: "N", shown: Shown::Always, value: |_| 1.into() }],
    reference: |_| "#1".to_owned(),
};

#[test]
fn a_hundred_thousand_rows_pass_one_at_a_time() {
    for format in [Format::Table, Format::Json, Format::Jsonl, Format::Csv, Format::Ids] {
        let alive = Rc::new(Counter::new((0, 0)));
        let rows = (0..100_000).map(|_| Ok::<_, Infallible>(Counted::new(&alive)));
        let written = output(format).rows(&mut io::sink(), &COUNTED, rows).unwrap();
        assert_eq!((written, alive.get()), (100_000, (0, 1)), "{format:?}");
    }
}

/// Takes so many bytes and then no more.
struct Pipe(usize);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_broken_pipe_stops_the_reading_and_is_told_as_one() {
    for format in [Format::Table, Format::Json, Format::Jsonl, Format::Csv, Format::Ids] {
        let mut read = 0;
        let rows = std::iter::from_fn(|| {
            read += 1;
            Some(Ok::<_, Infallible>(person("a@x.org", "Ann")))
        });
        match output(format).rows(&mut Pipe(50_000), &SHAPE, rows) {
            Err(RenderError::Output(error)) => assert_eq!(error.kind(), io::ErrorKind::BrokenPipe),
            other => panic!("{format:?}: {other:?}"),
        }
        assert!(read < 10_000, "{format:?} read {read}");
    }
}

#[test]
fn rows_that_stop_coming_are_an_error_of_the_rows() {
    for format in [Format::Table, Format::Json, Format::Jsonl, Format::Csv, Format::Ids] {
        let rows = [Ok(person("a@x.org", "Ann")), Err("the store is damaged")];
        let result = output(format).rows(&mut Vec::new(), &SHAPE, rows.into_iter());
        assert!(matches!(result, Err(RenderError::Rows("the store is damaged"))), "{format:?}");
    }
}
