//! Answers: one function from [`Reply`] to a message, and a room for each kind.

mod admin;
mod keys;
mod policy;
mod prices;
mod questions;
mod reservations;
mod sharing;
mod talk;

pub use questions::answer_modal;

use super::blocks::{Message, escape};
use super::words::bold_list;
use crate::event::Reply;
use crate::identity::PlaceKind;
use crate::time::slack_date;

/// Reservations in a list, by what a message can hold; the oldest are left out and counted.
const LISTED_MAX: usize = 15;

/// What an answer says, in a place of that kind.
#[expect(clippy::too_many_lines, reason = "one arm an answer")]
pub fn reply(reply: &Reply, place: PlaceKind) -> Message {
    match reply {
        Reply::Ask {
            intent,
            asked,
            user,
        } => questions::ask(*intent, *asked, user, place),
        Reply::Quoted {
            quote,
            renewed,
            has_key,
        } => prices::quoted(quote, *renewed, *has_key),
        Reply::Priced {
            offer,
            rules,
            storage_gb,
            duration_minutes,
            asked,
        } => prices::priced(offer, rules, *storage_gb, *duration_minutes, asked),
        Reply::QuoteDropped => Message::plain("All right, nothing was launched."),
        Reply::NothingFits {
            rules,
            ways_out,
            user,
        } => prices::nothing_fits(rules, ways_out, user),
        Reply::Why {
            candidates,
            rules,
            storage_gb,
        } => prices::why(candidates, rules, *storage_gb),
        Reply::Launching { reservation } => reservations::launching(reservation),
        Reply::Listing {
            reservations,
            shared,
            at_epoch_seconds,
        } => reservations::listing(reservations, shared, *at_epoch_seconds),
        Reply::Details {
            reservation,
            relation,
            at_epoch_seconds,
        } => reservations::details(reservation, *relation, *at_epoch_seconds),
        Reply::Extended {
            handle,
            deadline_epoch_seconds,
        } => Message::plain(format!(
            ":white_check_mark: *{handle}* now ends {}.",
            slack_date(*deadline_epoch_seconds)
        )),
        Reply::NotExtended {
            handle,
            deadline_epoch_seconds,
            latest_epoch_seconds,
        } => reservations::not_extended(handle, *deadline_epoch_seconds, *latest_epoch_seconds),
        Reply::ConfirmEnd {
            reservations,
            at_epoch_seconds,
        } => reservations::confirm_end(reservations, *at_epoch_seconds),
        Reply::Ending { handles } => Message::plain(format!(
            ":wastebasket: Removing {}. I tell you when everything is gone.",
            bold_list(handles)
        )),
        Reply::Kept { handles } => Message::plain(format!(
            "All right, nothing changes for {}.",
            bold_list(handles)
        )),
        Reply::Which {
            intent,
            reservations,
            minutes,
        } => questions::which(*intent, reservations, *minutes),
        Reply::Unknown { name } => Message::plain(format!(
            "I know no reservation called *{}*. `show my machines` lists yours.",
            escape(name)
        )),
        Reply::HasNone => Message::plain(
            "You have no machine right now. Say, for example, `spin up an ubuntu vm with 8gb for 4 hours`.",
        ),
        Reply::Over { handle } => {
            Message::plain(format!("*{handle}* is over already, or about to be."))
        }
        Reply::NotYours {
            handle: Some(handle),
            owner,
            admins,
        } => Message::plain(format!(
            "*{handle}* belongs to <@{owner}>. Only they{} can do that; ask them, or get a machine of your own.",
            admin::people(admins)
                .map_or_else(String::new, |people| format!(" or an admin ({people})"))
        )),
        Reply::NotYours {
            handle: None,
            owner,
            ..
        } => Message::plain(format!(
            "That question is for <@{owner}>. Ask me yourself, and I will answer you."
        )),
        Reply::Unsupported { what } => talk::unsupported(what),
        Reply::NotBuilt { intent } => talk::not_built(*intent),
        Reply::NotAllowed { act, why, admins } => admin::not_allowed(*act, *why, admins),
        Reply::Keys(reply) => keys::keys(reply),
        Reply::Policy(reply) => policy::policy(reply),
        Reply::Admin(reply) => admin::admin(reply),
        Reply::Share(reply) => sharing::sharing(reply),
        Reply::KeyKnown { added: true } => Message::plain(
            ":key: Your ssh key is kept and will be on every machine you launch from now on.",
        ),
        Reply::KeyKnown { added: false } => {
            Message::plain("I know that ssh key already. It is on every machine you launch.")
        }
        Reply::HowToGiveKey { user } => talk::how_to_give_key(user),
        Reply::SecretSeen { user } => talk::secret_seen(user),
        Reply::Help => talk::help(),
        Reply::Topic { intent } => talk::topic(*intent),
        Reply::Greeting => Message::plain(
            "Hello! I get you cloud machines. Say, for example, `spin up an ubuntu vm with 8gb for 4 hours`, or `help`.",
        ),
        Reply::Welcome => Message::plain("You are welcome!"),
        Reply::Forgotten => Message::plain("Forgotten. Nothing was changed."),
        Reply::NothingOpen => Message::plain(
            "There is nothing open to answer. Say, for example, `spin up an ubuntu vm with 8gb for 4 hours`, or `help`.",
        ),
        Reply::Stale => Message::plain(
            "That was a while ago, so I have let it go. Please say again what you need.",
        ),
        Reply::NotUnderstood {
            heard,
            readings,
            user,
        } => talk::not_understood(heard, readings, user),
    }
}
