//! What a check found, and what to do about it.

use crate::access::credential::{Check, Credential, Fault, Replacement};
use crate::access::verification::aws_policy;
use crate::intent::Provider;
use crate::messages::action;
use crate::messages::blocks::{Look, Message, actions, button, escape, section};

/// The words about it that whoever gave it gets. `stack` is the deployment's name, for the policy to paste.
pub fn credential_checked(credential: &Credential, stack: &str) -> Message {
    let label = escape(&credential.label);
    let hint = escape(&credential.hint());
    let list = button(
        Look::Plain,
        "Show my keys",
        action::KEY_LIST,
        &credential.id,
    );
    let check = button(
        Look::Plain,
        "Check again",
        action::KEY_CHECK,
        &credential.id,
    );
    let (title, why, again) = match (&credential.replacement, &credential.check) {
        (Some(Replacement::Refused { why, .. }), _) => (
            format!(
                ":warning: What you gave me for *{label}* was not taken, and I have forgotten it. What was there before stays in use."
            ),
            Some(why),
            false,
        ),
        (_, Check::Failed { why, .. }) => (
            format!(":warning: *{label}* ({hint}) is not usable yet."),
            Some(why),
            true,
        ),
        (_, Check::Passed { .. }) => (works(credential, &label, &hint), None, false),
        (_, Check::Pending) => (format!("*{label}* ({hint}) is being checked."), None, false),
    };
    let mut blocks = vec![section(&match why {
        Some(why) => format!("{title}\n{}", fault(why)),
        None => title.clone(),
    })];
    if let (Some(Fault::MissingActions { .. }), Provider::Aws) = (why, credential.provider) {
        blocks.push(section(&format!(
            "This policy allows what is needed and no more. Paste it as it is:\n```{}```",
            aws_policy(stack)
        )));
    }
    let buttons = if again { vec![check, list] } else { vec![list] };
    blocks.push(actions(&buttons));
    let notification = match why {
        Some(_) => format!("{label} is not usable yet"),
        None => format!("{label} works"),
    };
    Message::new(notification, blocks)
}

fn works(credential: &Credential, label: &str, hint: &str) -> String {
    let account = credential
        .account
        .as_deref()
        .map_or_else(String::new, |account| {
            format!(" It opens account {}.", escape(account))
        });
    let use_of_it = match credential.provider {
        Provider::Aws => "",
        Provider::Digitalocean => " I cannot launch machines there yet; it is kept until I can.",
    };
    format!(":white_check_mark: *{label}* ({hint}) works.{account}{use_of_it}")
}

/// What is wrong and how to mend it, in sentences.
pub(super) fn fault(fault: &Fault) -> String {
    match fault {
        Fault::Refused => "The cloud does not accept it: the key is unknown, switched off, or its secret is wrong. Copy both once more, or make a new one.".to_owned(),
        Fault::RoleNotAssumable => "I cannot assume the role. Its trust has to name my role and the external id exactly; the form behind “Replace” shows both again. A new role takes a minute until AWS knows it everywhere.".to_owned(),
        Fault::RoleOpenToAnybody => "The role can be assumed without the right external id, so anybody could have me use it for them. Add the condition `sts:ExternalId` to its trust policy, as the template `infra/access/role.yaml` has it, then check again.".to_owned(),
        Fault::MissingActions { actions } => {
            let listed: Vec<String> = actions
                .iter()
                .map(|action| format!("`{}`", action.replace('`', "")))
                .collect();
            format!("It is not allowed what I need: {}.", listed.join(", "))
        }
        Fault::AccountNotReady => "The account behind it cannot be used: it is locked, not verified yet, or the region is not enabled. The cloud’s own console says more.".to_owned(),
        Fault::Unreachable => "I could not find out, for the cloud did not answer as it should. Check again in a few minutes.".to_owned(),
        Fault::OtherAccount => "It opens another account. Machines that run on the old one could then not be ended. Give it as new access instead of a replacement.".to_owned(),
        Fault::NoDefaultNetwork => "The account has no default network (VPC) in the region, so there is nothing to put a machine into. `aws ec2 create-default-vpc` makes one.".to_owned(),
    }
}
