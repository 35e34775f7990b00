//! Secrets made up for one run, so that nothing from an earlier run or another clone works.

use std::fs::File;
use std::io::Read;

use crate::{Error, Result};

const RANDOM_BYTES: usize = 32;

/// The secrets of one local deployment.
#[derive(Clone)]
pub struct Secrets {
    /// With which Slack signs.
    pub signing_secret: String,
    /// With which the bot calls Slack.
    pub bot_token: String,
    /// From which the machines' keys are derived.
    pub beacon_master: String,
    /// From which the notebooks' tokens are derived.
    pub notebook_master: String,
}

impl Secrets {
    /// New random secrets.
    pub fn random() -> Result<Self> {
        Ok(Self {
            signing_secret: random_hex()?,
            bot_token: format!("xoxb-{}", random_hex()?),
            beacon_master: random_hex()?,
            notebook_master: random_hex()?,
        })
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secrets(..)")
    }
}

/// 32 random bytes in hexadecimal.
pub fn random_hex() -> Result<String> {
    let mut bytes = [0_u8; RANDOM_BYTES];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(Error::io("read random bytes from /dev/urandom"))?;
    Ok(hex::encode(bytes))
}
