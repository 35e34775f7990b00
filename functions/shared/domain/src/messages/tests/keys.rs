//! Cloud keys: what is said about them, and the forms.

use std::fmt::Write as _;

use super::{all, read};
use crate::access::credential::{Access, Credential, Fault, Payer, Scope};
use crate::access::verification::Finding;
use crate::event::{CredentialLine, KeysReply, Reply};
use crate::forms::{Form, FormKind};
use crate::identity::PlaceKind;
use crate::intent::Provider;
use crate::messages::{Message, credential_checked, form, reply};
use crate::testing::{NOW, aws_keys, credential, working_credential};
use crate::time::HOUR_SECONDS;

fn said(answer: KeysReply) -> Message {
    reply(&Reply::Keys(answer), PlaceKind::Direct)
}

fn line(credential: &Credential, reservations: usize) -> CredentialLine {
    CredentialLine {
        id: credential.id.clone(),
        label: credential.label.clone(),
        provider: credential.provider,
        scope: credential.scope.clone(),
        hint: credential.hint(),
        account: credential.account.clone(),
        check: credential.check.clone(),
        created_epoch_seconds: credential.created_epoch_seconds,
        used_epoch_seconds: credential.used_epoch_seconds,
        reservations,
        is_retiring: credential.is_retiring,
        may_manage: true,
        form: credential.access.form(),
        unserved_region: None,
        refused_replacement: None,
        is_replacement_pending: false,
    }
}

fn failed(why: Fault) -> Credential {
    let mut credential = credential();
    credential.settle(Finding::unfit(Some("111122223333".to_owned()), why), NOW);
    credential
}

fn replaced(found: Finding) -> Credential {
    let mut old = working_credential();
    let new = Credential {
        access: aws_keys("AKIAIOSFODNN7EXAMPLF"),
        ..credential()
    };
    old.replace(&new, true);
    old.settle(found, NOW);
    old
}

#[test]
#[expect(clippy::too_many_lines, reason = "one line an answer")]
fn answers_about_keys() {
    let (label, user) = (|| "Play account".to_owned(), || "UALICE".to_owned());
    let working = Credential {
        used_epoch_seconds: Some(NOW + HOUR_SECONDS),
        ..working_credential()
    };
    let role = Credential {
        access: Access::AwsRole {
            region: "eu-central-1".to_owned(),
            role_arn: "arn:aws:iam::444455556666:role/infrared-machines".to_owned(),
            external_id: "infrared-x".to_owned(),
        },
        label: "<!channel> *Lab*".to_owned(),
        scope: Scope::Organisation,
        ..working_credential()
    };
    let lines = vec![
        line(&working, 2),
        CredentialLine {
            unserved_region: Some("eu-central-1".to_owned()),
            refused_replacement: Some(Fault::OtherAccount),
            ..line(&role, 0)
        },
        CredentialLine {
            is_retiring: true,
            ..line(&working, 1)
        },
        line(&failed(Fault::Refused), 0),
    ];
    let listing = |credentials, payer| {
        said(KeysReply::Listing {
            credentials,
            user: user(),
            payer,
            at_epoch_seconds: NOW + 30 * HOUR_SECONDS,
        })
    };
    let personal = Payer {
        credential_id: Some("x".to_owned()),
        label: label(),
        is_personal: true,
        hint: "…MPLE".to_owned(),
    };
    let forget = |credential: &Credential, reservations, handles: &[&str]| {
        said(KeysReply::ConfirmForget {
            credential: Box::new(line(credential, reservations)),
            handles: handles.iter().map(|&handle| handle.to_owned()).collect(),
        })
    };
    insta::assert_snapshot!(all([
        (
            "offered",
            said(KeysReply::Offer {
                provider: None,
                user: user()
            })
        ),
        (
            "offered for AWS",
            said(KeysReply::Offer {
                provider: Some(Provider::Aws),
                user: user()
            })
        ),
        (
            "received",
            said(KeysReply::Received {
                label: label(),
                replaces: false
            })
        ),
        (
            "received in place of another",
            said(KeysReply::Received {
                label: label(),
                replaces: true
            })
        ),
        ("list", listing(lines, Some(personal))),
        ("list, empty", listing(Vec::new(), Some(Payer::default()))),
        ("list, nobody pays", listing(Vec::new(), None)),
        ("gone", said(KeysReply::Gone)),
        ("nobody pays", said(KeysReply::NobodyPays { user: user() })),
        ("forget", forget(&working, 0, &[])),
        ("forget, one machine", forget(&working, 1, &["r-aaaaa"])),
        (
            "forget, several machines",
            forget(&working, 3, &["r-aaaaa", "r-bbbbb"])
        ),
        ("forgotten", said(KeysReply::Forgotten { label: label() })),
        (
            "forgotten later",
            said(KeysReply::Retiring {
                label: label(),
                reservations: 2
            })
        ),
        (
            "forgotten after its check",
            said(KeysReply::Retiring {
                label: label(),
                reservations: 0
            })
        ),
        (
            "ending all",
            said(KeysReply::EndingAll {
                label: label(),
                handles: vec!["r-aaaaa".to_owned()],
                left: 3
            })
        ),
        ("kept", said(KeysReply::Kept { label: label() })),
        ("checking", said(KeysReply::Checking { label: label() })),
    ]));
}

