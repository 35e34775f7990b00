//! Who the admins are.

use super::{Decision, World, Write};
use crate::event::{AdminReply, Reply};
use crate::identity::Standing;

/// These shall be the admins from now on.
pub(super) fn named(admins: &[String], world: &World) -> Decision {
    let before = &world.policy.admins;
    let decision = Decision::private(Reply::Admin(AdminReply::AdminsChanged {
        before: before.clone(),
        admins: admins.to_vec(),
    }));
    let same = before.len() == admins.len() && before.iter().all(|user| admins.contains(user));
    if same {
        return decision;
    }
    // Guests, strangers and bots on the list count for nothing: with them alone nobody could ever change it again.
    let is_member = |user: &String| {
        *user == world.person.user
            || world
                .people
                .iter()
                .any(|person| person.user == *user && person.standing == Standing::Member)
    };
    if !admins.iter().any(is_member) {
        return Decision::private(Reply::Admin(AdminReply::NobodyLeft));
    }
    let mut policy = world.policy.clone();
    policy.admins = admins.to_vec();
    decision.write(Write::Policy(Box::new(policy)))
}
