//! The browser that some tests drive.

use std::path::Path;

use super::packages;
use super::test::is_ci;
use crate::output;
use crate::{Error, Result};

/// The tests drive Debian's own browser, found where Debian puts it.
const PROGRAMS: [&str; 2] = ["/usr/bin/chromium", "/usr/bin/chromedriver"];
/// The font is there for the eyes: without it pictures have boxes where emoji should be, but no test fails.
const PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "fonts-noto-color-emoji"];
const INSTALL: &str = "sudo apt-get install chromium chromium-driver fonts-noto-color-emoji";
/// What the names of tests that need it begin with.
pub(super) const TESTS: &str = "in_a_browser";
/// Said last, where it is seen.
pub(super) const SKIPPED: &str = "SKIPPED: the tests in a browser. They need: sudo apt-get install chromium chromium-driver fonts-noto-color-emoji";

/// Whether the tests have a browser, which is installed if that is allowed. In CI it must be there.
pub(super) async fn prepare() -> Result<bool> {
    if is_there() {
        return Ok(true);
    }
    if packages::may_install().await {
        output::note("Installing Debian's chromium for the tests in a browser");
        packages::install(&PACKAGES, INSTALL).await?;
    }
    if !is_there() && is_ci() {
        return Err(Error::Missing {
            what: "chromium, which the tests in a browser drive,",
            install: INSTALL,
        });
    }
    Ok(is_there())
}

fn is_there() -> bool {
    PROGRAMS.iter().all(|program| Path::new(program).exists())
}
