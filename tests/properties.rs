//! What holds for every value: that a text which admit writes is read back to the same thing, and that no
//! field of the audit escapes its seal. Examples stand beside the code; the states of a user are in
//! `life`, what needs a file on a disk is in `store`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::convert::Infallible;
use std::fmt::{Debug, Display};
use std::io::{self, Read};
use std::str::FromStr;

use admit::cli::render::{Cells, Colour, Format, Output, Screen};
use admit::cli::views::exports::EXPORT;
use admit::domain::agent::{AgentKey, AgentRef};
use admit::domain::audit::{Action, AuditRecord, Kept, Seal, SystemLogin};
use admit::domain::delivery_ref::DeliveryRef;
use admit::domain::domain_name::DomainName;
use admit::domain::email::EmailAddress;
use admit::domain::extension::Extension;
use admit::domain::holdings::Holdings;
use admit::domain::id::{BatchId, OrganizationId, UserId};
use admit::domain::import::{Column, ImportRow};
use admit::domain::lifetime::Lifetime;
use admit::domain::module::ModuleName;
use admit::domain::name::PersonName;
use admit::domain::organization::Slug;
use admit::domain::permission::PermissionName;
use admit::domain::portal::PortalAddress;
use admit::domain::rate::Rate;
use admit::domain::role::RoleName;
use admit::domain::since::Since;
use admit::domain::status::Status;
use admit::domain::team::TeamName;
use admit::domain::time::{Timestamp, to_rfc3339};
use admit::domain::title::Title;
use admit::domain::user_ref::UserRef;
use admit::files::users::UsersReader;
use admit::files::{ReadOptions, Record};
use admit::store::ExportLine;
use chrono::{DateTime, TimeDelta};
use proptest::prelude::*;

/// What is read from a text is read again from what it prints as.
fn reads_back<T>(text: &str) -> Result<(), TestCaseError>
where
    T: FromStr<Err: Debug> + Display + PartialEq + Debug,
{
    if let Ok(value) = text.parse::<T>() {
        let printed = value.to_string();
        let again = printed.parse::<T>();
        prop_assert_eq!(again.as_ref().ok(), Some(&value), "{:?} prints as {:?}", text, printed);
    }
    Ok(())
}

/// A text that is often nearly right: words, signs that some reader acts on, and anything.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9 _.:#@;-]{0,24}",
        "[ \t]?[A-Za-zÀ-žΑ-ωЀ-ӿ一-丠 '’\".,;=+@-]{1,20}[ \n]?",
        "#[0-9]{1,20}",
        "[a-zA-Z0-9.+_-]{1,12}@[a-zA-Z0-9ä-ü-]{1,8}(\\.[a-z]{2,4}){1,2}",
        "[A-Za-z]{1,8}:[^ ]{1,8}",
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(text in text()) {
        reads_back::<UserRef>(&text)?;
        reads_back::<EmailAddress>(&text)?;
        reads_back::<AgentKey>(&text)?;
        reads_back::<AgentRef>(&text)?;
        reads_back::<RoleName>(&text)?;
        reads_back::<TeamName>(&text)?;
        reads_back::<PersonName>(&text)?;
        reads_back::<Status>(&text)?;
        reads_back::<Action>(&text)?;
        reads_back::<Slug>(&text)?;
        reads_back::<ModuleName>(&text)?;
        reads_back::<PermissionName>(&text)?;
        reads_back::<Extension>(&text)?;
        reads_back::<DeliveryRef>(&text)?;
        reads_back::<DomainName>(&text)?;
        reads_back::<PortalAddress>(&text)?;
        reads_back::<Rate>(&text)?;
        reads_back::<Title>(&text)?;
    }

    #[test]
    fn an_address_prints_as_it_was_typed(text in text()) {
        if let Ok(email) = text.parse::<EmailAddress>() {
            prop_assert_eq!(email.to_string(), text.trim());
            let normal: EmailAddress = email.as_normal().parse().unwrap();
            prop_assert_eq!(normal.as_normal(), email.as_normal());
        }
    }

    #[test]
    fn every_lifetime_reads_back(seconds in 3_600_u32..=31_536_000) {
        let lifetime = Lifetime::from_seconds(seconds).unwrap();
        prop_assert_eq!(lifetime.to_string().parse(), Ok(lifetime));
    }

    #[test]
    fn a_moment_that_admit_prints_is_a_since(seconds in 0_i64..253_402_300_799, now in moment()) {
        let moment = DateTime::from_timestamp(seconds, 0).unwrap();
        prop_assert_eq!(to_rfc3339(moment).parse(), Ok(Since::At(moment)));
        let length = TimeDelta::seconds(seconds % 3_000_000_000);
        let since: Since = format!("{}s", length.num_seconds()).parse().unwrap_or(Since::Ago(length));
        prop_assert_eq!(since.moment(now), now - length);
    }

    #[test]
    fn f7_a_file_reads_the_same_in_one_piece_and_in_many(
        head in "(\u{feff}?email,name|[\n\r ]{0,3}([<{\\[][a-z!/<]{0,4}|P\0?)?)",
        cells in proptest::collection::vec("[a@.c,;\"\n\r\t \0\u{b}é<{}-]{0,20}", 0..8),
        wide in any::<bool>(),
        pieces in 1_usize..9,
    ) {
        let text = format!("{head}\n{}", cells.join(","));
        let units = || text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let bytes: Vec<u8> = if wide { units() } else { text.clone().into_bytes() };
        prop_assert_eq!(told(&*bytes), told(InPieces(&bytes, pieces)));
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in any::<String>(), now in moment()) {
        if let Ok(since) = text.parse::<Since>() {
            let _ = since.moment(now);
        }
        let _ = text.parse::<Lifetime>();
        let _ = text.parse::<Seal>();
        let mut reader = match UsersReader::open(Box::new(text.as_bytes()), &ReadOptions::default()) {
            Ok(reader) => reader,
            Err(_) => return Ok(()),
        };
        while let Ok(Some(_)) = reader.next_record() {}
    }
}

