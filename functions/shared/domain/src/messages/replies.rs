//! Answers: one function from [`Reply`] to a message.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::action;
use super::blocks::{Look, Message, actions, button, context, escape, section};
use super::cards::{access_lines, deadline_line, keep_or_end, machine_line};
use crate::cost::{HourlyCost, bill, usd};
use crate::event::{Reply, Unsupported};
use crate::identity::PlaceKind;
use crate::intent::{Intent, Next};
use crate::offers::Offer;
use crate::quote::Quote;
use crate::reservation::{Reservation, State};
use crate::spec::System;
use crate::time::{EpochSeconds, MINUTE_SECONDS, length, slack_date};

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
        } => ask(*intent, *asked, user, place),
        Reply::Quoted {
            quote,
            renewed,
            has_key,
        } => quoted(quote, *renewed, *has_key),
        Reply::Priced {
            offer,
            rules,
            storage_gb,
            duration_minutes,
        } => priced(offer, rules, *storage_gb, *duration_minutes),
        Reply::QuoteDropped => Message::plain("All right, nothing was launched."),
        Reply::NothingFits { rules, nearest } => nothing_fits(rules, nearest.as_ref()),
        Reply::Launching { reservation } => launching(reservation),
        Reply::Listing {
            reservations,
            at_epoch_seconds,
        } => listing(reservations, *at_epoch_seconds),
        Reply::Details {
            reservation,
            at_epoch_seconds,
        } => details(reservation, *at_epoch_seconds),
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
        } => not_extended(handle, *deadline_epoch_seconds, *latest_epoch_seconds),
        Reply::ConfirmEnd {
            reservations,
            at_epoch_seconds,
        } => confirm_end(reservations, *at_epoch_seconds),
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
        } => which(*intent, reservations, *minutes),
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
        } => Message::plain(format!(
            "*{handle}* belongs to <@{owner}>. Only they can do that; ask them, or get a machine of your own."
        )),
        Reply::NotYours {
            handle: None,
            owner,
        } => Message::plain(format!(
            "That question is for <@{owner}>. Ask me yourself, and I will answer you."
        )),
        Reply::Unsupported { what } => unsupported(what),
        Reply::NotBuilt { intent } => not_built(*intent),
        Reply::NotAllowed { guest } => Message::plain(if *guest {
            "Guests cannot hire machines here. A full member of this workspace can do it for you."
        } else {
            "Only full members of this workspace can hire machines. Ask a colleague who is one."
        }),
        Reply::KeyKnown { added: true } => Message::plain(
            ":key: Your ssh key is kept and will be on every machine you launch from now on.",
        ),
        Reply::KeyKnown { added: false } => {
            Message::plain("I know that ssh key already. It is on every machine you launch.")
        }
        Reply::HowToGiveKey => Message::plain(
            "Send me your *public* ssh key: the one line in `~/.ssh/id_ed25519.pub`, beginning with `ssh-ed25519`. Never the file without `.pub`.",
        ),
        Reply::SecretSeen => Message::plain(
            ":warning: *That looks like a secret key.* I neither kept it nor passed it on, but it stands in Slack now: delete the message, and replace the key where it came from. Cloud keys are not needed yet: machines run in your organisation's account.",
        ),
        Reply::Help => help(),
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
        } => not_understood(heard, readings, user),
    }
}

/// The form for answering in one's own words. Its metadata says which conversation the answer belongs to.
pub fn answer_modal(question: &str, metadata: &str) -> Value {
    json!({
        "type": "modal",
        "callback_id": action::ANSWER_FORM,
        "private_metadata": metadata,
        "title": {"type": "plain_text", "text": "Your answer"},
        "submit": {"type": "plain_text", "text": "Send"},
        "close": {"type": "plain_text", "text": "Back"},
        "blocks": [{
            "type": "input",
            "block_id": action::ANSWER_FORM,
            "label": {"type": "plain_text", "text": question},
            "element": {
                "type": "plain_text_input",
                "action_id": action::ANSWER_FORM,
                "max_length": 300,
                "focus_on_load": true,
            },
        }],
    })
}

