//! Real answers, hostile ones, and the way back.

use jiff::civil::date;

use super::*;
use crate::intent::{OneOrMany, OpenQuestion, Os, ReservationRef, Slots};
use crate::understand::understand;

fn now() -> DateTime {
    date(2026, 11, 23).at(10, 0, 0, 0)
}

/// The form of a recorded answer: capitalised unit keys, `normalized`, an integer confidence.
fn with_entities(intent: &str, entities: &str) -> String {
    format!(
        r#"{{"text":"x","intents":[{{"id":"1010809274531713","name":"{intent}","confidence":0.99}}],"entities":{entities},"traits":{{}}}}"#
    )
}

#[test]
fn a_recorded_duration_is_read_by_its_normalised_value() {
    let body = with_entities(
        "extend_reservation",
        r#"{"wit$duration:duration":[{"Year":5,"body":"5 years","confidence":0.9995,"end":39,"entities":{},"id":"715028940983070","name":"wit$duration",
            "normalized":{"unit":"second","value":157680000},"role":"duration","start":32,"type":"value","unit":"year","value":5}]}"#,
    );
    assert_eq!(
        meaning(&body, now()).map(|meaning| meaning.slots.duration_minutes),
        Ok(Some(2_628_000))
    );
}

#[test]
fn a_recorded_interval_ends_at_its_end() {
    let body = with_entities(
        "extend_reservation",
        r#"{"wit$datetime:datetime":[{"body":"next 5 years","confidence":0.9995,"end":44,"entities":{},"from":{"grain":"year","value":"2026-01-01T00:00:00.000-08:00"},
            "id":"680682288011602","name":"wit$datetime","role":"datetime","start":32,"to":{"grain":"year","value":"2031-01-01T00:00:00.000-08:00"},"type":"interval","values":[]}]}"#,
    );
    assert_eq!(
        meaning(&body, now()).map(|meaning| meaning.slots.until),
        Ok(Some(date(2031, 1, 1).at(0, 0, 0, 0)))
    );
}

#[test]
fn a_recorded_day_means_the_end_of_its_working_day() {
    let body = with_entities(
        "set_reminder",
        r#"{"wit$datetime:datetime":[{"id":"871058740461194","name":"wit$datetime","role":"datetime","start":32,"end":40,"body":"tomorrow","confidence":0.9666,"entities":[],
            "type":"value","grain":"day","value":"2026-11-24T00:00:00.000+10:00","values":[{"type":"value","grain":"day","value":"2026-11-24T00:00:00.000+10:00"}]}]}"#,
    );
    assert_eq!(
        meaning(&body, now()).map(|meaning| meaning.slots.until),
        Ok(Some(date(2026, 11, 24).at(17, 0, 0, 0)))
    );
}

#[test]
fn every_trap_is_stepped_over() {
    let body = with_entities(
        "create_vm",
        r#"{"wit$number:nodes":[{"value":"2","confidence":1,"entities":null}],
            "wit$number:number":[{"body":"2026","confidence":1,"end":25,"entities":{},"value":2026}],
            "os:os":[{"confidence":0.3,"value":"debian","entities":[]},{"confidence":0.9,"value":"Ubuntu","entities":[]}],
            "provider:provider":[{"confidence":0.9,"value":"the moon"}],
            "wit$quantity:memory_gb":[{"confidence":0.9,"value":8192,"unit":"Megabyte"}],
            "wit$datetime:datetime":[{"confidence":0.9}],
            "wit$duration:duration":[{"confidence":0.9,"Second":30}],
            "wit$location:location":[{"confidence":1}],
            "region:region":"nonsense"}"#,
    );
    let slots = Slots {
        nodes: Some(2),
        os: Some(Os::Ubuntu),
        memory_gb: Some(8.0),
        ..Slots::default()
    };
    assert_eq!(
        meaning(&body, now()).map(|meaning| meaning.slots),
        Ok(slots)
    );
}

