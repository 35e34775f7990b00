//! What the forms take, and what they say to what they do not take.

use serde_json::{Value, json};

use super::*;
use crate::forms::{FormKind, read};

const ID: &str = "01KAR7Z8Q0000000000000000C";
const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "dop_v1_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn context() -> FormContext<'static> {
    FormContext {
        deployment_account: "000000000000",
        credential_id: ID,
        replaces: false,
    }
}

fn filled(fields: &[(&str, &str)]) -> Value {
    fields
        .iter()
        .map(|(name, value)| {
            (
                (*name).to_owned(),
                json!({*name: {"type": "plain_text_input", "value": value}}),
            )
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn keys_with(changed: (&str, &str)) -> Result<Draft, FieldErrors> {
    let mut fields = vec![
        (field::REGION, "eu-central-1"),
        (field::ACCESS_KEY_ID, KEY_ID),
        (field::SECRET_ACCESS_KEY, SECRET),
    ];
    fields.retain(|(name, _)| *name != changed.0);
    fields.push(changed);
    read(FormKind::AwsKeys, &filled(&fields), &context())
}

fn role(arn: &str) -> Result<Draft, FieldErrors> {
    let fields = [(field::REGION, "us-east-1"), (field::ROLE_ARN, arn)];
    read(FormKind::AwsRole, &filled(&fields), &context())
}

fn token(text: &str) -> Result<Draft, FieldErrors> {
    read(
        FormKind::DigitaloceanToken,
        &filled(&[(field::TOKEN, text)]),
        &context(),
    )
}

fn credential(draft: Result<Draft, FieldErrors>) -> CredentialDraft {
    match draft.expect("it is in order") {
        Draft::Credential(draft) => *draft,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_in_order_is_taken_and_shows_no_secret() {
    let keys = credential(keys_with((field::LABEL, " Play account ")));
    assert_eq!(
        (keys.id.as_str(), keys.label.as_str()),
        (ID, "Play account")
    );
    assert!(!keys.for_organisation);
    assert_eq!(keys.secret().map(SecretText::expose), Some(SECRET));
    assert!(!format!("{keys:?}").contains(SECRET));
    let stored = keys.credential("T1", "UALICE", "sealed".to_owned(), 0);
    let stored = serde_json::to_string(&stored).expect("plain data");
    assert!(!stored.contains(SECRET) && stored.contains(KEY_ID));

    let role = credential(role("arn:aws:iam::123456789012:role/infrared-machines"));
    assert_eq!(role.label, "AWS");
    assert!(
        matches!(role.access, AccessDraft::AwsRole { external_id, .. } if external_id == format!("infrared-{ID}"))
    );

    let token = credential(token(TOKEN));
    assert_eq!(token.label, "DigitalOcean");
    let stored = token.credential("T1", "UALICE", "sealed".to_owned(), 0);
    assert_eq!(stored.hint(), "…cdef");
}

#[test]
fn whose_it_shall_be_is_read_from_the_choice() {
    let mut values = filled(&[(field::TOKEN, TOKEN)]);
    values[field::SCOPE] =
        json!({field::SCOPE: {"selected_option": {"value": field::ORGANISATION}}});
    let draft = read(FormKind::DigitaloceanToken, &values, &context());
    assert_eq!(credential(draft).scope("UCAROL"), Scope::Organisation);
}

#[test]
fn what_is_not_in_order_is_said_beside_its_field_and_never_repeated() {
    let wrong = [
        (keys_with((field::REGION, "Frankfurt")), field::REGION),
        (keys_with((field::REGION, "cn-north-1")), field::REGION),
        (keys_with((field::REGION, "us-gov-west-1")), field::REGION),
        (keys_with((field::REGION, SECRET)), field::REGION),
        (
            keys_with((field::ACCESS_KEY_ID, "ASIAIOSFODNN7EXAMPLE")),
            field::ACCESS_KEY_ID,
        ),
        (
            keys_with((field::ACCESS_KEY_ID, "AKIAIOSFODNN7")),
            field::ACCESS_KEY_ID,
        ),
        (
            keys_with((field::ACCESS_KEY_ID, SECRET)),
            field::ACCESS_KEY_ID,
        ),
        (
            keys_with((field::SECRET_ACCESS_KEY, KEY_ID)),
            field::SECRET_ACCESS_KEY,
        ),
        (
            keys_with((field::SECRET_ACCESS_KEY, "")),
            field::SECRET_ACCESS_KEY,
        ),
        (keys_with((field::LABEL, SECRET)), field::LABEL),
        (keys_with((field::LABEL, KEY_ID)), field::LABEL),
        (keys_with((field::LABEL, &"ab ".repeat(14))), field::LABEL),
        (
            role("arn:aws:iam::000000000000:role/infrared-x"),
            field::ROLE_ARN,
        ),
        (
            role("arn:aws:iam::123456789012:role/Admin"),
            field::ROLE_ARN,
        ),
        (
            role("arn:aws:iam::123456789012:role/team/infrared-x"),
            field::ROLE_ARN,
        ),
        (
            role("arn:aws:iam::123456789012:user/infrared-x"),
            field::ROLE_ARN,
        ),
        (role("arn:aws:iam::12345:role/infrared-x"), field::ROLE_ARN),
        (
            role("arn:aws-cn:iam::123456789012:role/infrared-x"),
            field::ROLE_ARN,
        ),
        (
            role("arn:aws:iam::123456789012:role/infrared-"),
            field::ROLE_ARN,
        ),
        (role(SECRET), field::ROLE_ARN),
        (token("short"), field::TOKEN),
        (
            token("dor_v1_0123456789abcdef0123456789abcdef"),
            field::TOKEN,
        ),
        (token(&format!("{TOKEN} x")), field::TOKEN),
        (token(KEY_ID), field::TOKEN),
    ];
    for (number, (draft, field)) in wrong.into_iter().enumerate() {
        let errors = draft.expect_err("it is wrong");
        let [(named, sentence)] = &errors[..] else {
            panic!("{number}: {errors:?}")
        };
        assert_eq!(*named, field, "{number}");
        for secret in [SECRET, KEY_ID, TOKEN] {
            assert!(!sentence.contains(secret), "{sentence}");
        }
    }
}

#[test]
fn a_form_without_its_memory_is_too_old() {
    let context = FormContext {
        credential_id: "",
        ..context()
    };
    let errors = read(
        FormKind::DigitaloceanToken,
        &filled(&[(field::TOKEN, TOKEN)]),
        &context,
    );
    assert!(matches!(errors, Err(errors) if errors[0].0 == field::TOKEN));
}