/// Hands over so many bytes at a time.
struct InPieces<'a>(&'a [u8], usize);

impl Read for InPieces<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(self.0.len()).min(room.len());
        let (now, later) = self.0.split_at(count);
        room[..count].copy_from_slice(now);
        self.0 = later;
        Ok(count)
    }
}

/// Everything that is read of a file, and how it ends.
fn told(input: impl Read) -> (Vec<Record<ImportRow>>, Option<String>) {
    let mut all = Vec::new();
    let mut reader = match UsersReader::open(Box::new(input), &ReadOptions::default()) {
        Ok(reader) => reader,
        Err(error) => return (all, Some(error.to_string())),
    };
    loop {
        match reader.next_record() {
            Ok(Some(record)) => all.push(record),
            Ok(None) => return (all, None),
            Err(error) => return (all, Some(error.to_string())),
        }
    }
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_102_444_800).prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap())
}

/// A name in one of many scripts, or one that some reader of CSV acts on.
fn name() -> impl Strategy<Value = Option<PersonName>> {
    let some = prop_oneof![
        "[A-Z][a-zà-ž'’ ]{0,20}[a-z]",
        "[Α-ω]{1,9} [А-я]{1,9}",
        "[א-ת]{2,6} [ا-ي]{2,6}",
        "[一-丿가-갿ぁ-ん]{1,6}",
        "['=+@＝-][A-Za-z0-9()!|'\" ]{0,12}[a-z]",
        "''?[=+@'-]{0,3}[a-z]",
        "[\",;\t|a-c'=]{0,3}[\",;|a-c'=]{0,6}[a-z\",;|]",
        "(null|true|00123|1e309|-|#1|NaN|\\\\N)",
    ];
    proptest::option::of(some.prop_filter_map("no name", |text| text.parse().ok()))
}

fn email() -> impl Strategy<Value = EmailAddress> {
    "[a-zA-Z0-9+=_'-]{1,10}(\\.[a-z]{1,5})?@([a-z0-9]{1,8}|bücher|пример)\\.(example|Test)"
        .prop_filter_map("no address", |text| text.parse().ok())
}

fn agent() -> impl Strategy<Value = AgentKey> {
    "(voice|chat|e-mail|[a-z.]{1,6}):[!-:<-~À-ž]{1,12}"
        .prop_filter_map("no agent", |text| text.parse().ok())
}

