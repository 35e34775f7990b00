//! A machine that nobody has a reservation for, and a sweep that goes wrong over it.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::reservation::Reservation;
use domain::time::{HOUR_SECONDS, MINUTE_SECONDS};

use super::play::{Unclean, inject, wrong};
use super::rest::{run, scan_after};
use super::story::{Ask, Story};
use super::{check, machine};
use crate::stack::Stack;

/// The words of the notice, and of the end.
const NOTICE: &str = "There is a machine without a reservation";
const END: &str = "is gone";
/// Sweeps after the one with troubles, after which nothing may be left, even if that one did nothing: one ends the machine,
/// one sees it gone, one removes its firewall.
const SWEEPS_MAX: usize = 3;

pub(super) async fn play(stack: &Stack, story: &Story) -> Result<(), Unclean> {
    let troubles = story.chapters.iter().flat_map(|chapter| &chapter.troubles);
    let troubles: Vec<_> = troubles.copied().collect();
    let orphan = orphan(stack).await?;
    let id = &orphan.id;

    sweep(stack, &format!("notice-{id}"), false).await?;
    check_said(stack, &orphan, NOTICE)?;
    if stack.cloud.instances().await.map_err(wrong)?.is_empty() {
        return Err(Unclean("it was ended before its grace".to_owned()));
    }
    scan_after(stack, HOUR_SECONDS + MINUTE_SECONDS).await?;

    let told = format!("told-{id}");
    inject(stack, &told, &troubles);
    sweep(stack, &told, story.is_exact).await?;
    for number in 0..SWEEPS_MAX {
        scan_after(stack, HOUR_SECONDS).await?;
        sweep(stack, &format!("later-{number}-{id}"), false).await?;
    }
    check_said(stack, &orphan, END)?;
    check::nothing_is_left(stack).await
}

/// A machine whose reservation the table has lost.
async fn orphan(stack: &Stack) -> Result<Reservation, Unclean> {
    let id = machine::launch(stack, Ask::Launch, &[]).await?;
    let reservation = machine::come_to_rest(stack, &id, true).await?;
    let delete = stack
        .dynamodb
        .delete_item()
        .table_name(&stack.outputs.table_name)
        .key("pk", AttributeValue::S(format!("RES#{id}")))
        .key("sk", AttributeValue::S("RES".to_owned()));
    delete.send().await.map_err(wrong)?;
    Ok(reservation)
}

/// A sweep of that name, to its end. Wherever one is held, another begins beside it.
async fn sweep(stack: &Stack, name: &str, troubles_come_about: bool) -> Result<(), Unclean> {
    let begin = async |name: String| {
        let call = stack.sfn.start_execution();
        let call = call.state_machine_arn(&stack.outputs.sweep_arn);
        let input = serde_json::json!({"sweep_id": name}).to_string();
        call.input(input).send().await.map_err(wrong).map(drop)
    };
    begin(name.to_owned()).await?;
    run(stack, troubles_come_about, async || {
        begin(format!("beside-{name}")).await
    })
    .await
}

fn check_said(stack: &Stack, orphan: &Reservation, words: &str) -> Result<(), Unclean> {
    let messages = stack.slack.messages();
    let about_it = messages.iter().filter(|message| {
        let text = message.plain();
        message.is_from_bot() && text.contains(&orphan.handle) && text.contains(words)
    });
    match about_it.count() {
        0 => Err(Unclean(format!("nobody was told: “{words}”"))),
        _ => Ok(()),
    }
}
