//! Secrets that are let slip or given: each unique, put through every path, and then searched for everywhere.

use domain::forms::field;
use journeys::{Outcome, machine_for_alice, said, stack};
use local::slack::View;
use local::stack::Stack;

/// Letters and figures in the manner of the real ones; `number` makes each the only one of its kind.
struct Canaries;

impl Canaries {
    fn key_id(number: usize) -> String {
        format!("AKIACANARY{number:010}")
    }

    fn secret(number: usize) -> String {
        format!("CaNaRy{number:04}/wJalrXUtnFEMIbPxRfiCYEXAMPLE7")
    }

    fn token(number: usize) -> String {
        format!("dop_v1_ca9a27{number:058}")
    }

    fn private_key(number: usize) -> String {
        format!(
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXkCaNaRy{number:04}\n-----END OPENSSH PRIVATE KEY-----"
        )
    }
}

/// What must be found nowhere. A private key is looked for by its heart.
fn forbidden(number: usize) -> [String; 3] {
    [
        Canaries::secret(number),
        Canaries::token(number),
        format!("b3BlbnNzaC1rZXkCaNaRy{number:04}"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_found_nowhere_but_as_ciphertext() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    let mut used = 0..;
    let mut next = move || used.next().unwrap_or_default();

    // Said: in a direct message, in a channel, in a slash command, and in an answer's form.
    for say in [
        |number| {
            format!(
                "my key is {} {}",
                Canaries::key_id(number),
                Canaries::secret(number)
            )
        },
        |number| format!("use {} please", Canaries::token(number)),
        |number| format!("here: {}", Canaries::private_key(number)),
    ] {
        let number = next();
        alice.says("@infrared", &say(number))?;
        let warning = said(&stack, "alice", "neither kept it").await?;
        assert!(
            warning.plain().contains("ssh-keygen")
                || warning.button("form_open.aws_keys").is_some(),
            "{}",
            warning.plain()
        );
        alice.says("#general", &format!("@infrared {}", say(next())))?;
        let warning = said(&stack, "alice", "neither kept it").await?;
        assert!(
            warning.is_ephemeral(),
            "only its author is told: {}",
            warning.plain()
        );
        alice.runs("#random", "/infrared", &say(next())).await?;
        said(&stack, "alice", "neither kept it").await?;
    }
    alice.says("#general", "@infrared I need a vm")?;
    let question = stack.slack.next_message_in("#general").await?;
    alice.clicks(&question, "answer_open").await?;
    let form = stack.slack.wait_for_view("alice", |_| true).await?;
    alice
        .submits(&form, &[("answer", "answer", &Canaries::secret(next()))])
        .await?;
    stack.settle().await?;

    // Given: rightly, wrongly, and in the wrong field.
    let (id, secret) = (field::ACCESS_KEY_ID, field::SECRET_ACCESS_KEY);
    let cases: [(&str, &[(&str, usize)]); 6] = [
        ("aws_keys", &[(id, 0), (secret, 1)]),
        ("aws_keys", &[(id, 1), (secret, 1)]),
        ("aws_keys", &[(id, 0), (secret, 1), (field::LABEL, 1)]),
        ("digitalocean_token", &[(field::TOKEN, 2)]),
        (
            "digitalocean_token",
            &[(field::TOKEN, 2), (field::LABEL, 2)],
        ),
        ("aws_role", &[(field::ROLE_ARN, 1)]),
    ];
    for (kind, fill) in cases {
        let number = next();
        let values = [
            Canaries::key_id(number),
            Canaries::secret(number),
            Canaries::token(number),
        ];
        let view = form_of(&stack, &format!("form_open.{kind}"), "keys add").await?;
        let fields: Vec<_> = fill
            .iter()
            .map(|(name, value)| (*name, *name, values[*value].as_str()))
            .collect();
        alice.submits(&view, &fields).await?;
        stack.settle().await?;
    }
    let view = form_of(&stack, "form_open", "ssh-key").await?;
    let private_key = Canaries::private_key(next());
    alice
        .submits(&view, &[("ssh_keys_add", "ssh_keys_add", &private_key)])
        .await?;
    machine_for_alice(&stack).await?;

    let last = next();
    let everywhere = everywhere(&stack).await?;
    for number in 0..last {
        for secret in forbidden(number) {
            for (place, text) in &everywhere {
                assert!(
                    !text.contains(&secret),
                    "canary {number} ({secret}) was found in {place}"
                );
            }
        }
    }
    // The search would find something: each place holds what belongs there.
    for (number, expected) in [
        (0, "understood"),
        (1, "sealed"),
        (2, "credential_id"),
        (3, "neither kept it"),
        (4, "I need a vm"),
    ] {
        let (place, text) = &everywhere[number];
        assert!(text.contains(expected), "{place} holds no “{expected}”");
    }
    Ok(())
}

/// A form by the button of an answer to a slash command, or the one that the command opened itself.
async fn form_of(
    stack: &Stack,
    action_id: &str,
    command: &str,
) -> Result<View, Box<dyn std::error::Error>> {
    let alice = stack.slack.person("alice");
    if let Some(open) = alice.view() {
        alice.dismisses(&open).await?;
    }
    let answer = alice.runs("@infrared", "/infrared", command).await?;
    if alice.view().is_none() {
        let message = answer.message.ok_or("no answer")?;
        alice.clicks(&message, action_id).await?;
    }
    alice.view().ok_or_else(|| "no form was opened".into())
}

/// Everything that we write, say or pass on.
async fn everywhere(
    stack: &Stack,
) -> Result<[(&'static str, String); 5], Box<dyn std::error::Error>> {
    let items = stack
        .dynamodb
        .scan()
        .table_name(&stack.outputs.table_name)
        .into_paginator()
        .items()
        .send()
        .collect::<Result<Vec<_>, _>>()
        .await?;
    let said: Vec<String> = stack
        .slack
        .calls()
        .iter()
        .map(|call| call.arguments.to_string())
        .collect();
    let asked: Vec<String> = stack
        .wit
        .calls()
        .into_iter()
        .map(|call| call.question + &call.context)
        .collect();
    Ok([
        ("the logs", stack.log().await?),
        ("the table", format!("{items:?}")),
        ("an execution's history", stack.histories().await?),
        ("a call to Slack", said.join("\n")),
        ("a question to wit.ai", asked.join("\n")),
    ])
}
