//! A moto of one test's own.

use local::emulators::{self, Emulator, Place};
use local::runs::Run;
use local::venv::Venv;

/// A running moto; it stops when dropped.
pub(crate) struct Moto {
    pub(crate) url: String,
    _emulator: Emulator,
    _run: Run,
}

pub(crate) async fn start() -> Moto {
    let run = Run::start().expect("a folder for the run");
    let place = Place {
        venv: Venv::prepare().await.expect("the Python environment"),
        logs: run.folder().join("logs"),
        scratch: run.folder().join("scratch"),
    };
    let emulator = emulators::start_moto(&place).await.expect("moto");
    Moto {
        url: emulator.url().to_owned(),
        _emulator: emulator,
        _run: run,
    }
}