fn team() -> impl Strategy<Value = Option<TeamName>> {
    let some =
        "[A-Za-z=+'\"äöü&,; 一-丠-]{1,20}".prop_filter_map("no team", |text| text.parse().ok());
    proptest::option::of(some)
}

/// Names of modules or of sub-accounts.
fn names() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("[a-z0-9]{1,5}(-[a-z]{1,5})?", 0..4)
}

fn line() -> impl Strategy<Value = ExportLine> {
    let role = "[a-z0-9]{1,8}(-[a-z]{1,5})?".prop_map(|role| role.parse::<RoleName>().unwrap());
    let agents = proptest::collection::vec(agent(), 0..4);
    let holdings = (names(), names()).prop_map(|(modules, sub_accounts)| {
        let parsed = |name: &String| name.parse().unwrap();
        Holdings::new(
            modules.iter().map(parsed).collect(),
            sub_accounts.iter().map(|name| name.parse().unwrap()).collect(),
        )
    });
    let facts = (email(), name(), role, team(), agents, holdings);
    facts.prop_map(|(email, name, role, team, agents, holdings)| {
        let id = UserId::new(1);
        let email = Some(email);
        ExportLine { id, email, name, role, team, agents, extension: None, holdings }
    })
}

/// What a user is to `import`: address, name, role, team, agents, modules and sub-accounts.
type Facts =
    (String, Option<PersonName>, Option<RoleName>, Option<TeamName>, Vec<String>, Holdings);

fn facts_of_line(line: &ExportLine) -> Facts {
    let email = line.email.as_ref().unwrap().as_typed().to_owned();
    let agents = line.agents.iter().map(ToString::to_string).collect();
    let (role, team) = (Some(line.role.clone()), line.team.clone());
    (email, line.name.clone(), role, team, agents, line.holdings.clone())
}

fn facts_of_row(row: ImportRow) -> Facts {
    let agents = row.agents.iter().map(|agent| agent.key().unwrap().to_string()).collect();
    let holdings = row.holdings.map_or_else(Holdings::default, |holdings| *holdings);
    (row.email.as_typed().to_owned(), row.name, row.role, row.team, agents, holdings)
}

fn exported(lines: &[ExportLine], format: Format, cells: Cells) -> Vec<u8> {
    let (screen, colour) = (Screen::Elsewhere, Colour::Off);
    let output = Output { format, fields: None, cells, screen, colour };
    let mut bytes = Vec::new();
    let rows = lines.iter().cloned().map(Ok::<_, Infallible>);
    assert_eq!(output.rows(&mut bytes, &EXPORT, rows).unwrap(), lines.len() as u64);
    bytes
}

fn imported(bytes: &[u8]) -> Vec<ImportRow> {
    let mut reader = UsersReader::open(Box::new(bytes), &ReadOptions::default()).unwrap();
    let mut rows = Vec::new();
    while let Some(record) = reader.next_record().unwrap() {
        match record {
            Record::Row(row) => rows.push(row),
            Record::Rejected(row) => panic!("{row:?}\n{}", String::from_utf8_lossy(bytes)),
        }
    }
    rows
}

