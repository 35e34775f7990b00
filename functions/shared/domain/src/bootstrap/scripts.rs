//! The steps of setting a machine up: one file of bash each, named after what it sets up. The agent runs them in the order
//! of its configuration.

use super::BootstrapSpec;
use crate::environments::SETUPS;

/// What every step can use.
pub(super) const LIB: &str = include_str!("../../../../../infra/bootstrap/lib.sh");

/// A file of that folder of `infra/bootstrap`, as the step's name and text.
macro_rules! script {
    ($folder:literal, $name:literal) => {
        (
            $name,
            include_str!(concat!(
                "../../../../../infra/bootstrap/",
                $folder,
                "/",
                $name,
                ".sh"
            )),
        )
    };
}

/// Of the environments that machines can be set up with.
pub(super) fn environments() -> impl Iterator<Item = (&'static str, &'static str)> {
    SETUPS
        .iter()
        .map(|setup| (setup.environment.as_str(), setup.script))
}

/// Of clusters, each named as their software is.
pub(super) const CLUSTER: &[(&str, &str)] =
    &[script!("cluster", "spark"), script!("cluster", "jupyter")];

/// The notebook that people find on the master, for the step that puts it there.
pub(super) const SAMPLE: &str = include_str!("../../../../../infra/bootstrap/cluster/sample.ipynb");

/// Run apart from the others, on every machine.
const UPDATES: (&str, &str) = script!(".", "updates");

/// Those that these machines may have to run: one launch gives all of them the same files, whatever their part.
pub(super) fn of(spec: &BootstrapSpec) -> impl Iterator<Item = (&'static str, &'static str)> {
    let environments: Vec<String> = spec.environments.iter().map(ToString::to_string).collect();
    let cluster = spec.cluster.iter();
    let cluster: Vec<String> = cluster
        .flat_map(|cluster| [cluster.framework.to_string(), cluster.notebook.to_string()])
        .collect();
    let is_in =
        |names: Vec<String>| move |(name, _): &(&str, &str)| names.iter().any(|one| one == name);
    (self::environments().filter(is_in(environments)))
        .chain(CLUSTER.iter().copied().filter(is_in(cluster)))
        .chain([UPDATES])
}
