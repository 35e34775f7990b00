//! Who may do what: one table, which every path goes through: text, slash command, button and form.

use serde::{Deserialize, Serialize};

use super::policy::Policy;
use crate::identity::{Person, Standing};
use crate::intent::{Intent, named_enum};
use crate::reservation::Reservation;

named_enum! {
    /// Something that people do, as far as permission is concerned.
    Act {
        /// Talk to the bot: changes nothing and tells nothing of others.
        Talk = "talk",
        /// Ask for prices and get machines.
        Launch = "launch",
        /// See one's own reservations and spending.
        SeeOwn = "see_own",
        /// See all about a reservation.
        See = "see",
        /// Move a deadline: spends money.
        Extend = "extend",
        /// Give machines up.
        Terminate = "terminate",
        /// Switch machines off and on.
        Power = "power",
        /// Say that a cluster goes on with fewer workers.
        GoOn = "go_on",
        /// Be reminded.
        Remind = "remind",
        /// Keep a configuration.
        SaveTemplate = "save_template",
        /// Say who else may use a reservation.
        Share = "share",
        /// Give, see and delete one's own cloud keys and ssh keys.
        ManageOwnKeys = "manage_own_keys",
        /// The same for the organisation's cloud keys.
        ManageOrganisationKeys = "manage_organisation_keys",
        /// Say what one's usual cluster is.
        SetUsual = "set_usual",
        /// Read the policy.
        ReadPolicy = "read_policy",
        /// Change the policy.
        SetPolicy = "set_policy",
        /// Say who the admins are.
        SetAdmins = "set_admins",
        /// Read the audit log.
        ReadAudit = "read_audit",
        /// Have every cloud account looked through for what was left over.
        Sweep = "sweep",
    }
}

named_enum! {
    /// What somebody is to a reservation.
    Relation {
        /// They answer for it.
        Owner = "owner",
        /// It is shared with them, to log in.
        ShareUse = "share_use",
        /// It is shared with them, to manage.
        ShareManage = "share_manage",
        /// An admin of the workspace.
        Admin = "admin",
        /// None of these.
        Other = "other",
    }
}

/// What a share lets somebody do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareRole {
    /// Log in and look.
    Use,
    /// Also switch it off and on, and give it up. Never share it on or spend beyond its deadline.
    Manage,
}

/// A reservation that is shared with somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// With whom.
    pub user: String,
    /// As what.
    pub role: ShareRole,
}

/// Why somebody may not act at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Guests may not have machines here.
    Guest,
    /// Their account is deactivated.
    Deactivated,
    /// They come from another workspace.
    Stranger,
    /// They are a bot.
    Bot,
    /// It is for admins.
    AdminsOnly,
}

impl Act {
    /// What an intent asks for. A new intent does not compile without a rule.
    pub const fn of(intent: Intent) -> Self {
        match intent {
            Intent::Help | Intent::Greet | Intent::Thanks | Intent::OutOfScope => Self::Talk,
            Intent::CreateVm | Intent::CreateCluster | Intent::PriceQuote => Self::Launch,
            Intent::ListReservations
            | Intent::UsageReport
            | Intent::ListTemplates
            | Intent::DeleteTemplate
            | Intent::Cancel
            | Intent::Affirm
            | Intent::Deny
            | Intent::Provide => Self::SeeOwn,
            Intent::ShowReservation => Self::See,
            Intent::ExtendReservation => Self::Extend,
            Intent::TerminateReservation => Self::Terminate,
            Intent::StopReservation | Intent::StartReservation => Self::Power,
            Intent::SetReminder => Self::Remind,
            Intent::SaveTemplate => Self::SaveTemplate,
            Intent::ShareReservation | Intent::UnshareReservation => Self::Share,
            Intent::SaveCredentials
            | Intent::ListCredentials
            | Intent::DeleteCredentials
            | Intent::AddSshKey => Self::ManageOwnKeys,
        }
    }

    /// Whether only admins may, whatever it is about.
    pub const fn is_for_admins(self) -> bool {
        matches!(
            self,
            Self::ManageOrganisationKeys
                | Self::SetPolicy
                | Self::SetAdmins
                | Self::ReadAudit
                | Self::Sweep
        )
    }
}

impl Relation {
    /// What somebody is to a reservation. Who owns it and is an admin too is its owner.
    pub fn of(person: &Person, reservation: &Reservation, policy: &Policy) -> Self {
        if person.team != reservation.team {
            return Self::Other;
        }
        if person.user == reservation.owner {
            return Self::Owner;
        }
        if policy.is_admin(person) {
            return Self::Admin;
        }
        let share = reservation
            .shares
            .iter()
            .find(|share| share.user == person.user);
        match share.map(|share| share.role) {
            Some(ShareRole::Manage) => Self::ShareManage,
            Some(ShareRole::Use) => Self::ShareUse,
            None => Self::Other,
        }
    }

    /// The table: whether somebody who is that to a reservation may do that to it.
    ///
    /// | | owner | share use | share manage | admin | other |
    /// |---|---|---|---|---|---|
    /// | see, remind, save template | yes | yes | yes | yes | |
    /// | terminate, power, go on | yes | | yes | yes | |
    /// | extend, share | yes | | | yes | |
    pub const fn permits(self, act: Act) -> bool {
        match act {
            Act::See | Act::Remind | Act::SaveTemplate => !matches!(self, Self::Other),
            Act::Terminate | Act::Power | Act::GoOn => {
                matches!(self, Self::Owner | Self::ShareManage | Self::Admin)
            }
            Act::Extend | Act::Share => matches!(self, Self::Owner | Self::Admin),
            // None of these is about a reservation.
            Act::Talk
            | Act::Launch
            | Act::SeeOwn
            | Act::ManageOwnKeys
            | Act::ManageOrganisationKeys
            | Act::SetUsual
            | Act::ReadPolicy
            | Act::SetPolicy
            | Act::SetAdmins
            | Act::ReadAudit
            | Act::Sweep => false,
        }
    }
}

/// Whether somebody may do that at all, before it is asked what it is done to.
pub fn admit(act: Act, person: &Person, policy: &Policy) -> Result<(), Refusal> {
    match person.standing {
        Standing::Member => {}
        // Strangers and bots get no answer that an ordinary word could not give; guests may ask how it works.
        Standing::Guest if act == Act::Talk || policy.allows_guests => {}
        Standing::Guest => return Err(Refusal::Guest),
        Standing::Deactivated => return Err(Refusal::Deactivated),
        Standing::Stranger => return Err(Refusal::Stranger),
        Standing::Bot => return Err(Refusal::Bot),
    }
    if act.is_for_admins() && !policy.is_admin(person) {
        return Err(Refusal::AdminsOnly);
    }
    Ok(())
}
