//! How a store comes to be, and which files are none.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use admit::store::{FileMode, Store, StoreError};
use rusqlite::Connection;

use super::place::Place;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_new_store_is_its_owners_alone() {
    let place = Place::with_people();
    let mut store = place.store();
    assert_eq!(store.file_mode().unwrap(), FileMode::Private);
    let _reader = store.read().unwrap().last_entry().unwrap();
    for name in place.files() {
        assert_eq!(mode(&place.path().join(&name)), 0o600, "{name}");
    }
}

#[test]
fn a_store_that_others_may_read_says_so() {
    let place = Place::empty();
    fs::set_permissions(place.store_path(), fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(place.store().file_mode().unwrap(), FileMode::Open(0o640));
}

#[test]
fn one_file_is_the_whole_store_when_nobody_has_it_open() {
    let place = Place::with_people();
    assert_eq!(place.files(), ["admit.db"]);
}

#[test]
fn a_new_store_that_is_given_up_leaves_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("new.db");
    let mut new = Store::begin(&path).unwrap();
    new.store().read().unwrap().last_entry().unwrap();
    assert!(!path.exists());
    drop(new);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn a_store_that_stands_there_already_is_left_as_it_is() {
    let place = Place::with_people();
    let before = fs::read(place.store_path()).unwrap();
    let refusal = Store::begin(&place.store_path()).map(drop).unwrap_err();
    assert!(matches!(refusal, StoreError::Exists(_)), "{refusal}");
    assert_eq!(fs::read(place.store_path()).unwrap(), before);
}

#[test]
fn of_two_that_are_made_at_once_the_first_to_be_ready_stays() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("new.db");
    let slow = Store::begin(&path).unwrap();
    Store::begin(&path).unwrap().publish().unwrap();
    let before = fs::read(&path).unwrap();
    let refusal = slow.publish().unwrap_err();
    assert!(matches!(refusal, StoreError::Exists(_)), "{refusal}");
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn a_link_that_leads_nowhere_is_not_written_through() {
    let directory = tempfile::tempdir().unwrap();
    let (link, target) = (directory.path().join("link.db"), directory.path().join("target.db"));
    std::os::unix::fs::symlink(&target, &link).unwrap();
    let refusal = Store::begin(&link).map(drop).unwrap_err();
    assert!(matches!(refusal, StoreError::Exists(_)), "{refusal}");
    assert!(!target.exists());
}

#[test]
fn paths_are_taken_to_the_letter() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["file:x.db?mode=memory", "a%20b.db", "-x.db", "ü?.db"] {
        let path = directory.path().join(name);
        Store::begin(&path).unwrap().publish().unwrap();
        assert!(path.is_file(), "{name}");
        Store::open(&path).unwrap();
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 4);
    for name in ["", ":memory:"] {
        for refusal in
            [Store::open(Path::new(name)).map(drop), Store::begin(Path::new(name)).map(drop)]
        {
            assert!(matches!(refusal, Err(StoreError::BadPath { .. })), "{name:?} {refusal:?}");
        }
    }
}

/// What opening a file of these bytes says; the file is the same afterwards, and alone.
fn refusal(bytes: &[u8]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.db");
    fs::write(&path, bytes).unwrap();
    let refusal = Store::open(&path).map(drop).unwrap_err().to_string();
    assert_eq!(fs::read(&path).unwrap(), bytes);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    refusal.replace(&directory.path().display().to_string(), "[DIR]")
}

#[test]
fn files_that_are_no_stores_are_named_and_not_touched() {
    assert_eq!(refusal(b""), "[DIR]/a.db is no store of admit's: it is empty");
    assert_eq!(refusal(b"x"), "[DIR]/a.db is no store of admit's: it is no SQLite file");
    let text = b"email,name\nann@example.com,Ann\n".repeat(9);
    assert_eq!(refusal(&text), "[DIR]/a.db is no store of admit's: it is no SQLite file");
    assert_eq!(
        refusal(b"SQLite format 3\0"),
        "the store is damaged: the file ends within its header"
    );
    let directory = tempfile::tempdir().unwrap();
    let other = directory.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    assert_eq!(
        refusal(&fs::read(&other).unwrap()),
        "[DIR]/a.db is no store of admit's: it is another program's SQLite file"
    );
}

#[test]
fn a_store_of_a_later_admit_is_left_as_it_is() {
    let place = Place::with_people();
    place.raw().pragma_update(None, "user_version", 999).unwrap();
    let before = fs::read(place.store_path()).unwrap();
    let refusal = Store::open(&place.store_path()).map(drop).unwrap_err();
    assert!(matches!(refusal, StoreError::Newer { found: 999, .. }), "{refusal}");
    assert_eq!(fs::read(place.store_path()).unwrap(), before);
    assert_eq!(place.files(), ["admit.db"]);
}

#[test]
fn a_later_store_that_keeps_its_journal_another_way_is_left_as_it_is() {
    let place = Place::with_people();
    place.raw().execute_batch("PRAGMA journal_mode = delete; PRAGMA user_version = 999").unwrap();
    let before = fs::read(place.store_path()).unwrap();
    let refusal = Store::open(&place.store_path()).map(drop).unwrap_err();
    assert!(matches!(refusal, StoreError::Newer { found: 999, .. }), "{refusal}");
    assert_eq!(fs::read(place.store_path()).unwrap(), before);
    assert_eq!(place.files(), ["admit.db"]);
}

#[test]
fn a_later_store_whose_version_stands_in_its_log_alone_is_left_as_it_is() {
    let place = Place::with_people();
    let raw = place.raw();
    raw.pragma_update(None, "user_version", 999).unwrap();
    let (path, log) = (place.path().join("copy.db"), place.path().join("copy.db-wal"));
    fs::copy(place.store_path(), &path).unwrap();
    fs::copy(place.path().join("admit.db-wal"), &log).unwrap();
    let before = (fs::read(&path).unwrap(), fs::read(&log).unwrap());
    assert_ne!(
        before.0[60..64],
        999_u32.to_be_bytes(),
        "the file itself still has the old version"
    );
    let refusal = Store::open(&path).map(drop).unwrap_err();
    assert!(matches!(refusal, StoreError::Newer { found: 999, .. }), "{refusal}");
    assert_eq!((fs::read(&path).unwrap(), fs::read(&log).unwrap()), before);
}

#[test]
fn reading_makes_no_store_and_no_directory_is_one() {
    let directory = tempfile::tempdir().unwrap();
    let refusal = Store::open(&directory.path().join("none.db")).map(drop).unwrap_err();
    assert!(matches!(refusal, StoreError::Missing(_)), "{refusal}");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    let refusal = Store::open(directory.path()).map(drop).unwrap_err().to_string();
    assert!(refusal.ends_with("it is a directory"), "{refusal}");
}

#[test]
fn a_store_that_lost_half_or_more_is_damaged() {
    let place = Place::with_people();
    let whole = fs::read(place.store_path()).unwrap();
    for length in [100, 512, 4096, whole.len() / 2] {
        let cut = &whole[..length];
        let path = place.path().join(format!("cut-{length}.db"));
        fs::write(&path, cut).unwrap();
        let found = Store::open(&path).and_then(|mut store| {
            let tx = store.read()?;
            tx.current_organization()?;
            tx.verify_audit(None)
        });
        assert!(
            matches!(
                found,
                Err(StoreError::Damaged(_)
                    | StoreError::NotAStore { .. }
                    | StoreError::CannotOpen { .. })
            ),
            "{length}: {found:?}"
        );
    }
}
