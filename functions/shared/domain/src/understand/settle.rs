//! From everything read to the slots of one intent.

use jiff::civil::DateTime;

use super::class::Class;
use super::moments::Length;
use super::negation::corrected_between;
use super::quantities::{Quantity, What};
use super::token::{Kind, Token};
use super::view::View;
use crate::intent::{Intent, Kind as PriceKind, Next, Period, Scope, Slots, Status};

/// The slots the intent has, filled from the text. `base` is the task that gives the values their meaning.
pub(super) fn slots(view: &View<'_>, intent: Intent, now: DateTime) -> Slots {
    let base = if intent == Intent::Provide {
        view.open.map_or(intent, |open| open.intent)
    } else {
        intent
    };
    let answering = if intent == Intent::Provide || intent == Intent::PriceQuote {
        view.open
    } else {
        None
    };
    let mut out = Slots::default();
    match base {
        Intent::CreateVm | Intent::CreateCluster | Intent::PriceQuote => {
            out = view.specs.clone();
            machines(
                view,
                base,
                answering.and_then(|open| open.asked),
                now,
                &mut out,
            );
        }
        Intent::ListReservations => {
            out.scope = scope(view);
            out.status = status(view);
        }
        Intent::ShowReservation
        | Intent::TerminateReservation
        | Intent::StopReservation
        | Intent::StartReservation => {
            out.reservation = view.references.slot();
        }
        Intent::ExtendReservation | Intent::SetReminder => {
            out.reservation = view.references.slot();
            time(view, base, answering.is_some(), &mut out);
        }
        Intent::SaveTemplate => {
            out.reservation = view.references.slot();
            out.template.clone_from(&view.specs.template);
        }
        Intent::DeleteTemplate => out.template.clone_from(&view.specs.template),
        Intent::SaveCredentials | Intent::DeleteCredentials => out.provider = view.specs.provider,
        Intent::ShareReservation | Intent::UnshareReservation => {
            out.reservation = view.references.slot();
            out.user = super::references::people(view.tokens);
        }
        Intent::UsageReport => {
            out.scope = scope(view);
            out.period = period(view);
        }
        Intent::ListTemplates
        | Intent::ListCredentials
        | Intent::AddSshKey
        | Intent::Help
        | Intent::Greet
        | Intent::Thanks
        | Intent::Cancel
        | Intent::Affirm
        | Intent::Deny
        | Intent::Provide
        | Intent::OutOfScope => {}
    }
    out
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range"
)]
fn whole(value: f64) -> u32 {
    value.clamp(0.0, f64::from(u32::MAX)).round() as u32
}

/// What a machine or cluster should be like.
fn machines(view: &View<'_>, base: Intent, asked: Option<Next>, now: DateTime, out: &mut Slots) {
    let cluster = base == Intent::CreateCluster || (base == Intent::PriceQuote && view.cluster);
    let mut before: Option<&Quantity> = None;
    for quantity in view.quantities {
        let what = match quantity.what {
            What::Loose(value) => loose(view, value, quantity, before, asked, base, cluster, out),
            other => Some(other),
        };
        if let Some(what) = what {
            put(view, what, now, cluster, out, asked.is_some());
        }
        before = Some(quantity);
    }
    if cluster {
        out.count = None;
        out.environment = None;
        out.storage_type = None;
        out.os_version = if base == Intent::PriceQuote {
            out.os_version.take()
        } else {
            None
        };
        if base == Intent::CreateCluster {
            out.instance_type = None;
            out.max_hourly_usd = None;
        }
    } else {
        if let Some(nodes) = out.nodes.take() {
            out.count = Some(nodes);
        }
        out.workers = None;
        out.notebook = None;
        out.framework = None;
    }
    if out.count == Some(1) {
        out.count = None;
    }
    if base == Intent::PriceQuote {
        let described = view.has_spec()
            || view.any_of(&[Class::Machine, Class::Machines])
            || out.template.is_some();
        let follows = view
            .open
            .is_some_and(|open| open.intent == Intent::PriceQuote)
            && !view.thing();
        out.kind = if view.cluster {
            Some(PriceKind::Cluster)
        } else {
            (described && !follows).then_some(PriceKind::Vm)
        };
    }
    if !cluster {
        out.default_config = None;
    }
}

fn put(
    view: &View<'_>,
    what: What,
    now: DateTime,
    cluster: bool,
    out: &mut Slots,
    answering: bool,
) {
    match what {
        What::Memory { gigabytes, total } if total && cluster => {
            out.memory_total_gb = Some(gigabytes);
            out.memory_gb = None;
        }
        What::Memory { gigabytes, .. } => {
            out.memory_gb = Some(gigabytes);
            out.memory_total_gb = None;
        }
        What::Storage { gigabytes, total } if total && cluster => {
            out.storage_total_gb = Some(gigabytes);
            out.storage_gb = None;
        }
        What::Storage { gigabytes, .. } => {
            out.storage_gb = Some(gigabytes);
            out.storage_total_gb = None;
        }
        What::Cores(value) => out.vcpus = Some(whole(value)),
        What::Count(value) | What::Nodes(value) => out.nodes = Some(whole(value)),
        What::Workers(value) => out.workers = Some(whole(value)),
        What::Length(Length { minutes, .. }) => out.duration_minutes = Some(minutes),
        What::Point(point) => {
            let lasts = point.bounds
                || answering
                || (out.duration_minutes.is_none() && view.says("until|till|til").is_some());
            if lasts {
                out.duration_minutes = minutes_until(point.at, now);
            }
        }
        What::Hourly(value) => out.max_hourly_usd = Some(value),
        What::Loose(_) => {}
    }
}

