//! Buttons. They stay on old messages for ever, and anybody can press them: owner and state are looked at anew.

use super::{
    Decision, KeyPress, World, ending, extend_to, going_on, keys, launching, power, sharing, usual,
};
use crate::access::permission::{Act, ShareRole};
use crate::event::Reply;
use crate::forms::{FormKind, FormRequest};
use crate::intent::{Intent, Slots};
use crate::messages::action;
use crate::offers::Rules;
use crate::reservation::{Power, Reservation};
use crate::time::{HOUR_SECONDS, MINUTE_SECONDS};

/// A button that was pressed.
#[derive(Debug, Clone, PartialEq)]
pub enum Press {
    /// Take the quote of that id.
    TakeQuote(String),
    /// Leave the quote of that id.
    DropQuote(String),
    /// Add so many seconds to a reservation.
    Extend(String, i64),
    /// End a reservation, confirmed in a dialog or by a second button.
    End(Vec<String>),
    /// Switch the machine of a reservation off or on.
    Switch(String, Power),
    /// Let a cluster go on with fewer workers.
    GoOn(String),
    /// Keep reservations after all.
    Keep(Vec<String>),
    /// Show a reservation.
    Show(String),
    /// Have a cluster like that reservation as one's usual one.
    MakeUsual(String),
    /// Open a form.
    OpenForm(FormRequest),
    /// Do something about the credential of that id.
    Key(KeyPress, String),
    /// Show the credentials that are kept.
    ListKeys,
    /// Let somebody who is in already manage the reservation: its id and their user id.
    ShareToManage(String, String),
    /// Tell why the offer of the quote of that id is the cheapest.
    WhyQuote(String),
    /// Tell what was tried to get the machine of a reservation.
    WhyMachine(String),
    /// Tell which offer is the cheapest by these rules, and why.
    WhyPrice(Box<Rules>),
}

impl Press {
    /// The button with that name and value; none where it is not one of ours.
    pub fn parse(action_id: &str, value: &str) -> Option<Self> {
        let id = || value.to_owned();
        let ids = || {
            value
                .split(',')
                .filter(|id| !id.is_empty())
                .map(str::to_owned)
                .collect()
        };
        // What follows a dot only tells buttons of one kind apart.
        Some(match action_id.split('.').next().unwrap_or_default() {
            action::QUOTE_LAUNCH => Self::TakeQuote(id()),
            action::QUOTE_CANCEL => Self::DropQuote(id()),
            action::EXTEND_1H => Self::Extend(id(), HOUR_SECONDS),
            action::EXTEND_4H => Self::Extend(id(), 4 * HOUR_SECONDS),
            action::EXTEND_BY => {
                let (id, minutes) = value.split_once('/')?;
                Self::Extend(
                    id.to_owned(),
                    i64::from(minutes.parse::<u32>().ok()?) * MINUTE_SECONDS,
                )
            }
            action::TERMINATE | action::TERMINATE_YES => Self::End(ids()),
            action::TERMINATE_NO => Self::Keep(ids()),
            action::STOP => Self::Switch(id(), Power::Off),
            action::START => Self::Switch(id(), Power::On),
            action::GO_ON => Self::GoOn(id()),
            action::SHOW => Self::Show(id()),
            action::MAKE_USUAL => Self::MakeUsual(id()),
            action::SHARE_TO_MANAGE => {
                let (id, user) = value.split_once('/')?;
                Self::ShareToManage(id.to_owned(), user.to_owned())
            }
            action::QUOTE_WHY => Self::WhyQuote(id()),
            action::PRICE_WHY => Self::WhyPrice(Box::new(serde_json::from_str(value).ok()?)),
            action::MACHINE_WHY => Self::WhyMachine(id()),
            action::FORM_OPEN => Self::OpenForm(FormRequest::parse(value)?),
            action::KEY_LIST => Self::ListKeys,
            action::KEY_FORGET => Self::Key(KeyPress::Forget, id()),
            action::KEY_FORGET_NOW => Self::Key(KeyPress::ForgetNow, id()),
            action::KEY_END_ALL => Self::Key(KeyPress::EndAndForget, id()),
            action::KEY_FORGET_LATER => Self::Key(KeyPress::ForgetLater, id()),
            action::KEY_KEEP => Self::Key(KeyPress::Keep, id()),
            action::KEY_CHECK => Self::Key(KeyPress::Check, id()),
            _ => return None,
        })
    }

    /// The reservations that it is about, for the caller to look up.
    pub fn reservation_ids(&self) -> Vec<&str> {
        match self {
            Self::TakeQuote(id)
            | Self::Extend(id, _)
            | Self::GoOn(id)
            | Self::Show(id)
            | Self::MakeUsual(id)
            | Self::WhyMachine(id)
            | Self::Switch(id, _)
            | Self::ShareToManage(id, _) => vec![id],
            Self::End(ids) | Self::Keep(ids) => ids.iter().map(String::as_str).collect(),
            Self::DropQuote(_)
            | Self::OpenForm(_)
            | Self::Key(..)
            | Self::ListKeys
            | Self::WhyQuote(_)
            | Self::WhyPrice(_) => Vec::new(),
        }
    }