proptest! {
    #[test]
    fn what_export_writes_import_reads_to_the_same_users(lines in proptest::collection::vec(line(), 1..9)) {
        let wanted: Vec<Facts> = lines.iter().map(facts_of_line).collect();
        for (format, cells) in [
            (Format::Csv, Cells::Guarded),
            (Format::Jsonl, Cells::Guarded),
            (Format::Jsonl, Cells::Raw),
        ] {
            let bytes = exported(&lines, format, cells);
            let rows = imported(&bytes).into_iter().map(facts_of_row).collect::<Vec<_>>();
            prop_assert_eq!(&rows, &wanted, "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn no_exported_cell_is_a_formula(lines in proptest::collection::vec(line(), 1..9)) {
        let bytes = exported(&lines, Format::Csv, Cells::Guarded);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&*bytes);
        for record in reader.records() {
            for cell in &record.unwrap() {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']), "{cell}");
            }
        }
    }

    #[test]
    fn a_row_as_cells_reads_back_to_the_same_row(
        email in email(), name in name(), agents in proptest::collection::vec("[A-Za-z:]{1,9}", 0..4),
        line in line(),
    ) {
        let row = ImportRow {
            line: 2,
            email,
            name,
            role: Some("team-leader".parse().unwrap()),
            team: None,
            agents: agents.iter().filter_map(|agent| agent.parse().ok()).collect(),
            holdings: (!line.holdings.is_empty()).then(|| Box::new(line.holdings.clone())),
        };
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(Column::ALL.map(Column::as_str)).unwrap();
        writer.write_record(row.cells().map(|cell| admit::files::cells::guard(&cell).into_owned())).unwrap();
        let bytes = writer.into_inner().unwrap();
        prop_assert_eq!(imported(&bytes), vec![row]);
    }
}

fn record() -> impl Strategy<Value = AuditRecord> {
    let text = "[ -~à-ž]{0,12}";
    (
        (1_u64..1_000_000, moment(), text, text, any::<u32>()),
        (proptest::option::of("[a-z]{1,8}"), proptest::sample::select(Action::ALL)),
        (proptest::option::of("[a-z]{1,8}"), 0_u64..100_000, proptest::option::of(1_i64..99)),
        (text, text),
    )
        .prop_map(
            |((number, at, actor, name, uid), (sudo_user, action), more, (subjects, detail))| {
                let (organization, count, batch) = more;
                let batch = batch.map(BatchId::new);
                let login = SystemLogin { name, uid, sudo_user };
                let subjects = Kept { text: subjects, value: Vec::new() };
                let detail = Kept { text: detail, value: Vec::new() };
                AuditRecord {
                    number,
                    at,
                    actor,
                    login,
                    action,
                    organization_id: organization
                        .as_ref()
                        .map(|_| OrganizationId::new(count as i64)),
                    organization,
                    count,
                    batch,
                    subjects,
                    detail,
                }
            },
        )
}

/// A record with one field changed, one of each.
fn altered(record: &AuditRecord) -> Vec<(&'static str, AuditRecord)> {
    let mut all = Vec::new();
    let mut alter = |field, change: &dyn Fn(&mut AuditRecord)| {
        let mut other = record.clone();
        change(&mut other);
        all.push((field, other));
    };
    alter("number", &|r| r.number += 1);
    alter("at", &|r| r.at += TimeDelta::seconds(1));
    alter("actor", &|r| r.actor.push('x'));
    alter("login", &|r| r.login.name.push('x'));
    alter("uid", &|r| r.login.uid ^= 1);
    alter("sudo_user", &|r| r.login.sudo_user = Some(format!("{:?}x", r.login.sudo_user)));
    alter("action", &|r| {
        let at = Action::ALL.iter().position(|action| *action == r.action).unwrap();
        r.action = Action::ALL[(at + 1) % Action::ALL.len()];
    });
    alter("organization", &|r| r.organization = Some(format!("{:?}x", r.organization)));
    alter("organization's number", &|r| {
        let number = r.organization_id.map_or(0, OrganizationId::get);
        r.organization_id = Some(OrganizationId::new(number + 1));
    });
    alter("count", &|r| r.count += 1);
    alter("batch", &|r| r.batch = Some(BatchId::new(r.batch.map_or(1, |batch| batch.get() + 1))));
    alter("subjects", &|r| r.subjects.text.push('x'));
    alter("detail", &|r| r.detail.text.push('x'));
    // What moves from one field into the next is seen as well.
    alter("a border", &|r| {
        r.actor.push('x');
        let moved = std::mem::take(&mut r.login.name);
        r.actor.push_str(&moved);
    });
    all
}

proptest! {
    #[test]
    fn no_field_of_the_audit_escapes_its_seal(record in record(), before in any::<[u8; 32]>()) {
        let before = Seal::from_stored(before);
        let seal = record.seal(&before);
        prop_assert_eq!(record.clone().seal(&before), seal);
        prop_assert_ne!(record.seal(&seal), seal);
        for (field, other) in altered(&record) {
            prop_assert_ne!(other.seal(&before), seal, "{}", field);
        }
        prop_assert_eq!(seal.to_string().parse(), Ok(seal));
    }
}
