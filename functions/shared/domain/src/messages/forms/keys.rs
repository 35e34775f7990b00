//! The forms for cloud keys.

use serde_json::{Value, json};

use super::{View, input};
use crate::access::credential::{Credential, external_id};
use crate::access::verification::aws_policy;
use crate::forms::{Form, FormKind, field};
use crate::messages::blocks::{context, escape, section};

/// Slack has no field that hides what is typed into it.
const NOBODY_SEES: &str = "Slack shows what you type, but only to you: nobody else sees this form, and I keep nothing but the encrypted secret.";

pub(super) fn view(form: &Form) -> View {
    let Form::Credential {
        kind,
        id,
        replaces,
        may_be_organisations,
        region,
        provision_role_arn,
        stack,
    } = form
    else {
        return ("Keys", "Save", Vec::new());
    };
    let replaced = replaces.as_deref();
    let mut blocks: Vec<Value> = replaced.map(replacing).into_iter().collect();
    let title = match kind {
        FormKind::AwsRole => {
            blocks.push(section(&how_to_make_a_role(id, provision_role_arn, stack)));
            blocks.extend(label("AWS", replaced));
            blocks.push(region_input(region));
            blocks.push(input(
                field::ROLE_ARN,
                "ARN of the role",
                text_input(Some("arn:aws:iam::123456789012:role/infrared-machines"), 200),
                Some("I try it out: with the external id it has to work, and with a wrong one it has to fail."),
                false,
            ));
            "AWS role"
        }
        FormKind::DigitaloceanToken => {
            blocks.push(section("A personal access token with the scopes `account:read`, `droplet`, `firewall` and `tag`, or full access. I look at the account with it; launching there is not ready yet."));
            blocks.extend(label("DigitalOcean", replaced));
            blocks.push(input(
                field::TOKEN,
                "Token",
                text_input(Some("dop_v1_…"), 600),
                Some(NOBODY_SEES),
                false,
            ));
            "DigitalOcean token"
        }
        _ => {
            blocks.push(section("An access key of an IAM user that may do what the policy at the end says, and no more. Better still is a role: there is no secret to keep then."));
            blocks.extend(label("AWS", replaced));
            blocks.push(region_input(region));
            blocks.push(input(
                field::ACCESS_KEY_ID,
                "Access key id",
                text_input(Some("AKIA…"), 200),
                None,
                false,
            ));
            blocks.push(input(
                field::SECRET_ACCESS_KEY,
                "Secret access key",
                text_input(None, 200),
                Some(NOBODY_SEES),
                false,
            ));
            "AWS keys"
        }
    };
    if *may_be_organisations {
        blocks.push(scope());
    }
    if *kind == FormKind::AwsKeys {
        blocks.push(section(&format!(
            "*The policy to paste*\n```{}```",
            aws_policy(stack)
        )));
    }
    (title, "Save and check", blocks)
}

/// What is replaced; its name and owner stay as they are.
fn replacing(credential: &Credential) -> Value {
    context(&format!(
        "In place of *{}* ({}). It has to open the same account; until it is seen to work, the old one stays in use.",
        escape(&credential.label),
        escape(&credential.hint())
    ))
}

fn how_to_make_a_role(id: &str, provision_role_arn: &str, stack: &str) -> String {
    let external_id = external_id(id);
    format!(
        "A role in the account that shall pay, made from the template `infra/access/role.yaml`:\n```aws cloudformation deploy --template-file infra/access/role.yaml --stack-name infrared-access --capabilities CAPABILITY_NAMED_IAM --parameter-overrides ExternalId={external_id} TrustedRoleArn={provision_role_arn} InfraRedStack={stack}```\nOr by hand: it has to trust `{provision_role_arn}`, with the external id `{external_id}` as a condition, and its name has to start with `infrared-`, for I may assume no others. Leave this form open meanwhile: the external id belongs to it."
    )
}

fn label(usual: &str, replaced: Option<&Credential>) -> Option<Value> {
    replaced.is_none().then(|| {
        input(
            field::LABEL,
            "Name",
            text_input(Some(usual), 100),
            Some("What you call it, up to 40 letters."),
            true,
        )
    })
}

fn region_input(region: &str) -> Value {
    let mut element = text_input(None, 50);
    element["initial_value"] = json!(region);
    let hint = format!(
        "Machines are launched in {region} today; access for another region is kept, but not used yet."
    );
    input(field::REGION, "Region", element, Some(&hint), false)
}

fn text_input(placeholder: Option<&str>, chars_max: u32) -> Value {
    let mut element = json!({"type": "plain_text_input", "max_length": chars_max});
    if let Some(placeholder) = placeholder {
        element["placeholder"] = json!({"type": "plain_text", "text": placeholder});
    }
    element
}

fn scope() -> Value {
    let option = |value: &str, text: &str| json!({"value": value, "text": {"type": "plain_text", "text": text}});
    let personal = option(field::PERSONAL, "Mine: only my machines use it");
    let organisation = option(
        field::ORGANISATION,
        "The organisation's: everybody whom the policy lets",
    );
    let element = json!({
        "type": "radio_buttons",
        "initial_option": personal,
        "options": [personal, organisation],
    });
    input(field::SCOPE, "Whose is it?", element, None, false)
}
