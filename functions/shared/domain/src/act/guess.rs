//! When it is not clear what somebody wants: what was understood of it, and what they may have meant.

use super::{Decision, World};
use crate::event::Reply;
use crate::intent::{OneOrMany, ReservationRef, Slots};
use crate::time::{MINUTE_SECONDS, length};

/// Names the likeliest readings, each a sentence that works as it stands.
pub(super) fn unclear(slots: &Slots, world: &World) -> Decision {
    if world.is_stale() && !slots.is_empty() {
        return Decision::reply(Reply::Stale);
    }
    let named = slots.reservation.as_ref().and_then(OneOrMany::single);
    let readings = match named {
        Some(ReservationRef::Handle(handle)) => about(handle),
        _ if describes_a_machine(slots) => wishes(slots),
        _ => match &world.mine[..] {
            [] => vec![
                "spin up an ubuntu vm with 8gb for 4 hours".to_owned(),
                "help".to_owned(),
            ],
            [only] => [vec!["show my machines".to_owned()], about(&only.handle)].concat(),
            _ => vec!["show my machines".to_owned(), "help".to_owned()],
        },
    };
    let user = world.person.user.clone();
    Decision::reply(Reply::NotUnderstood {
        heard: heard(slots),
        readings,
        user,
    })
}

fn about(handle: &str) -> Vec<String> {
    vec![
        format!("show {handle}"),
        format!("extend {handle} by 1 hour"),
    ]
}

fn wishes(slots: &Slots) -> Vec<String> {
    let machine = heard(slots);
    vec![
        format!("get me a vm: {machine}"),
        format!("what does a vm cost: {machine}"),
    ]
}

fn describes_a_machine(slots: &Slots) -> bool {
    slots.os.is_some()
        || slots.memory_gb.is_some()
        || slots.vcpus.is_some()
        || slots.instance_type.is_some()
}

/// The values in words that are understood again.
fn heard(slots: &Slots) -> String {
    let seconds = slots
        .duration_minutes
        .map(|minutes| i64::from(minutes) * MINUTE_SECONDS);
    let parts = [
        slots.os.map(|os| os.to_string()),
        slots.instance_type.clone(),
        slots.vcpus.map(|vcpus| format!("{vcpus} cores")),
        slots.memory_gb.map(|memory| format!("{memory} gb")),
        seconds.map(|seconds| format!("for {}", length(seconds))),
        slots
            .reservation
            .as_ref()
            .and_then(OneOrMany::single)
            .map(ToString::to_string),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intent::{Intent, Os};
    use crate::understand::understand;

    #[test]
    fn readings_are_understood_as_what_they_say() {
        let now = "2026-11-23T10:00:00".parse().expect("a moment");
        let slots = Slots {
            os: Some(Os::Debian),
            vcpus: Some(4),
            memory_gb: Some(16.0),
            duration_minutes: Some(90),
            ..Slots::default()
        };
        let [wish, price] = &wishes(&slots)[..] else {
            panic!("two readings")
        };
        let meaning = understand(wish, None, now);
        assert_eq!(
            (meaning.intent, meaning.slots),
            (Intent::CreateVm, slots),
            "{wish}"
        );
        assert_eq!(
            understand(price, None, now).intent,
            Intent::PriceQuote,
            "{price}"
        );
        let [show, extend] = &about("r-7f3k2")[..] else {
            panic!("two readings")
        };
        assert_eq!(understand(show, None, now).intent, Intent::ShowReservation);
        assert_eq!(
            understand(extend, None, now).intent,
            Intent::ExtendReservation
        );
    }
}
