//! A cloud takes a spot machine back, to its owner.

use super::super::blocks::{Message, section};
use crate::reservation::{Interruption, Reservation};
use crate::time::slack_date;

/// The message about one machine's interruption.
pub(super) fn interrupted(number: usize, reservation: &Reservation) -> Message {
    let handle = &reservation.handle;
    let node = number
        .checked_sub(1)
        .and_then(|index| reservation.nodes.get(index));
    let Some((node, interruption)) = node.and_then(|node| Some((node, node.interruption?))) else {
        return Message::plain(format!(":checkered_flag: *{handle}* has ended."));
    };
    let which = match reservation.nodes.len() {
        1 => handle.clone(),
        _ => format!("machine {number} of {handle}"),
    };
    let Interruption {
        at_epoch_seconds: at,
        is_withdrawn,
    } = interruption;
    let at = slack_date(at);
    if is_withdrawn {
        return Message::plain(format!(
            ":white_check_mark: AWS announced that it takes *{which}* back {at}, and has not done so: it still runs."
        ));
    }
    if node.gone_epoch_seconds.is_some() {
        return Message::plain(format!(":warning: AWS took *{which}* back {at}."));
    }
    if reservation.state.is_ending() {
        return Message::plain(format!(":checkered_flag: *{handle}* has ended."));
    }
    Message::new(
        format!("AWS takes {handle} back in about two minutes"),
        vec![section(&format!(
            ":rotating_light: *AWS takes {which} back* {at}: it is a spot machine, and AWS needs it elsewhere.\nSave your work now. Nothing of what is on its disk stays."
        ))],
    )
}
