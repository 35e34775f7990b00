//! Faults that tests inject.

use super::query::Query;

/// How often a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Times {
    Always,
    Left(u32),
}

/// What happens to a request that a fault applies to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Effect {
    /// It has no effect and is answered with this error.
    Error { code: &'static str, message: String },
    /// It has its effect, and the connection closes before the answer.
    LoseResponse,
    /// It finds nothing of what there is.
    FindNothing,
    /// A launch works; the instance is described as pending this many times first.
    StartLate(u32),
    /// A launch works; the instance, once terminated, is described as shutting down this many times first.
    EndLate(u32),
}

/// A failure to come: which requests it applies to, what happens to them, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    action: String,
    instance_type: Option<String>,
    zone: Option<String>,
    more_than: Option<u32>,
    effect: Effect,
    times: Times,
}

impl Fault {
    /// Launches fail for want of capacity, until healed. Narrow it with [`Fault::of_type`] and [`Fault::in_zone`].
    pub fn no_capacity() -> Self {
        let message = "We currently do not have sufficient capacity in the Availability Zone you requested. Our system \
                       will be working on provisioning additional capacity.";
        Self::error("RunInstances", "InsufficientInstanceCapacity", message)
    }

    /// Launches fail because the account's limit is reached, until healed. Narrow it with [`Fault::of_type`].
    pub fn no_quota() -> Self {
        let message = "You have requested more vCPU capacity than your current vCPU limit of 2 allows for the instance \
                       bucket that the specified instance type belongs to. Please visit \
                       http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.";
        Self::error("RunInstances", "VcpuLimitExceeded", message)
    }

    /// The account has no default network, until healed.
    pub fn no_default_network() -> Self {
        Self::new("DescribeSubnets", Effect::FindNothing, Times::Always)
    }

    /// The action is throttled this many times.
    pub fn throttled(action: &str, times: u32) -> Self {
        Self::error(action, "RequestLimitExceeded", "Request limit exceeded.").times(times)
    }

    /// The action is not allowed, until healed. The error names it as EC2 does.
    pub fn denied(action: &str) -> Self {
        let message = format!(
            "You are not authorized to perform this operation. User: \
             arn:aws:sts::000000000000:assumed-role/infrared-CloudRole/infrared-provision is not authorized to \
             perform: ec2:{action} on resource: arn:aws:ec2:us-east-1:000000000000:* because no identity-based policy \
             allows the ec2:{action} action. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm-abc"
        );
        Self::error(action, "UnauthorizedOperation", &message)
    }

    /// The action fails with this code, until healed.
    pub fn error(action: &str, code: &'static str, message: &str) -> Self {
        let message = message.to_owned();
        Self::new(action, Effect::Error { code, message }, Times::Always)
    }

    /// The action has its effect once, and nobody hears of it.
    pub fn lost_response(action: &str) -> Self {
        Self::new(action, Effect::LoseResponse, Times::Left(1))
    }

    /// The next launched instance is described as pending this many times before it runs.
    pub fn slow_start(descriptions: u32) -> Self {
        let effect = Effect::StartLate(descriptions);
        Self::new("RunInstances", effect, Times::Left(1))
    }

    /// The next launched instance is described as shutting down this many times before it is terminated.
    pub fn slow_end(descriptions: u32) -> Self {
        let effect = Effect::EndLate(descriptions);
        Self::new("RunInstances", effect, Times::Left(1))
    }

    /// Only for launches of this machine type.
    #[must_use]
    pub fn of_type(mut self, instance_type: &str) -> Self {
        self.instance_type = Some(instance_type.to_owned());
        self
    }

    /// Only for launches into this zone.
    #[must_use]
    pub fn in_zone(mut self, zone: &str) -> Self {
        self.zone = Some(zone.to_owned());
        self
    }

    /// Only for launches that need more machines than this: EC2 refuses the whole launch.
    #[must_use]
    pub fn of_more_than(mut self, machines: u32) -> Self {
        self.more_than = Some(machines);
        self
    }

    /// Only this many times.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Times::Left(times);
        self
    }

    fn new(action: &str, effect: Effect, times: Times) -> Self {
        Self {
            action: action.to_owned(),
            instance_type: None,
            zone: None,
            more_than: None,
            effect,
            times,
        }
    }

    /// The fault's effect on a request, if it applies; counts the strike. `zone` is where the request leads.
    pub(super) fn strike(&mut self, query: &Query, zone: Option<&str>) -> Option<Effect> {
        let narrowed = |wanted: Option<&String>, given: Option<&str>| {
            wanted.is_none_or(|wanted| given == Some(wanted))
        };
        let needed = || query.parameter("MinCount")?.parse().ok();
        let applies = self.action == query.action
            && narrowed(self.instance_type.as_ref(), query.parameter("InstanceType"))
            && narrowed(self.zone.as_ref(), zone)
            && self
                .more_than
                .is_none_or(|most| needed().is_some_and(|needed: u32| needed > most));
        if !applies {
            return None;
        }
        match &mut self.times {
            Times::Always => {}
            Times::Left(0) => return None,
            Times::Left(left) => *left -= 1,
        }
        Some(self.effect.clone())
    }
}
