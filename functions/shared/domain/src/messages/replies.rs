//! Answers: one function from [`Reply`] to a message, and a room for each kind.

mod admin;
mod audit;
mod keys;
mod policy;
mod power;
mod prices;
mod questions;
mod reservations;
mod sharing;
mod ssh_keys;
mod sweep;
mod talk;
mod usual;

pub use keys::credential_checked;
pub use questions::answer_modal;

use super::blocks::{Message, escape};
use super::trouble;
use super::words::{bold_list, counted, people};
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
            count,
            storage_gb,
            environments,
            duration_minutes,
            asked,
            cluster,
        } => {
            let size = (*count, *storage_gb);
            let cluster = cluster.as_ref();
            prices::priced(
                offer,
                rules,
                size,
                environments,
                *duration_minutes,
                asked,
                cluster,
            )
        }
        Reply::QuoteDropped => Message::plain("All right, nothing was launched."),
        Reply::NothingFits {
            rules,
            count,
            ways_out,
            user,
        } => prices::nothing_fits(rules, *count, ways_out, user),
        Reply::Why {
            candidates,
            rules,
            count,
            storage_gb,
        } => prices::why(candidates, rules, *count, *storage_gb),
        Reply::Trail { reservation } => trouble::trail(reservation),
        Reply::ShutOut { reservation } => trouble::shut_out(reservation, Some(&reservation.owner)),
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
            user,
            more,
        } => reservations::confirm_end(reservations, *at_epoch_seconds, user, *more),
        Reply::Ending { handles, owners } => Message::plain(format!(
            ":wastebasket: Removing {}. I tell {} when everything is gone.",
            bold_list(handles),
            people(owners, "and").unwrap_or_else(|| "you".to_owned())
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
        Reply::GoesOn { handle, workers } => Message::plain(format!(
            ":heavy_check_mark: *{handle}* goes on with {}. I tell you when it is ready.",
            counted(*workers, "worker")
        )),
        Reply::NothingAsked { handle } => Message::plain(format!(
            "*{handle}* waits for no answer any more. `show {handle}` says how it stands."
        )),
        Reply::NotYours {
            handle: Some(handle),
            owner,
            admins,
        } => admin::not_yours(handle, owner, admins),
        Reply::NotYours {
            handle: None,
            owner,
            ..
        } => Message::plain(format!(
            "That question is for <@{owner}>. Ask me yourself, and I will answer you."
        )),
        Reply::Unsupported { what } => talk::unsupported(what),
        Reply::Instead {
            what,
            sentence,
            user,
        } => talk::instead(what, sentence, user),
        Reply::Usual(reply) => usual::usual(reply),
        Reply::NotBuilt { intent } => talk::not_built(*intent),
        Reply::NotAllowed { act, why, admins } => admin::not_allowed(*act, *why, admins),
        Reply::Keys(reply) => keys::keys(reply),
        Reply::Policy(reply) => policy::policy(reply),
        Reply::Power(reply) => power::power(reply),
        Reply::Admin(reply) => admin::admin(reply),
        Reply::SshKeys(reply) => ssh_keys::ssh_keys(reply),
        Reply::Share(reply) => sharing::sharing(reply),
        Reply::Sweep(reply) => sweep::sweep(reply),
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
