//! Runs admit.

fn main() {}
