//! How long setting machines up takes, by what it took others.

use super::Reservation;

impl Reservation {
    /// What machines have in common that take about as long: `cluster/spark/jupyter`, `vm/docker`.
    pub fn setup_kind(&self) -> String {
        let mut parts = match self.spec.cluster {
            Some(cluster) => vec![
                "cluster",
                cluster.framework.as_str(),
                cluster.notebook.as_str(),
            ],
            None => vec!["vm"],
        };
        let environments = self.spec.environments.iter();
        parts.extend(environments.map(|environment| environment.as_str()));
        parts.join("/")
    }

    /// How long it took from the request until it was ready; none where a machine had to stand in for another, or it is
    /// not ready: nobody is to be told to expect that.
    pub fn setup_seconds(&self) -> Option<i64> {
        let ready = self.ready_epoch_seconds?;
        let is_smooth = self.replacement.is_none() && self.question.is_none();
        is_smooth.then(|| ready - self.requested_epoch_seconds)
    }
}

/// The one in the middle; none of none.
pub fn median(seconds: &[i64]) -> Option<i64> {
    let mut sorted = seconds.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intent::Environment;
    use crate::testing::{cluster_ready, ready_reservation};

    #[test]
    fn the_one_in_the_middle_is_expected() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[70]), Some(70));
        assert_eq!(median(&[900, 60, 70]), Some(70));
    }

    #[test]
    fn alike_is_what_is_set_up_with_the_same() {
        let mut machine = ready_reservation(60);
        assert_eq!(machine.setup_kind(), "vm");
        machine.spec.environments = vec![Environment::Docker];
        assert_eq!(machine.setup_kind(), "vm/docker");
        assert_eq!(cluster_ready(3, 60).setup_kind(), "cluster/spark/jupyter");
        assert_eq!(cluster_ready(3, 60).setup_seconds(), Some(42));
    }
}
