//! Leading one credential through its troubles.

use std::time::Duration;

use domain::access::credential::{Check, Credential};
use domain::access::verification::aws_policy;
use domain::forms::field;
use domain::messages::{action, credential_checked};

use super::check;
use super::play::{Unclean, inject, wrong};
use super::rest::run;
use super::story::Story;
use crate::accounts::UserKey;
use crate::slack::{Message, Outcome};
use crate::stack::Stack;

/// Not whoever has machines: they would be paid with it.
const GIVER: &str = "bob";
const ACCOUNT: &str = "222233334444";
/// Looks at a check whose execution has died: ten seconds of them.
const LOOKS_MAX: usize = 100;
/// The button of the list that opens the form.
const GIVE_BUTTON: &str = "AWS keys";

pub(super) async fn play(stack: &Stack, story: &Story) -> Result<(), Unclean> {
    let troubles = story.chapters.iter().flat_map(|chapter| &chapter.troubles);
    let troubles: Vec<_> = troubles.copied().collect();
    let succeeds = story.chapters.iter().all(|chapter| chapter.succeeds);

    let policy = serde_json::from_str(&aws_policy(stack.name())).map_err(wrong)?;
    let key = stack.accounts.user_with(ACCOUNT, &policy).await?;
    let newest = stack.slack.messages().len();
    let id = give(stack, &key, |id| inject(stack, id, &troubles)).await?;
    run(stack, story.is_exact, async || delete(stack).await).await?;
    await_check(stack, &id).await?;
    let credential = stack.store().credential(&id).await.map_err(wrong)?;
    match credential {
        Some(credential) => is_told(stack, &credential, newest, succeeds)?,
        None if succeeds => return Err(Unclean("nobody deleted it, and it is gone".to_owned())),
        None => return check::nothing_is_left(stack).await,
    }
    check::nothing_is_left(stack).await?;
    forget(stack).await
}

/// Fills the form in. `before` is called with the credential's id, which the form has made, before it is sent.
async fn give(stack: &Stack, key: &UserKey, before: impl Fn(&str)) -> Result<String, Unclean> {
    let giver = stack.slack.person(GIVER);
    let list = said_to(stack, "keys").await?;
    let buttons = list.buttons();
    let button = buttons.iter().find(|button| button.label == GIVE_BUTTON);
    let button = button.ok_or_else(|| Unclean(format!("there is no button “{GIVE_BUTTON}”")))?;
    giver.presses(&list, button).await.map_err(wrong)?;
    let view = giver
        .view()
        .ok_or_else(|| Unclean("no form was opened".to_owned()))?;
    let memory: serde_json::Value = serde_json::from_str(view.private_metadata()).map_err(wrong)?;
    let id = memory["credential_id"].as_str().unwrap_or_default();
    before(id);
    let fields = [
        (field::LABEL, "Research"),
        (field::ACCESS_KEY_ID, key.access_key_id.as_str()),
        (field::SECRET_ACCESS_KEY, &key.secret_access_key),
    ];
    let fields = fields.map(|(name, value)| (name, name, value));
    let sent = giver.submits(&view, &fields).await.map_err(wrong)?;
    match sent.outcome {
        Outcome::Closed => Ok(id.to_owned()),
        outcome => Err(Unclean(format!("the form was not taken: {outcome:?}"))),
    }
}

/// Deletes the only credential there is.
async fn delete(stack: &Stack) -> Result<(), Unclean> {
    let question = said_to(stack, "keys delete aws").await?;
    let giver = stack.slack.person(GIVER);
    giver
        .clicks(&question, action::KEY_FORGET_NOW)
        .await
        .map_err(wrong)?;
    Ok(())
}

/// The same for one that nothing holds back.
async fn forget(stack: &Stack) -> Result<(), Unclean> {
    delete(stack).await?;
    let list = said_to(stack, "keys").await?;
    if list.plain().contains("I keep no cloud keys") {
        Ok(())
    } else {
        Err(Unclean(format!("it stays in the list: {}", list.plain())))
    }
}

/// Where even that nothing was found out could not be recorded, the news of the execution's death settles it. Nobody
/// announces that.
async fn await_check(stack: &Stack, id: &str) -> Result<(), Unclean> {
    let mut looks = tokio::time::interval(Duration::from_millis(100));
    for _ in 0..LOOKS_MAX {
        looks.tick().await;
        let credential = stack.store().credential(id).await.map_err(wrong)?;
        if credential.is_none_or(|credential| !credential.awaits_check()) {
            return stack.settle().await.map_err(wrong);
        }
    }
    Err(Unclean("it is being checked for ever".to_owned()))
}

/// What is known of it is told once; and where it must be, it is that it works.
fn is_told(
    stack: &Stack,
    credential: &Credential,
    newest: usize,
    succeeds: bool,
) -> Result<(), Unclean> {
    let works = matches!(credential.check, Check::Passed { .. });
    if credential.awaits_check() || succeeds && !works {
        return Err(Unclean(format!("its check is {:?}", credential.check)));
    }
    let wanted = credential_checked(credential, stack.name());
    let count = check::times_said(&stack.slack.messages()[newest..], &wanted);
    if count == 1 {
        Ok(())
    } else {
        Err(Unclean(format!("{:?} is said {count} times", wanted.text)))
    }
}

/// What a slash command is answered.
async fn said_to(stack: &Stack, command: &str) -> Result<Message, Unclean> {
    let giver = stack.slack.person(GIVER);
    let answer = giver.runs("@infrared", "/infrared", command).await;
    let answer = answer.map_err(wrong)?.message;
    answer.ok_or_else(|| Unclean(format!("“{command}” is not answered")))
}
