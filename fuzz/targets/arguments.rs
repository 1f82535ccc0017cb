//! Command lines, words apart by NUL: no words make the reader of arguments panic, the short way and the long
//! one agree, and shell words hold together.
#![no_main]

use admit::cli::Cli;
use clap::Parser;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    use std::os::unix::ffi::OsStrExt;
    let words = input.split(|byte| *byte == 0).take(12).map(std::ffi::OsStr::from_bytes);
    let words = std::iter::once(std::ffi::OsStr::new("admit")).chain(words);
    match Cli::try_parse_from(words) {
        Ok(cli) => {
            let _ = cli.global.spoken();
            let _ = format!("{cli:?}");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
