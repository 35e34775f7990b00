//! Clusters in words.

use crate::intent::{Framework, Notebook};
use crate::spec::{Cluster, MachineSpec};

/// A cluster of so many machines: `3-node Spark cluster with JupyterLab`.
pub(super) fn cluster_words(cluster: Cluster, count: u32) -> String {
    format!(
        "{count}-node {} cluster with {}",
        framework(cluster.framework),
        notebook(cluster.notebook)
    )
}

/// What each of its machines does: "1 master, 2 workers".
pub(super) fn roles(count: u32) -> String {
    let workers = count.saturating_sub(1);
    let plural = if workers == 1 { "" } else { "s" };
    format!("1 master, {workers} worker{plural}")
}

/// What so many machines are together, where they are a cluster, with [`roles`].
pub(super) fn cluster_of(spec: &MachineSpec, count: u32) -> Option<String> {
    let cluster = spec.cluster?;
    let words = cluster_words(cluster, count);
    Some(format!("{words} ({})", roles(count)))
}

fn framework(framework: Framework) -> &'static str {
    match framework {
        Framework::Spark => "Spark",
        Framework::Hadoop => "Hadoop",
    }
}

fn notebook(notebook: Notebook) -> &'static str {
    match notebook {
        Notebook::Jupyter => "JupyterLab",
        Notebook::Zeppelin => "Zeppelin",
    }
}