/// A machine for hire in words: "t3a.large (2 vCPU, 8 GiB, us-east-1)".
pub(super) fn offer_words(offer: &Offer) -> String {
    format!(
        "{} ({} vCPU, {} GiB, {})",
        offer.instance_type, offer.vcpus, offer.memory_gib, offer.region
    )
}

/// The question that asks for a slot.
pub(super) fn question(intent: Intent, asked: Next) -> &'static str {
    match (intent, asked) {
        (_, Next::Os) => "Which system should it run?",
        (_, Next::MemoryGb) => "How much memory should it have?",
        (Intent::ExtendReservation, Next::DurationMinutes) => "How much longer do you need it?",
        (Intent::SetReminder, Next::DurationMinutes) => "When shall I remind you?",
        (_, Next::DurationMinutes) => "For how long do you need it?",
        (_, Next::Nodes) => "How many machines should the cluster have?",
        (_, Next::Reservation) => "Which reservation do you mean?",
        (_, Next::Template) => "What is the template called?",
        (_, Next::User) => "With whom?",
        (_, Next::Provider) => "On which cloud?",
        (_, Next::Confirm | Next::Done) => "Shall I go ahead?",
    }
}

fn ask(intent: Intent, asked: Next, user: &str, place: PlaceKind) -> Message {
    let question = question(intent, asked);
    let choices: Vec<(&str, &str)> = match asked {
        Next::Os => System::ALL
            .map(|system| (system.title(), system.title()))
            .to_vec(),
        Next::MemoryGb => vec![
            ("4 GB", "4 GB"),
            ("8 GB", "8 GB"),
            ("16 GB", "16 GB"),
            ("32 GB", "32 GB"),
        ],
        Next::DurationMinutes => vec![
            ("1 hour", "1 hour"),
            ("4 hours", "4 hours"),
            ("1 day", "1 day"),
            ("1 week", "1 week"),
        ],
        Next::Nodes => vec![("3", "3"), ("5", "5"), ("10", "10")],
        _ => Vec::new(),
    };
    let mut buttons: Vec<Value> = choices
        .iter()
        .enumerate()
        .map(|(number, (label, text))| {
            button(
                Look::Plain,
                label,
                &format!("{}{number}", action::SAY),
                &format!("{user}/{text}"),
            )
        })
        .collect();
    // In a channel only mentions are heard, so an answer in one's own words needs a form.
    if place != PlaceKind::Direct {
        buttons.push(button(
            Look::Primary,
            "Answer …",
            action::ANSWER_OPEN,
            &format!("{user}/{question}"),
        ));
    }
    let hint = match place {
        PlaceKind::Direct => "Just answer, or press a button. “Forget it” ends this.",
        PlaceKind::Channel => {
            "Press a button, or mention me with your answer: I only hear mentions here. “Forget it” ends this."
        }
        PlaceKind::Private => {
            "Press a button, or use `/infrared` again with your answer. “Forget it” ends this."
        }
    };
    let mut message = Message::new(question, vec![section(&format!("*{question}*"))]);
    if !buttons.is_empty() {
        message = message.with(actions(&buttons));
    }
    message.with(context(hint))
}

/// Said while there is still time to send one.
const NO_KEY: &str = ":key: I know no ssh key of yours, so you could not log in. Send me the line in `~/.ssh/id_ed25519.pub` first.";

fn quoted(quote: &Quote, renewed: bool, has_key: bool) -> Message {
    let offer = quote.winner();
    let cost = quote.hourly();
    let time = length(i64::from(quote.spec.duration_minutes) * MINUTE_SECONDS);
    let total = bill(quote.total_usd());
    let intro = if renewed {
        "That price was too old to take, so here it is afresh.\n"
    } else {
        ""
    };
    let text = format!(
        "{intro}*{} for {time}*\n{}\n*{} per hour, {total} in all*",
        quote.spec.system(),
        offer_words(offer),
        usd(cost.total_usd()),
    );
    let small_print = format!(
        "{}\nThe cheapest by these rules: {}.",
        parts(&cost, quote.spec.storage_gb),
        quote.rules
    );
    let notification = format!("{} for {time}: {total} in all", quote.spec.system());
    let mut message = Message::new(notification, vec![section(&text), context(&small_print)]);
    if !has_key {
        message = message.with(context(NO_KEY));
    }
    message.with(actions(&[
        button(Look::Primary, "Launch", action::QUOTE_LAUNCH, &quote.id),
        button(Look::Plain, "Cancel", action::QUOTE_CANCEL, &quote.id),
    ]))
}

