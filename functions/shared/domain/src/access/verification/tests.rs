//! Policies that agree, and what becomes of a credential that was checked.

use std::collections::BTreeSet;

use super::*;
use crate::testing::{self, NOW, aws_keys as keys};

const TEMPLATE: &str = include_str!("../../../../../../template.yaml");
const ROLE: &str = include_str!("../../../../../../infra/access/role.yaml");

/// EC2's actions in a text; its condition keys start with the same letters.
fn actions(text: &str) -> BTreeSet<&str> {
    text.split(|character: char| !character.is_ascii_alphanumeric() && character != ':')
        .filter(|word| {
            word.strip_prefix("ec2:")
                .is_some_and(|name| name.starts_with(char::is_uppercase))
        })
        .filter(|word| !word.starts_with("ec2:CreateAction"))
        .collect()
}

#[test]
fn the_policies_to_give_and_the_templates_own_role_allow_the_same() {
    let (_, rest) = TEMPLATE.split_once("\n  CloudRole:\n").expect("the role");
    let (own, _) = rest.split_once("\n  # ----").expect("its end");
    let needed = BTreeSet::from(AWS_ACTIONS);
    assert_eq!(actions(own), needed, "template.yaml");
    assert_eq!(actions(ROLE), needed, "role.yaml");
    assert_eq!(actions(POLICY), needed, "policy.json");
}

#[test]
fn the_policy_to_paste_is_json_and_names_the_deployment() {
    let policy = aws_policy("infrared-prod");
    assert!(serde_json::from_str::<serde_json::Value>(&policy).is_ok());
    assert!(!policy.contains(STACK_PLACEHOLDER) && policy.contains("infrared-prod"));
    // With its code fence it has to fit into a paragraph of a form.
    assert!(aws_policy(&"x".repeat(128)).len() < 2_900);
}

fn credential(id: &str) -> Credential {
    Credential {
        access: keys(id),
        ..testing::credential()
    }
}

fn passed() -> Credential {
    let mut credential = credential("AKIAOLD");
    credential.settle(Finding::fit("111122223333".to_owned()), NOW);
    assert!(credential.is_usable() && !credential.awaits_check());
    credential
}

#[test]
fn a_new_key_serves_once_it_has_passed_and_reaches_the_same_account() {
    let mut credential = passed();
    credential.replace(&self::credential("AKIANEW"), true);
    assert_eq!(
        credential.access,
        keys("AKIAOLD"),
        "until then the old one serves"
    );
    assert!(credential.is_usable() && credential.awaits_check());
    assert_eq!(credential.as_checked().access, keys("AKIANEW"));
    credential.settle(Finding::fit("111122223333".to_owned()), NOW + 5);
    assert_eq!(
        (credential.access.clone(), credential.replacement.clone()),
        (keys("AKIANEW"), None)
    );
    assert_eq!(credential.checks, 2);
}

#[test]
fn a_new_key_that_fails_or_opens_another_account_leaves_the_old_one() {
    let other = Finding::fit("999999999999".to_owned());
    let refused = Finding::unfit(None, Fault::Refused);
    for (found, expected) in [(other, Fault::OtherAccount), (refused, Fault::Refused)] {
        let mut credential = passed();
        credential.replace(&self::credential("AKIANEW"), false);
        credential.settle(found, NOW + 5);
        assert_eq!(credential.access, keys("AKIAOLD"));
        assert!(credential.is_usable() && !credential.awaits_check());
        assert!(
            matches!(&credential.replacement, Some(Replacement::Refused { why, .. }) if *why == expected)
        );
        assert_eq!(credential.account.as_deref(), Some("111122223333"));
    }
}

#[test]
fn a_key_that_never_worked_is_replaced_at_once_unless_machines_run_on_it() {
    let mut broken = credential("AKIAOLD");
    broken.settle(
        Finding::unfit(
            Some("111122223333".to_owned()),
            Fault::MissingActions {
                actions: Vec::new(),
            },
        ),
        NOW,
    );
    let mut idle = broken.clone();
    idle.replace(&credential("AKIANEW"), false);
    assert_eq!(
        (idle.access, idle.check, idle.account),
        (keys("AKIANEW"), Check::Pending, None)
    );
    broken.replace(&credential("AKIANEW"), true);
    assert_eq!(broken.access, keys("AKIAOLD"));
}

#[test]
fn a_check_that_died_is_settled_once_and_only_if_it_is_the_one_awaited() {
    let mut new = credential("AKIANEW");
    let first = new.check_execution();
    assert!(!new.check_died("verify-another-1", NOW));
    assert!(new.check_died(&first, NOW));
    assert!(matches!(
        new.check,
        Check::Failed {
            why: Fault::Unreachable,
            ..
        }
    ));
    assert!(!new.check_died(&first, NOW), "it is known");
    new.check_again();
    assert!(!new.check_died(&first, NOW), "another is under way");

    let mut replaced = passed();
    replaced.replace(&credential("AKIANEW"), true);
    assert!(replaced.check_died(&replaced.check_execution(), NOW));
    assert!(replaced.is_usable() && !replaced.awaits_check());
}
