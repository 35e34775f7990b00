//! The machines that some tests boot.

use super::packages;
use super::test::is_ci;
use crate::machines::booted::{Host, INSTALL, PACKAGES};
use crate::output::{self, PhaseList};
use crate::{Error, Result};

/// What the names of tests that need them begin with.
pub(super) const TESTS: &str = "really_booting";

/// Whether machines boot here: one is tried. What that needs is installed if that is allowed. In CI they must boot.
pub(super) async fn prepare(list: &PhaseList) -> Result<bool> {
    let mut tried = open(list).await;
    if let Err(Error::Missing { .. }) = &tried
        && packages::may_install().await
    {
        output::note("Installing what machines need to boot");
        packages::install(&PACKAGES, INSTALL).await?;
        tried = open(list).await;
    }
    match tried {
        Ok(()) => Ok(true),
        Err(error) if is_ci() => Err(error),
        Err(error) => {
            output::note(format!(
                "Machines do not boot here as the tests need it. {error}"
            ));
            Ok(false)
        }
    }
}

/// All that the tests need is made now, while somebody watches.
async fn open(list: &PhaseList) -> Result<()> {
    Host::open(list).await?.prepare_all(list).await
}

/// Said last, where it is seen.
pub(super) const SKIPPED: &str =
    "SKIPPED: the tests with machines that really boot. The beginning says why.";
