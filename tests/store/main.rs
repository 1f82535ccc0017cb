//! The store as a file: what its schema refuses by itself, how it comes to be, what it says when it is
//! damaged, and what of it lasts across versions. What the verbs mean is tested in `cli`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod damage;
mod making;
mod numbers;
mod place;
mod schema;
mod upgrades;
