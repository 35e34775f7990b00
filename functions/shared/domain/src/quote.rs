//! A price named to somebody, which they may take.

use serde::{Deserialize, Serialize};

use crate::access::credential::Payer;
use crate::cost::HourlyCost;
use crate::offers::{Choice, Offer};
use crate::spec::MachineSpec;
use crate::time::{EpochSeconds, MINUTE_SECONDS};

/// How long a quoted price may be taken: long enough to ask a colleague, short enough to stay true.
pub const QUOTE_VALID_SECONDS: i64 = 15 * MINUTE_SECONDS;

/// What a machine would be and cost, as it was told to its author.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// A ULID. The reservation that comes of the quote has the same id, so that two clicks are one launch.
    pub id: String,
    /// The workspace.
    pub team: String,
    /// Whom it was made for; nobody else may take it.
    pub user: String,
    /// What was asked for.
    pub spec: MachineSpec,
    /// The offers that fit, cheapest first; never empty.
    pub candidates: Vec<Offer>,
    /// The rules by which the first is the cheapest, for people.
    pub rules: String,
    /// Who would pay.
    #[serde(default)]
    pub payer: Payer,
    /// When it was made.
    pub quoted_epoch_seconds: EpochSeconds,
}

impl Quote {
    /// The quote for a choice; none where nothing fits.
    pub fn new(
        id: String,
        team: &str,
        user: &str,
        spec: MachineSpec,
        choice: Choice,
        payer: Payer,
        now: EpochSeconds,
    ) -> Option<Self> {
        let Choice {
            candidates, rules, ..
        } = choice;
        (!candidates.is_empty()).then(|| Self {
            id,
            team: team.to_owned(),
            user: user.to_owned(),
            spec,
            candidates,
            rules,
            payer,
            quoted_epoch_seconds: now,
        })
    }

    /// The offer that is quoted.
    pub fn winner(&self) -> &Offer {
        &self.candidates[0]
    }

    /// What an hour of all its machines costs.
    pub fn hourly(&self) -> HourlyCost {
        HourlyCost::of(self.winner(), self.spec.storage_gb).times(self.spec.count)
    }

    /// What it costs from launch to deadline, in US dollars.
    pub fn total_usd(&self) -> f64 {
        self.hourly()
            .between(0, i64::from(self.spec.duration_minutes) * MINUTE_SECONDS)
    }

    /// Whether the price still stands.
    pub fn is_valid(&self, now: EpochSeconds) -> bool {
        now < self.quoted_epoch_seconds + QUOTE_VALID_SECONDS
    }
}