#[test]
fn no_intent_is_no_certainty() {
    let body = r#"{"text":"x","intents":[],"entities":{},"traits":{}}"#;
    assert_eq!(
        meaning(body, now()).map(|meaning| (meaning.intent, meaning.confidence)),
        Ok((Intent::OutOfScope, 0.0))
    );
    for unreadable in [
        "",
        "<html>",
        "[]",
        r#"{"error":"x"}"#,
        r#"{"msg_id":"1","outcomes":[]}"#,
    ] {
        assert_eq!(
            meaning(unreadable, now()),
            Err(Failure::Unreadable),
            "{unreadable}"
        );
    }
}

#[test]
fn errors_are_told_apart_by_their_code() {
    let cases = [
        (
            400,
            r#"{"error":"Bad auth, check token/params","code":"no-auth"}"#,
            Failure::Unauthorized,
        ),
        (
            400,
            r#"{"error":"Something went wrong. We've been notified","code":"unknown"}"#,
            Failure::Unavailable,
        ),
        (400, r#"{"body":"q is too long"}"#, Failure::Refused),
        (429, "", Failure::Throttled),
        (502, "<html>Bad gateway</html>", Failure::Unavailable),
        (403, "", Failure::Unauthorized),
        (302, "", Failure::Unreadable),
    ];
    for (status, body, failure) in cases {
        assert_eq!(Failure::of(status, body), failure, "{status} {body}");
    }
}

#[test]
fn what_may_be_asked() {
    assert_eq!(question(" need a box "), Ok("need a box"));
    assert_eq!(question("key AKIAIOSFODNN7EXAMPLE"), Err(Failure::Secret));
    assert_eq!(question(&"é".repeat(281)), Err(Failure::TooLong));
    assert_eq!(question(&"é".repeat(280)).map(str::len), Ok(560));
    assert_eq!(question("  "), Err(Failure::Empty));
}

#[test]
fn the_context_is_local_time_with_offset() {
    let now: Zoned = "2026-11-23T10:00:00[America/Los_Angeles]".parse().unwrap();
    let context = context(&now);
    assert_eq!(context["reference_time"], "2026-11-23T10:00:00-08:00");
    assert_eq!(context["timezone"], "America/Los_Angeles");
    assert_eq!(
        reference_time(&context.to_string()),
        Some(date(2026, 11, 23).at(10, 0, 0, 0))
    );
}

#[test]
fn every_labelled_sentence_survives_the_way_to_wit_and_back() {
    for line in include_str!("../../../tests/data/dev.jsonl").lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let open: Option<OpenQuestion> = serde_json::from_value(row["context"].clone()).unwrap();
        let text = row["text"].as_str().unwrap();
        let there = understand(text, open.as_ref(), now());
        if there.intent == Intent::OutOfScope {
            continue;
        }
        let back = meaning(&answer(text, &there).to_string(), now()).unwrap();
        assert_eq!(
            (back.intent, &back.slots),
            (there.intent, &there.slots),
            "{text}"
        );
    }
}

#[test]
fn several_reservations_and_people_come_back_as_several() {
    let slots = Slots {
        reservation: Some(OneOrMany(vec![
            ReservationRef::Handle("r-7f3k2".into()),
            ReservationRef::Nickname("nimbus".into()),
        ])),
        user: Some(OneOrMany(vec!["U02ALICE".into(), "U03BOB77".into()])),
        ..Slots::default()
    };
    let there = Meaning {
        slots,
        ..bare(Intent::ShareReservation, "")
    };
    let back = meaning(&answer("x", &there).to_string(), now()).unwrap();
    assert_eq!(back.slots, there.slots);
}

fn read(intent: Intent, confidence: f32, engine: Engine) -> Meaning {
    Meaning {
        confidence,
        engine,
        ..bare(intent, "")
    }
}