fn minutes_until(at: DateTime, now: DateTime) -> Option<u32> {
    let seconds = at.duration_since(now).as_secs();
    u32::try_from(seconds / 60)
        .ok()
        .filter(|minutes| *minutes > 0)
}

/// A number without a unit: a correction of what came before, the answer to the question, or noise.
#[expect(clippy::too_many_arguments, reason = "one rule, all its conditions")]
fn loose(
    view: &View<'_>,
    value: f64,
    quantity: &Quantity,
    before: Option<&Quantity>,
    asked: Option<Next>,
    base: Intent,
    cluster: bool,
    out: &Slots,
) -> Option<What> {
    if let Some(before) = before.filter(|before| {
        corrected_between(view.tokens, before.end, quantity.start)
            || view.word(quantity.start.wrapping_sub(1)) == "but"
    }) {
        let new_sentence = view.tokens[before.end..quantity.start]
            .iter()
            .any(|token| matches!(token.kind, Kind::Mark('.' | '!' | '\n')));
        if new_sentence && out.nodes.is_some() && !matches!(before.what, What::Count(_)) {
            return Some(What::Count(value));
        }
        return like(view.tokens, before, value);
    }
    match asked {
        Some(Next::DurationMinutes) => return Some(hours(value)),
        Some(Next::MemoryGb) => {
            return Some(What::Memory {
                gigabytes: value,
                total: false,
            });
        }
        Some(Next::Nodes) => return Some(What::Nodes(value)),
        Some(Next::Confirm | Next::Done) if value >= 2.0 => {
            return Some(What::Memory {
                gigabytes: value,
                total: false,
            });
        }
        _ => {}
    }
    let noise = value < 2.0 || value.fract() != 0.0;
    if base == Intent::CreateCluster
        && cluster
        && out.nodes.is_none()
        && out.workers.is_none()
        && !noise
    {
        return Some(What::Nodes(value));
    }
    let with = matches!(
        view.word(quantity.start.wrapping_sub(1)),
        "with" | "at" | "w"
    ) && !noise;
    (with && out.memory_gb.is_none() && base == Intent::PriceQuote).then_some(What::Memory {
        gigabytes: value,
        total: false,
    })
}

fn hours(value: f64) -> What {
    What::Length(Length {
        minutes: whole(value * 60.0),
        end: 0,
        more: false,
    })
}

/// The number in the unit of the quantity it replaces.
fn like(tokens: &[Token], before: &Quantity, value: f64) -> Option<What> {
    Some(match before.what {
        What::Memory { total, .. } => What::Memory {
            gigabytes: value,
            total,
        },
        What::Storage { total, .. } => What::Storage {
            gigabytes: value,
            total,
        },
        What::Cores(_) => What::Cores(value),
        What::Count(_) => What::Count(value),
        What::Nodes(_) => What::Nodes(value),
        What::Workers(_) => What::Workers(value),
        What::Hourly(_) => What::Hourly(value),
        What::Length(_) => {
            let unit = tokens[before.start..before.end]
                .iter()
                .rev()
                .find_map(super::moments::unit_of)?;
            What::Length(Length {
                minutes: whole(value * unit),
                end: 0,
                more: false,
            })
        }
        What::Point(_) => return None,
        What::Loose(_) => What::Loose(value),
    })
}

/// How much longer, or until when.
fn time(view: &View<'_>, base: Intent, answering: bool, out: &mut Slots) {
    let times: Vec<&Quantity> = view
        .quantities
        .iter()
        .filter(|quantity| matches!(quantity.what, What::Length(_) | What::Point(_)))
        .collect();
    let corrected = times
        .windows(2)
        .any(|pair| corrected_between(view.tokens, pair[0].end, pair[1].start));
    // What a reminder is about may have a time of its own; the reminder's comes first.
    let chosen = if base == Intent::SetReminder && !corrected {
        times.first()
    } else {
        times.last()
    };
    match chosen.map(|quantity| quantity.what) {
        Some(What::Length(length)) => out.duration_minutes = Some(length.minutes),
        Some(What::Point(point)) => out.until = Some(point.at),
        _ => {}
    }
    let loose = view
        .quantities
        .iter()
        .enumerate()
        .rfind(|(_, quantity)| matches!(quantity.what, What::Loose(_)));
    let Some((
        at,
        Quantity {
            what: What::Loose(value),
            start,
            ..
        },
    )) = loose
    else {
        return;
    };
    if let Some(chosen) = chosen {
        let after = view.quantities[..at].last();
        let replaces = after.is_some_and(|after| {
            after.start == chosen.start
                && (corrected_between(view.tokens, after.end, *start)
                    || view.word(start.wrapping_sub(1)) == "but")
        });
        if replaces && let Some(What::Length(length)) = like(view.tokens, chosen, *value) {
            out.duration_minutes = Some(length.minutes);
        }
    } else if let Some(minutes) = negated_unit(view, *start) {
        out.duration_minutes = Some(whole(value * minutes));
    } else {
        let minutes = if base == Intent::SetReminder && !answering {
            *value
        } else {
            value * 60.0
        };
        out.duration_minutes = Some(whole(minutes)).filter(|minutes| *minutes > 0);
    }
}

