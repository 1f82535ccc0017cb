//! Runs admit and hands its exit code to the system.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(admit::cli::run().code())
}