#[test]
fn the_surer_engine_is_believed_and_destruction_takes_two() {
    let builtin = |intent, confidence| read(intent, confidence, Engine::Builtin);
    let wit = |intent, confidence| Ok(read(intent, confidence, Engine::Wit));
    let cases = [
        (
            builtin(Intent::Help, 0.3),
            Err(Failure::TimedOut),
            Intent::Help,
            Engine::Builtin,
            0.3,
        ),
        (
            builtin(Intent::CreateVm, 0.9),
            wit(Intent::CreateVm, 0.99),
            Intent::CreateVm,
            Engine::Builtin,
            0.99,
        ),
        (
            builtin(Intent::OutOfScope, 0.3),
            wit(Intent::ListReservations, 0.95),
            Intent::ListReservations,
            Engine::Wit,
            0.95,
        ),
        (
            builtin(Intent::OutOfScope, 0.3),
            wit(Intent::TerminateReservation, 0.99),
            Intent::OutOfScope,
            Engine::Builtin,
            0.3,
        ),
        (
            builtin(Intent::StopReservation, 0.95),
            wit(Intent::ShowReservation, 0.99),
            Intent::StopReservation,
            Engine::Builtin,
            0.4,
        ),
        (
            builtin(Intent::StopReservation, 0.95),
            wit(Intent::StopReservation, 0.9),
            Intent::StopReservation,
            Engine::Builtin,
            0.95,
        ),
        (
            builtin(Intent::Provide, 0.5),
            wit(Intent::CreateVm, 0.99),
            Intent::Provide,
            Engine::Builtin,
            0.5,
        ),
        (
            builtin(Intent::ShowReservation, 0.9),
            wit(Intent::ListReservations, 0.99),
            Intent::ShowReservation,
            Engine::Builtin,
            0.9,
        ),
        (
            builtin(Intent::ShowReservation, 0.5),
            wit(Intent::ListReservations, 0.5),
            Intent::ShowReservation,
            Engine::Builtin,
            0.5,
        ),
    ];
    for (builtin, wit, intent, engine, confidence) in cases {
        let said = format!("{builtin:?} {wit:?}");
        let chosen = choose(builtin, wit);
        assert_eq!((chosen.intent, chosen.engine), (intent, engine), "{said}");
        assert!(
            (chosen.confidence - confidence).abs() < f32::EPSILON,
            "{said}"
        );
        assert!(chosen.evidence[0].starts_with("engine: "));
    }
}

#[test]
fn the_breaker_opens_tries_once_and_closes() {
    let mut breaker = Breaker::default();
    for at in 0..3 {
        assert_eq!(breaker.admit(at), Ok(()));
        breaker.failed(Failure::TimedOut, at);
    }
    assert_eq!(breaker.admit(3), Err(Failure::CircuitOpen));
    assert_eq!(breaker.admit(30_003), Ok(()), "one message tries");
    assert_eq!(
        breaker.admit(30_004),
        Err(Failure::CircuitOpen),
        "the others wait"
    );
    breaker.succeeded();
    assert_eq!(breaker.admit(30_005), Ok(()));
}

#[test]
fn a_refused_question_is_no_outage_and_a_refused_token_is() {
    let mut breaker = Breaker::default();
    for at in 0..10 {
        assert_eq!(breaker.admit(at), Ok(()));
        breaker.failed(Failure::Refused, at);
    }
    breaker.failed(Failure::Unauthorized, 10);
    assert_eq!(breaker.admit(200_000), Err(Failure::CircuitOpen));
    assert_eq!(breaker.admit(300_010), Ok(()));
}

#[test]
fn the_minute_has_a_budget() {
    let mut breaker = Breaker::default();
    let admitted = (0..100).filter(|at| breaker.admit(*at).is_ok()).count();
    assert_eq!(
        (admitted, breaker.admit(100), breaker.admit(60_000)),
        (60, Err(Failure::Throttled), Ok(()))
    );
}
