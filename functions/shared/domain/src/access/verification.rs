//! What a credential has to be able to do, and what becomes of it when that was looked at.

use super::credential::{Check, Credential, Fault, Replacement};
use crate::time::EpochSeconds;

/// What launching, switching and ending machines on AWS needs. The policies in `infra/access` and the template's own role allow
/// exactly this; a test holds them together.
pub const AWS_ACTIONS: [&str; 12] = [
    "ec2:DescribeImages",
    "ec2:DescribeInstances",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:CreateSecurityGroup",
    "ec2:CreateTags",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:RunInstances",
    "ec2:StopInstances",
    "ec2:StartInstances",
    "ec2:TerminateInstances",
    "ec2:DeleteSecurityGroup",
];

/// Names of roles that may be given start so: the function that assumes them may assume no others.
pub const ROLE_PREFIX: &str = "infrared-";

/// The policy to paste, with the deployment's name still to be filled in.
const POLICY: &str = include_str!("../../../../../infra/access/policy.json");
/// What stands in its place.
const STACK_PLACEHOLDER: &str = "STACK_NAME";

/// The least that an IAM user needs, as a policy to paste. Machines are told apart by the deployment's name.
pub fn aws_policy(stack: &str) -> String {
    POLICY.trim_end().replace(STACK_PLACEHOLDER, stack)
}

/// What was found out about a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The account behind it, where the cloud told.
    pub account: Option<String>,
    /// What is wrong with it, if anything is.
    pub fault: Option<Fault>,
}

impl Finding {
    /// All is well.
    pub fn fit(account: String) -> Self {
        Self {
            account: Some(account),
            fault: None,
        }
    }

    /// All is not.
    pub fn unfit(account: Option<String>, fault: Fault) -> Self {
        Self {
            account,
            fault: Some(fault),
        }
    }
}

impl Credential {
    /// Whether something about it is still to be checked.
    pub fn awaits_check(&self) -> bool {
        self.check == Check::Pending
            || matches!(self.replacement, Some(Replacement::Pending { .. }))
    }

    /// The credential as it is to be checked: with what was given last.
    #[must_use]
    pub fn as_checked(&self) -> Self {
        let mut checked = self.clone();
        if let Some(Replacement::Pending { access, .. }) = &self.replacement {
            checked.access = access.clone();
        }
        checked
    }

    /// Takes new access. While reservations run on the old one, or it works, that one serves until the new one has
    /// passed its check; otherwise the new one takes its place at once.
    pub fn replace(&mut self, given: &Self, runs_reservations: bool) {
        self.checks += 1;
        if runs_reservations || matches!(self.check, Check::Passed { .. }) {
            self.replacement = Some(Replacement::Pending {
                access: given.access.clone(),
                given_by: given.created_by.clone(),
                given_epoch_seconds: given.created_epoch_seconds,
            });
        } else {
            self.replacement = None;
            self.access = given.access.clone();
            self.account = None;
            self.check = Check::Pending;
            self.created_by.clone_from(&given.created_by);
            self.created_epoch_seconds = given.created_epoch_seconds;
        }
    }

    /// Has it checked once more.
    pub fn check_again(&mut self) {
        self.checks += 1;
        if !self.awaits_check() {
            self.check = Check::Pending;
        }
    }

    /// Notes what a check found about [`Credential::as_checked`].
    pub fn settle(&mut self, found: Finding, now: EpochSeconds) {
        let check = |fault: Option<Fault>| match fault {
            None => Check::Passed {
                at_epoch_seconds: now,
            },
            Some(why) => Check::Failed {
                at_epoch_seconds: now,
                why,
            },
        };
        match self.replacement.take() {
            Some(Replacement::Pending {
                access,
                given_by,
                given_epoch_seconds,
            }) => {
                let reaches_another = self.account.is_some() && found.account != self.account;
                let fault = found
                    .fault
                    .or_else(|| reaches_another.then_some(Fault::OtherAccount));
                if let Some(why) = fault {
                    self.replacement = Some(Replacement::Refused {
                        given_by,
                        at_epoch_seconds: now,
                        why,
                    });
                    return;
                }
                self.access = access;
                self.created_by = given_by;
                self.created_epoch_seconds = given_epoch_seconds;
                self.account = found.account;
                self.check = check(None);
            }
            other => {
                self.replacement = other;
                if found.account.is_some() {
                    self.account = found.account;
                }
                self.check = check(found.fault);
            }
        }
    }

    /// Notes that the check of that name has died before it could say anything, so that nobody waits for it for ever.
    /// Whether it was the one that was waited for.
    pub fn check_died(&mut self, execution: &str, now: EpochSeconds) -> bool {
        let is_awaited = self.awaits_check() && self.check_execution() == execution;
        if is_awaited {
            self.settle(Finding::unfit(None, Fault::Unreachable), now);
        }
        is_awaited
    }

    /// Who is to hear what the last check found: whoever gave what was checked.
    pub fn told(&self) -> &str {
        match &self.replacement {
            Some(Replacement::Refused { given_by, .. } | Replacement::Pending { given_by, .. }) => {
                given_by
            }
            None => &self.created_by,
        }
    }
}

#[cfg(test)]
mod tests;
