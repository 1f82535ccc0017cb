//! A store that is moved, removed or replaced while a command runs on it.

use std::fs;

use admit::domain::template::Delivery;
use admit::ops::invites;
use admit::random::SystemEntropy;

use super::place::{Place, context, invitation};

#[test]
fn a9_a_store_that_is_gone_or_another_by_now_keeps_nothing_and_says_so() {
    for replaced in [false, true] {
        let place = Place::empty();
        let path = place.store_path();
        let mut store = admit::store::Store::open(&path).unwrap();
        fs::rename(&path, path.with_extension("moved")).unwrap();
        if replaced {
            fs::copy(path.with_extension("moved"), &path).unwrap();
        }
        let request = invitation("ann@example.com", Delivery::AtOnce);
        let context = context("2026-01-01T00:00:00Z");
        let error =
            invites::invite(&mut store, &context, &mut SystemEntropy, &request).unwrap_err();
        assert!(error.to_string().contains("moved, removed or replaced"), "{error}");
    }
}