#[test]
fn what_a_check_found() {
    let told = |credential: &Credential| credential_checked(credential, "infrared");
    let missing = Fault::MissingActions {
        actions: vec![
            "ec2:RunInstances".to_owned(),
            "ec2:TerminateInstances".to_owned(),
        ],
    };
    let token = Credential {
        provider: Provider::Digitalocean,
        ..working_credential()
    };
    insta::assert_snapshot!(all([
        ("works", told(&working_credential())),
        ("works, DigitalOcean", told(&token)),
        ("refused", told(&failed(Fault::Refused))),
        ("role not assumable", told(&failed(Fault::RoleNotAssumable))),
        (
            "role open to anybody",
            told(&failed(Fault::RoleOpenToAnybody))
        ),
        ("actions missing", told(&failed(missing))),
        ("account not ready", told(&failed(Fault::AccountNotReady))),
        ("no network", told(&failed(Fault::NoDefaultNetwork))),
        ("unreachable", told(&failed(Fault::Unreachable))),
        (
            "replaced",
            told(&replaced(Finding::fit("111122223333".to_owned())))
        ),
        (
            "replaced by another account",
            told(&replaced(Finding::fit("999999999999".to_owned())))
        ),
    ]));
}

/// A form as a person reads it.
fn fields(view: &serde_json::Value) -> String {
    let mut text = format!(
        "« {} » [{}]\n",
        view["title"]["text"].as_str().unwrap_or_default(),
        view["submit"]["text"].as_str().unwrap_or_default()
    );
    for block in view["blocks"].as_array().into_iter().flatten() {
        if block["type"] == "input" {
            let _ = writeln!(
                text,
                "{}{}: {} ({})",
                block["label"]["text"].as_str().unwrap_or_default(),
                if block["optional"] == true { "?" } else { "" },
                block["element"]["initial_value"].as_str().unwrap_or("…"),
                block["hint"]["text"].as_str().unwrap_or_default()
            );
        } else {
            let message = Message {
                text: String::new(),
                blocks: vec![block.clone()],
            };
            text.push_str(read(&message).trim_start_matches("«  »\n"));
        }
    }
    text
}

#[test]
fn forms_for_keys() {
    let new = |kind, replaces: Option<Credential>, may_be_organisations| {
        let view = form(
            &Form::Credential {
                kind,
                id: credential().id,
                replaces: replaces.map(Box::new),
                may_be_organisations,
                region: "us-east-1".to_owned(),
                provision_role_arn: "arn:aws:iam::000000000000:role/infrared-ProvisionRole-X"
                    .to_owned(),
                stack: "infrared".to_owned(),
            },
            "{}",
        );
        fields(&view)
    };
    let text = [
        new(FormKind::AwsKeys, None, true),
        new(FormKind::AwsKeys, Some(working_credential()), false),
        new(FormKind::AwsRole, None, false),
        new(FormKind::DigitaloceanToken, None, false),
    ]
    .join("\n");
    insta::assert_snapshot!(text);
    assert!(
        !text.contains("c2VhbGVk"),
        "what is stored never comes back into a form"
    );
}