fn parts(cost: &HourlyCost, storage_gb: u32) -> String {
    format!(
        "Machine {}, {storage_gb} GB disk {}, public address {} per hour.",
        usd(cost.machine_usd),
        usd(cost.storage_usd),
        usd(cost.address_usd)
    )
}

fn priced(offer: &Offer, rules: &str, storage_gb: u32, duration_minutes: Option<u32>) -> Message {
    let cost = HourlyCost::of(offer, storage_gb);
    let mut text = format!(
        "*{}*: {} per hour",
        offer_words(offer),
        usd(cost.total_usd())
    );
    if let Some(minutes) = duration_minutes {
        let seconds = i64::from(minutes) * MINUTE_SECONDS;
        let _ = write!(
            text,
            ", {} for {}",
            bill(cost.between(0, seconds)),
            length(seconds)
        );
    }
    text.push_str(".\nNothing was launched; say “book it” to have it.");
    Message::plain(text).with(context(&format!(
        "{}\nThe cheapest by these rules: {rules}.",
        parts(&cost, storage_gb)
    )))
}

fn nothing_fits(rules: &str, nearest: Option<&Offer>) -> Message {
    let nearest = nearest.map_or_else(String::new, |offer| {
        format!(
            "\nThe largest there is: {} at {} per hour.",
            offer_words(offer),
            usd(offer.hourly_usd)
        )
    });
    Message::plain(format!(
        "No machine fits these rules: {rules}.{nearest}\nAsk for less, or name another type."
    ))
}

fn launching(reservation: &Reservation) -> Message {
    Message::plain(format!(
        ":rocket: Launching *{}*, yours until {}.",
        reservation.handle,
        slack_date(reservation.deadline_epoch_seconds)
    ))
}

fn listing(reservations: &[Reservation], at: EpochSeconds) -> Message {
    if reservations.is_empty() {
        return reply(&Reply::HasNone, PlaceKind::Direct);
    }
    let count = reservations.len();
    let noun = if count == 1 { "machine" } else { "machines" };
    let mut message = Message::new(
        format!("You have {count} {noun}"),
        vec![section(&format!("*You have {count} {noun}*"))],
    );
    for reservation in reservations.iter().take(LISTED_MAX) {
        let mut block = section(&format!(
            "*{}* · {} · {}\nEnds {} · {} so far",
            reservation.handle,
            state_words(reservation),
            machine_line(reservation),
            slack_date(reservation.deadline_epoch_seconds),
            bill(reservation.cost_usd(at)),
        ));
        block["accessory"] = button(Look::Plain, "Details", action::SHOW, &reservation.id);
        message = message.with(block);
    }
    if count > LISTED_MAX {
        message = message.with(context(&format!("… and {} more.", count - LISTED_MAX)));
    }
    message
}

fn details(reservation: &Reservation, at: EpochSeconds) -> Message {
    let text = format!(
        "*{}* · {}\n{}\n{}{}\n{} so far",
        reservation.handle,
        state_words(reservation),
        machine_line(reservation),
        if reservation.state == State::Ready {
            access_lines(reservation)
        } else {
            String::new()
        },
        deadline_line(reservation),
        bill(reservation.cost_usd(at)),
    );
    let message = Message::new(
        format!("{}: {}", reservation.handle, state_words(reservation)),
        vec![section(&text)],
    );
    if reservation.state == State::Ready {
        message.with(actions(&keep_or_end(reservation)))
    } else {
        message
    }
}