    /// What it is in the permission table.
    pub(super) fn act(&self) -> Act {
        match self {
            Self::TakeQuote(_) => Act::Launch,
            Self::DropQuote(_) | Self::Keep(_) | Self::WhyQuote(_) | Self::WhyPrice(_) => {
                Act::SeeOwn
            }
            Self::Extend(..) => Act::Extend,
            Self::End(_) => Act::Terminate,
            Self::Switch(..) => Act::Power,
            Self::GoOn(_) => Act::GoOn,
            Self::Show(_) | Self::WhyMachine(_) => Act::See,
            // Whose it is decides, and is looked at with the credential itself.
            Self::Key(..) | Self::ListKeys => Act::ManageOwnKeys,
            Self::ShareToManage(..) => Act::Share,
            Self::MakeUsual(_) => Act::SaveTemplate,
            Self::OpenForm(request) => match request.kind {
                FormKind::UsualCluster => Act::SetUsual,
                FormKind::AwsKeys
                | FormKind::AwsRole
                | FormKind::DigitaloceanToken
                | FormKind::SshKeys => Act::ManageOwnKeys,
                FormKind::Policy => Act::SetPolicy,
                FormKind::Admins => Act::SetAdmins,
            },
        }
    }

    /// Whether the speaker's usual cluster has to be known.
    pub(super) fn is_about_usual(&self) -> bool {
        match self {
            Self::OpenForm(request) => request.kind == FormKind::UsualCluster,
            Self::MakeUsual(_) => true,
            _ => false,
        }
    }

    /// The credential that it is about: what runs on it is looked up as well.
    pub fn credential_id(&self) -> Option<&str> {
        match self {
            Self::Key(_, id) => Some(id),
            Self::OpenForm(request) => request.credential_id.as_deref(),
            _ => None,
        }
    }

    /// The person besides the speaker whom it is about, for the caller to look up.
    pub fn other_user(&self) -> Option<&str> {
        match self {
            Self::ShareToManage(_, user) => Some(user),
            _ => None,
        }
    }

    /// The quote that it is about, for the caller to look up.
    pub fn quote_id(&self) -> Option<&str> {
        match self {
            Self::TakeQuote(id) | Self::DropQuote(id) | Self::WhyQuote(id) => Some(id),
            _ => None,
        }
    }
}

pub(super) fn pressed(press: &Press, world: &World) -> Decision {
    match press {
        Press::TakeQuote(_) => launching::taken(world),
        Press::DropQuote(_) => match &world.quote {
            Some(quote) if quote.user != world.person.user => {
                Decision::private(World::not_for_you(&quote.user))
            }
            _ => Decision::reply(Reply::QuoteDropped).then(world.closed()),
        },
        Press::WhyQuote(_) => launching::why_quoted(world),
        Press::WhyPrice(rules) => launching::why_priced(rules, world),
        Press::Extend(id, seconds) => on(id, Act::Extend, world, |reservation| {
            extend_to(
                reservation,
                reservation.deadline_epoch_seconds + seconds,
                None,
                world,
            )
        }),
        Press::OpenForm(request)
            if !request.for_user.is_empty() && request.for_user != world.person.user =>
        {
            Decision::private(World::not_for_you(&request.for_user))
        }
        Press::OpenForm(request) => keys::form(request, world),
        Press::Key(press, id) => keys::pressed(*press, id, world),
        Press::ListKeys => keys::said(Intent::ListCredentials, &Slots::default(), world),
        Press::ShareToManage(id, user) => on(id, Act::Share, world, |reservation| {
            sharing::let_in(
                reservation,
                std::slice::from_ref(user),
                ShareRole::Manage,
                world,
            )
        }),
        Press::Switch(id, to) => on(id, Act::Power, world, |reservation| {
            power::switched(reservation, *to, world)
        }),
        Press::GoOn(id) => on(id, Act::GoOn, world, |reservation| {
            going_on::pressed(reservation, world)
        }),
        Press::WhyMachine(id) => on(id, Act::See, world, |reservation| {
            Decision::private(Reply::Trail {
                reservation: Box::new(reservation.clone()),
            })
        }),
        Press::MakeUsual(id) => on(id, Act::SaveTemplate, world, |reservation| {
            usual::like(reservation, world)
        }),
        Press::Show(id) => on(id, Act::See, world, |reservation| {
            Decision::reply(Reply::Details {
                reservation: Box::new(reservation.clone()),
                relation: world.relation(reservation),
                at_epoch_seconds: world.now,
            })
        }),
        Press::End(ids) => {
            let decision = ending::confirmed(ids, world);
            if decision.writes.is_empty() {
                decision
            } else {
                decision.then(world.closed())
            }
        }
        Press::Keep(ids) => match ids
            .iter()
            .filter_map(|id| world.find(id))
            .find(|reservation| !world.may(Act::Terminate, reservation))
        {
            Some(foreign) => Decision::private(World::not_for_you(&foreign.owner)),
            None => Decision::reply(ending::kept(ids, world)).then(world.closed()),
        },
    }
}

fn on(id: &str, act: Act, world: &World, then: impl FnOnce(&Reservation) -> Decision) -> Decision {
    match world.find(id) {
        None => Decision::private(Reply::HasNone),
        Some(reservation) if !world.may(act, reservation) => {
            Decision::private(world.not_yours(reservation))
        }
        Some(reservation) => then(reservation),
    }
}
