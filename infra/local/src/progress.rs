//! The phases of a start, and who is told about them.

use std::time::{Duration, Instant};

/// A part of starting the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The virtual environment with the emulators.
    PythonPackages,
    /// The Lambda binaries.
    Lambdas,
    /// The image that machines boot.
    MachineImage,
    /// What the machines of clusters have besides it.
    ClusterImage,
    /// The AWS emulator and, behind the gate, the EC2 emulator.
    Emulators,
    /// Slack, wit.ai and the machines.
    StandIns,
    /// Secrets and the template through CloudFormation.
    Deploy,
}

impl Phase {
    /// What a person reads.
    pub fn title(self) -> &'static str {
        match self {
            Self::PythonPackages => "Python packages",
            Self::Lambdas => "Lambda binaries",
            Self::MachineImage => "image of the machines",
            Self::ClusterImage => "Spark for their clusters",
            Self::Emulators => "AWS emulators",
            Self::StandIns => "Slack, wit.ai and machines",
            Self::Deploy => "template.yaml deployed",
        }
    }
}

/// Told about phases as they start and end. Phases may overlap.
pub trait Progress: Send + Sync {
    /// A phase has begun.
    fn started(&self, phase: Phase);
    /// A long phase is busy with something.
    fn step(&self, phase: Phase, what: &str);
    /// A phase has ended well.
    fn finished(&self, phase: Phase, elapsed: Duration);
}

/// Tells nobody: for tests.
#[derive(Debug)]
pub struct Quiet;

impl Progress for Quiet {
    fn started(&self, _phase: Phase) {}
    fn step(&self, _phase: Phase, _what: &str) {}
    fn finished(&self, _phase: Phase, _elapsed: Duration) {}
}

/// Runs one phase and tells about it; a failed phase is told by its error.
pub async fn phase<T>(
    progress: &dyn Progress,
    phase: Phase,
    work: impl Future<Output = crate::Result<T>>,
) -> crate::Result<T> {
    let start = Instant::now();
    progress.started(phase);
    let done = work.await?;
    progress.finished(phase, start.elapsed());
    Ok(done)
}
