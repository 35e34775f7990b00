//! `cargo dev`: the whole product on this machine.

use std::process::ExitCode;

fn main() -> ExitCode {
    local::cli::run()
}
