//! Every word that users see. Functions from data to a Slack message; no other module holds prose for people.

mod blocks;
mod cards;
mod clusters;
mod forms;
mod replies;
#[cfg(test)]
mod tests;
mod trouble;
mod words;

pub use blocks::{Message, escape};
pub use cards::{CardKind, card, cards, shows_notebook, with_notebook};
pub use forms::form;
pub use replies::{answer_modal, credential_checked, reply};
pub(crate) use words::ssh_key_fault;

/// Names of buttons and forms, as they come back when they are used.
pub mod action {
    /// Takes a quote; the value is its id.
    pub const QUOTE_LAUNCH: &str = "quote_launch";
    /// Leaves a quote; the value is its id.
    pub const QUOTE_CANCEL: &str = "quote_cancel";
    /// Adds an hour; the value is the reservation's id.
    pub const EXTEND_1H: &str = "extend_1h";
    /// Adds four hours; the value is the reservation's id.
    pub const EXTEND_4H: &str = "extend_4h";
    /// Adds as many minutes as the value says: `<reservation id>/<minutes>`.
    pub const EXTEND_BY: &str = "extend_by";
    /// Ends a reservation at once (Slack has asked "really?"); the value is its id.
    pub const TERMINATE: &str = "terminate";
    /// Confirms an end that was asked for in words; the value is the ids, separated by commas.
    pub const TERMINATE_YES: &str = "terminate_yes";
    /// Takes that back; the value is the ids.
    pub const TERMINATE_NO: &str = "terminate_no";
    /// Switches the machine of a reservation off; the value is the reservation's id.
    pub const STOP: &str = "stop";
    /// Switches it on again; the value is the reservation's id.
    pub const START: &str = "start";
    /// Makes a cluster like that reservation the presser's usual one; the value is its id.
    pub const MAKE_USUAL: &str = "make_usual";
    /// Lets a cluster go on with fewer workers; the value is the reservation's id.
    pub const GO_ON: &str = "go_on";
    /// Shows all about a reservation; the value is its id.
    pub const SHOW: &str = "show";
    /// Says a sentence in the reader's place: `<user>/<sentence>`. A number follows, for uniqueness in a block.
    pub const SAY: &str = "say_";
    /// The same on a standing message, which stays as it is.
    pub const SAY_ANOTHER: &str = "say_another";
    /// Opens the form for an answer in one's own words: `<user>/<question>`.
    pub const ANSWER_OPEN: &str = "answer_open";
    /// Lets somebody who is in already manage a reservation: `<reservation id>/<user>`.
    pub const SHARE_TO_MANAGE: &str = "share_to_manage";
    /// The form's name, its one block and its one field.
    pub const ANSWER_FORM: &str = "answer";
    /// Tells why a quote's offer is the cheapest; the value is the quote's id.
    pub const QUOTE_WHY: &str = "quote_why";
    /// Tells why an offer is the cheapest by certain rules; the value is the rules as JSON.
    pub const PRICE_WHY: &str = "price_why";
    /// Tells what was tried to get a machine; the value is the reservation's id.
    pub const MACHINE_WHY: &str = "machine_why";
    /// Opens another form: `<user>/<kind>` or `<user>/<kind>/<credential id>`; the user may be empty.
    pub const FORM_OPEN: &str = "form_open";
    /// Shows the credentials that are kept.
    pub const KEY_LIST: &str = "key_list";
    /// Asks what is to become of a credential; the value is its id, here and below.
    pub const KEY_FORGET: &str = "key_forget";
    /// Forgets a credential that nothing runs on.
    pub const KEY_FORGET_NOW: &str = "key_forget_now";
    /// Ends what runs on a credential, and forgets it then.
    pub const KEY_END_ALL: &str = "key_end_all";
    /// Forgets a credential when what runs on it has ended.
    pub const KEY_FORGET_LATER: &str = "key_forget_later";
    /// Keeps a credential after all.
    pub const KEY_KEEP: &str = "key_keep";
    /// Checks a credential once more.
    pub const KEY_CHECK: &str = "key_check";
}