fn state_words(reservation: &Reservation) -> &'static str {
    match reservation.state {
        State::Requested | State::Provisioning if reservation.end.is_some() => "being cancelled",
        State::Requested | State::Provisioning => "being launched",
        State::Ready => "running",
        State::Undoing | State::Terminating => "being removed",
        State::Terminated => "ended",
        State::Failed => "could not be launched",
    }
}

fn not_extended(handle: &str, deadline: EpochSeconds, latest: Option<EpochSeconds>) -> Message {
    let stands = slack_date(deadline);
    Message::plain(match latest {
        Some(latest) => format!(
            "*{handle}* cannot be kept that long: the latest end possible now is {}. It still ends {stands}.",
            slack_date(latest)
        ),
        None => format!(
            "That would not be later: *{handle}* already ends {stands}. Nothing was changed."
        ),
    })
}

fn confirm_end(reservations: &[Reservation], at: EpochSeconds) -> Message {
    let handles: Vec<String> = reservations
        .iter()
        .map(|reservation| reservation.handle.clone())
        .collect();
    let ids: Vec<&str> = reservations
        .iter()
        .map(|reservation| reservation.id.as_str())
        .collect();
    let lines: Vec<String> = reservations
        .iter()
        .map(|reservation| {
            format!(
                "*{}* · {} · {} so far",
                reservation.handle,
                machine_line(reservation),
                bill(reservation.cost_usd(at))
            )
        })
        .collect();
    let question = format!("Terminate {}?", bold_list(&handles));
    Message::new(
        format!("Terminate {}?", handles.join(", ")),
        vec![
            section(&format!(
                "{question}\n{}\nEverything on the disk will be gone for good.",
                lines.join("\n")
            )),
            actions(&[
                button(
                    Look::Danger,
                    "Terminate",
                    action::TERMINATE_YES,
                    &ids.join(","),
                ),
                button(Look::Plain, "Keep it", action::TERMINATE_NO, &ids.join(",")),
            ]),
        ],
    )
}

fn which(intent: Intent, reservations: &[Reservation], minutes: Option<u32>) -> Message {
    let buttons = reservations.iter().take(LISTED_MAX).map(|reservation| {
        let label = format!(
            "{} · {}",
            reservation.handle,
            reservation.offer().instance_type
        );
        // Several buttons of one kind in a row need names of their own; what follows the dot is ignored.
        let named = |name: &str| format!("{name}.{}", reservation.handle);
        match (intent, minutes) {
            (Intent::ExtendReservation, Some(minutes)) => button(
                Look::Plain,
                &label,
                &named(action::EXTEND_BY),
                &format!("{}/{minutes}", reservation.id),
            ),
            (Intent::TerminateReservation, _) => super::blocks::confirmed(
                button(
                    Look::Danger,
                    &label,
                    &named(action::TERMINATE),
                    &reservation.id,
                ),
                &format!("Terminate {}?", reservation.handle),
                &format!(
                    "*{}* and everything on its disk will be gone for good.",
                    reservation.handle
                ),
                "Terminate",
            ),
            _ => button(Look::Plain, &label, &named(action::SHOW), &reservation.id),
        }
    });
    Message::new(
        "Which one do you mean?",
        vec![
            section("*Which one do you mean?*"),
            actions(&buttons.collect::<Vec<_>>()),
        ],
    )
}