/// "not by 2 hours but 3": the unit of the length that was refused.
fn negated_unit(view: &View<'_>, start: usize) -> Option<f64> {
    view.tokens[..start]
        .iter()
        .rev()
        .filter(|token| token.negated)
        .find_map(super::moments::unit_of)
}

fn scope(view: &View<'_>) -> Option<Scope> {
    let mine = view.tokens.iter().any(|token| {
        (token.has(Class::My) && !token.has(Class::Everybody))
            || matches!(token.text.as_str(), "me") && mine_by_me(view)
    });
    let all = view.any(Class::Everybody);
    let team = view.any(Class::Our);
    let owned = view
        .says("my team|my group|my department|my squad")
        .is_some();
    if all && view.says("my").is_none() {
        Some(Scope::All)
    } else if owned
        || team
            && !view
                .says("my|i")
                .is_some_and(|_| !owned && view.says("team|our").is_none())
    {
        Some(Scope::Team)
    } else if mine {
        Some(Scope::Mine)
    } else {
        None
    }
}

/// "show me" does not make it mine; "machines of me" does.
fn mine_by_me(view: &View<'_>) -> bool {
    view.says("of me|for me|belong to me|belongs to me|cost me|owe me|by me|costing me|about me")
        .is_some()
}

fn status(view: &View<'_>) -> Option<Status> {
    let all = view
        .says("including|include|already ended|ended ones|old ones|past ones|past and|history|terminated ones|\
                even the|ever|also the ended|past|dead ones|terminated|expired|closed ones|and ended|finished ones|\
                historical|ended|finished")
        .is_some()
        && view.any(Class::Ended);
    if all {
        return Some(Status::All);
    }
    if view.any(Class::Idle)
        || view
            .says("not used|not in use|nobody uses|nobody is using|no one is using|not being used|not doing anything|\
                doing nothing")
            .is_some()
    {
        return Some(Status::Idle);
    }
    if view
        .tokens
        .iter()
        .any(|token| token.has(Class::Expiring) && !token.has(Class::Ended) || token.is("expire"))
        || view
            .says("run out|runs out|about to|going away|time left|close to")
            .is_some()
    {
        return Some(Status::Expiring);
    }
    let active = view.tokens.iter().enumerate().any(|(at, token)| {
        token.has(Class::Active)
            && match token.text.as_str() {
                "on" => {
                    let next = view.word(at + 1);
                    let before = at.checked_sub(1).map_or("", |before| view.word(before));
                    matches!(
                        next,
                        "" | "now" | "right" | "?" | "at" | "currently" | "atm" | "." | "!" | "and"
                    ) && !matches!(before, "what" | "going" | "goes")
                        || matches!(before, "powered" | "switched" | "turned")
                }
                "up" => !matches!(view.word(at + 1), "to" | "my"),
                "going" => !matches!(view.word(at + 1), "to" | "on" | "for" | "away"),
                _ => true,
            }
    });
    active.then_some(Status::Active)
}

/// Ways to name the stretch of time of a report, the longer phrases first.
pub(super) const PERIODS: &[(Period, &str)] = &[
    (
        Period::LastWeek,
        "last week|previous week|past week|week before|last week's|prior week",
    ),
    (
        Period::LastMonth,
        "last month|previous month|past month|month before|last month's|prior month",
    ),
    (Period::Yesterday, "yesterday|yesterday's|day before"),
    (
        Period::Today,
        "today|today's|this day|since this morning|this morning|daily",
    ),
    (
        Period::Week,
        "this week|the week|current week|since monday|weekly|week|week's|this week's",
    ),
    (
        Period::Quarter,
        "this quarter|quarter|quarterly|current quarter|q4",
    ),
    (
        Period::Month,
        "this month|the month|current month|monthly|month|month's|in november|november|this month's",
    ),
    (
        Period::Year,
        "this year|the year|current year|yearly|year to date|ytd|year|annual|since january|in 2026",
    ),
];

/// The stretch of time a report is about.
pub(super) fn period(view: &View<'_>) -> Option<Period> {
    PERIODS
        .iter()
        .find(|(_, phrases)| view.says(phrases).is_some())
        .map(|(period, _)| *period)
}
