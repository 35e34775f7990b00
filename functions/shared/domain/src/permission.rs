//! Who may do what. A new intent does not compile without a rule.

use crate::identity::Standing;
use crate::intent::Intent;

/// What somebody has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Anybody who can write to the bot: it changes nothing and tells nothing of others.
    Anybody,
    /// A full member of the workspace. Whose machine it is about is looked at besides.
    Member,
}

impl Permission {
    /// What an intent asks for.
    pub const fn of(intent: Intent) -> Self {
        match intent {
            Intent::Help | Intent::Greet | Intent::Thanks | Intent::OutOfScope => Self::Anybody,
            Intent::CreateVm
            | Intent::CreateCluster
            | Intent::PriceQuote
            | Intent::ListReservations
            | Intent::ShowReservation
            | Intent::ExtendReservation
            | Intent::TerminateReservation
            | Intent::StopReservation
            | Intent::StartReservation
            | Intent::SetReminder
            | Intent::SaveTemplate
            | Intent::ListTemplates
            | Intent::DeleteTemplate
            | Intent::SaveCredentials
            | Intent::ListCredentials
            | Intent::DeleteCredentials
            | Intent::AddSshKey
            | Intent::ShareReservation
            | Intent::UnshareReservation
            | Intent::UsageReport
            | Intent::Cancel
            | Intent::Affirm
            | Intent::Deny
            | Intent::Provide => Self::Member,
        }
    }

    /// Whether somebody of that standing has it.
    pub const fn is_granted_to(self, standing: Standing) -> bool {
        match (self, standing) {
            (Self::Anybody, _) | (Self::Member, Standing::Member) => true,
            (Self::Member, Standing::Guest | Standing::Outsider) => false,
        }
    }
}