fn unsupported(what: &Unsupported) -> Message {
    Message::plain(match what {
        Unsupported::System(name) => format!(
            "I have no image for {} yet. Ubuntu, Debian and Amazon Linux are ready today: which shall it be?",
            escape(name)
        ),
        Unsupported::Version(name) => format!(
            "I have no image for {}. Ubuntu 24.04 and 22.04, Debian 12 and Amazon Linux 2023 are ready today.",
            escape(name)
        ),
        Unsupported::Provider(name) => format!(
            "{} is not connected yet. EC2 is ready today: ask again without naming a cloud.",
            escape(name)
        ),
        Unsupported::Region(name) => format!(
            "I cannot launch in {} yet. Ask again without a region to get us-east-1.",
            escape(name)
        ),
        Unsupported::Environment(name) => format!(
            "I cannot set up {} on a machine yet. A plain machine is ready today: ask again without it.",
            escape(name)
        ),
        Unsupported::Count(count) => format!(
            "I launch one machine at a time today, not {count}. Ask for one, then for the next."
        ),
        Unsupported::Spot => {
            "Spot machines are not ready yet. Ask again without “spot” for an on-demand machine."
                .to_owned()
        }
        Unsupported::InstanceType(name) => format!(
            "I do not know the type {}. Say how much memory you need instead, such as “8 GB”.",
            escape(name)
        ),
        Unsupported::Template(name) => format!(
            "There is no template called {}: templates are not ready yet. Say what you need in words.",
            escape(name)
        ),
        Unsupported::Storage(gb) => {
            format!("A disk can have 8 to 16000 GB, not {gb}. Ask again with another size.")
        }
        Unsupported::Duration => {
            "A machine can be had for 10 minutes to 30 days at a time. Ask again with another time."
                .to_owned()
        }
    })
}

fn not_built(intent: Intent) -> Message {
    let title = intent.help().map_or("That", |topic| topic.title);
    Message::plain(format!(
        "I understand (“{title}”), but that is not ready yet. Today I launch single machines, show, extend and terminate them: see `help`."
    ))
}

fn not_understood(heard: &str, readings: &[String], user: &str) -> Message {
    let understood = if heard.is_empty() {
        "I did not understand that.".to_owned()
    } else {
        format!(
            "I understood *{}*, but not what to do about it.",
            escape(heard)
        )
    };
    let buttons: Vec<Value> = readings
        .iter()
        .enumerate()
        .map(|(number, sentence)| {
            let value = format!("{user}/{sentence}");
            button(
                Look::Plain,
                sentence,
                &format!("{}{number}", action::SAY),
                &value,
            )
        })
        .collect();
    let text = format!("{understood} Did you mean one of these?");
    Message::new(&text, vec![section(&text), actions(&buttons)]).with(context(
        "Or say it in other words; `help` shows what I can do.",
    ))
}

/// What can be done today, from the same table as the rest of the understanding.
fn help() -> Message {
    let mut text = String::from(
        "*I get you cloud machines, and take them away again in time.* Talk to me here, mention me in a channel, or use `/infrared`.\n",
    );
    for topic in Intent::ALL
        .iter()
        .filter(|intent| is_ready(**intent) && !matches!(intent, Intent::Help | Intent::Cancel))
        .filter_map(|intent| intent.help())
    {
        let example = topic.examples.first().copied().unwrap_or_default();
        let _ = write!(text, "\n• *{}*: `{example}`", topic.title);
        if let Some(terse) = topic.terse {
            let _ = write!(text, " or `/infrared {terse}`");
        }
    }
    text.push_str("\n• `forget it` ends whatever we were talking about");
    Message::new("What I can do", vec![section(&text)]).with(context(
        "I warn you 30 and 5 minutes before the end, with buttons to extend.",
    ))
}

/// What is built. The others are understood and answered honestly.
const fn is_ready(intent: Intent) -> bool {
    match intent {
        Intent::CreateVm
        | Intent::PriceQuote
        | Intent::ListReservations
        | Intent::ShowReservation
        | Intent::ExtendReservation
        | Intent::TerminateReservation
        | Intent::AddSshKey
        | Intent::Help
        | Intent::Greet
        | Intent::Thanks
        | Intent::Cancel
        | Intent::Affirm
        | Intent::Deny
        | Intent::Provide
        | Intent::OutOfScope => true,
        Intent::CreateCluster
        | Intent::StopReservation
        | Intent::StartReservation
        | Intent::SetReminder
        | Intent::SaveTemplate
        | Intent::ListTemplates
        | Intent::DeleteTemplate
        | Intent::SaveCredentials
        | Intent::ListCredentials
        | Intent::DeleteCredentials
        | Intent::ShareReservation
        | Intent::UnshareReservation
        | Intent::UsageReport => false,
    }
}

fn bold_list(handles: &[String]) -> String {
    handles
        .iter()
        .map(|handle| format!("*{handle}*"))
        .collect::<Vec<_>>()
        .join(", ")
}
