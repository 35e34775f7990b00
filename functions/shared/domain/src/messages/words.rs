//! Turns of phrase that several messages share.

use super::action;
use super::blocks::{Look, button, confirmed};
use crate::cost::{bill, usd};
use crate::offers::Offer;
use crate::reservation::{Reservation, State};
use crate::ssh::KeyFault;
use crate::time::slack_date;

/// A machine for hire in words: "t3a.large (2 vCPU, 8 GiB, us-east-1)".
pub(super) fn offer_words(offer: &Offer) -> String {
    format!(
        "{} ({} vCPU, {} GiB, {})",
        offer.instance_type, offer.vcpus, offer.memory_gib, offer.region
    )
}

pub(super) fn state_words(reservation: &Reservation) -> &'static str {
    match reservation.state {
        State::Requested | State::Provisioning if reservation.end.is_some() => "being cancelled",
        State::Requested | State::Provisioning => "being launched",
        State::Ready => "running",
        State::Undoing | State::Terminating => "being removed",
        State::Terminated => "ended",
        State::Failed => "could not be launched",
    }
}

pub(super) fn bold_list(handles: &[String]) -> String {
    handles
        .iter()
        .map(|handle| format!("*{handle}*"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Where the machine is and how to get in.
pub(super) fn access_lines(reservation: &Reservation) -> String {
    let Some(address) = &reservation.node.public_address else {
        return String::new();
    };
    let user = reservation.spec.os.login_user();
    let mut lines = format!("Address `{address}`\nLog in with `ssh {user}@{address}`\n");
    if reservation.authorized_keys.is_empty() {
        lines.push_str("_No ssh key of yours was known at launch, so it will not let you in._ Send me your public key and launch anew.\n");
    }
    lines
}

/// The end and the price.
pub(super) fn deadline_line(reservation: &Reservation) -> String {
    let start = reservation
        .node
        .launched_epoch_seconds
        .unwrap_or(reservation.requested_epoch_seconds);
    let total = reservation
        .hourly()
        .between(start, reservation.deadline_epoch_seconds);
    format!(
        "Ends {} · {} per hour, {} in all by then",
        slack_date(reservation.deadline_epoch_seconds),
        usd(reservation.hourly().total_usd()),
        bill(total)
    )
}

/// The buttons of a machine in its owner's hands.
pub(super) fn keep_or_end(reservation: &Reservation) -> Vec<serde_json::Value> {
    let handle = &reservation.handle;
    vec![
        button(
            Look::Primary,
            "Extend 1 h",
            action::EXTEND_1H,
            &reservation.id,
        ),
        button(
            Look::Plain,
            "Extend 4 h",
            action::EXTEND_4H,
            &reservation.id,
        ),
        confirmed(
            button(
                Look::Danger,
                "Terminate",
                action::TERMINATE,
                &reservation.id,
            ),
            &format!("Terminate {handle}?"),
            &format!(
                "*{handle}* ({}) and everything on its disk will be gone for good.",
                reservation.spec.system()
            ),
            "Terminate",
        ),
    ]
}

/// The machine in one line: system, type, size, region.
pub(super) fn machine_line(reservation: &Reservation) -> String {
    let offer = reservation.offer();
    format!("{} on {}", reservation.spec.system(), offer_words(offer))
}

pub(super) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

/// Why an ssh key cannot be taken, and what to do; without marks, for it also stands beside a form's field.
pub(crate) fn ssh_key_fault(fault: KeyFault) -> String {
    const NEW: &str = "Make a new one with “ssh-keygen -t ed25519”.";
    match fault {
        KeyFault::NotAKey => "That is no public ssh key. Paste the one line of a file such as ~/.ssh/id_ed25519.pub, beginning with ssh-ed25519.".to_owned(),
        KeyFault::Private => "That is a private key. I have not kept it, but it was sent, so it has to be replaced: make a new pair with “ssh-keygen -t ed25519”, and paste the line of the file that ends in .pub.".to_owned(),
        KeyFault::Options => "Something stands before the key’s type. Options and commands are not taken: begin with the type, such as ssh-ed25519.".to_owned(),
        KeyFault::Dsa => format!("DSA keys are weak, and machines of today do not accept them. {NEW}"),
        KeyFault::RsaTooShort(bits) => format!("An RSA key of {bits} bits is too weak for the years to come: 3072 are the least. {NEW}"),
        KeyFault::RsaTooLong(bits) => format!("An RSA key of {bits} bits is longer than a machine can be given: 4096 are the most. {NEW}"),
        KeyFault::Damaged => "That key is cut off or damaged. Copy the whole line from the file that ends in .pub.".to_owned(),
    }
}
