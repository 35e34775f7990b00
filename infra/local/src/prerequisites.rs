//! What must be on the machine before anything else can be installed.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::{Error, Result};

/// The least Python that runs the emulators.
const LEAST_PYTHON: (u32, u32) = (3, 10);
/// Names under which it may be found, best first.
const PYTHON_NAMES: [&str; 6] = [
    "python3",
    "python3.14",
    "python3.13",
    "python3.12",
    "python3.11",
    "python3.10",
];
/// Prints the version and fails when virtual environments cannot be made (Debian packages that part separately).
const PYTHON_PROBE: &str = "import sys, venv, ensurepip; print(*sys.version_info[:2])";

const MACOS: bool = cfg!(target_os = "macos");

/// What was found.
#[derive(Debug)]
pub struct Prerequisites {
    /// A Python that is new enough and can make virtual environments.
    pub python: PathBuf,
}

/// Looks for everything that is needed and names the first thing that is missing.
pub fn check() -> Result<Prerequisites> {
    let python = find_python()?;
    // Building aws-lc, the cryptography under the AWS SDK, needs one.
    find_c_compiler()?;
    Ok(Prerequisites { python })
}

fn find_python() -> Result<PathBuf> {
    PYTHON_NAMES
        .into_iter()
        .find(|name| python_serves(name))
        .map(PathBuf::from)
        .ok_or(Error::Missing {
            what: "Python 3.10 or newer with venv",
            install: if MACOS {
                "brew install python@3.13"
            } else {
                "sudo apt-get install python3 python3-venv"
            },
        })
}

fn python_serves(name: &str) -> bool {
    let Ok(output) = Command::new(name)
        .args(["-c", PYTHON_PROBE])
        .stderr(Stdio::null())
        .output()
    else {
        return false;
    };
    output.status.success()
        && version(&String::from_utf8_lossy(&output.stdout)) >= Some(LEAST_PYTHON)
}

/// "3 11" as numbers.
fn version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.trim().split_once(' ')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn find_c_compiler() -> Result<()> {
    let named = std::env::var("CC").ok();
    let candidates = named.as_deref().into_iter().chain(["cc", "gcc", "clang"]);
    if candidates.into_iter().any(answers_version) {
        return Ok(());
    }
    Err(Error::Missing {
        what: "A C compiler",
        install: if MACOS {
            "xcode-select --install"
        } else {
            "sudo apt-get install build-essential"
        },
    })
}

fn answers_version(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(version("3 10\n") >= Some(LEAST_PYTHON));
        assert!(version("3 9") < Some(LEAST_PYTHON));
        assert!(version("4 0") >= Some(LEAST_PYTHON));
        assert!(version("") < Some(LEAST_PYTHON));
    }
}
