//! The parser measured on the labelled sentences and conversations, and tried on everything else.

use std::collections::{BTreeMap, BTreeSet};

use domain::intent::{Intent, Next, OpenQuestion, Slots};
use domain::understand::dialogue::{Effect, Open, advance};
use domain::understand::understand;
use jiff::civil::{DateTime, date};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;

/// The labelled sentences.
const DEV: &str = include_str!("data/dev.jsonl");
/// Other wordings, written without looking at the parser.
const OWN: &str = include_str!("data/own.jsonl");
/// Ordinary sentences that the parser met for the first time when it was measured on them; `own` by whoever wrote it.
const ORDINARY: &str = include_str!("data/ordinary.jsonl");
const OWN_ORDINARY: &str = include_str!("data/own_ordinary.jsonl");
/// Sentences that tempt it to end what nobody wants ended, and wishes to end something in unusual words.
const TRICKY: &str = include_str!("data/tricky.jsonl");
const OWN_TRICKY: &str = include_str!("data/own_tricky.jsonl");
/// The labelled conversations.
const DIALOGS: &str = include_str!("data/dialogs.jsonl");
/// Other conversations.
const OWN_DIALOGS: &str = include_str!("data/own_dialogs.jsonl");

#[derive(Deserialize)]
struct Sentence {
    id: String,
    text: String,
    context: Option<OpenQuestion>,
    intent: Intent,
    slots: Slots,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Deserialize)]
struct Dialogue {
    id: String,
    turns: Vec<Turn>,
}

#[derive(Deserialize)]
struct Turn {
    user: String,
    state: Open,
}

fn now() -> DateTime {
    date(2026, 11, 23).at(10, 0, 0, 0)
}

fn lines<T: for<'de> Deserialize<'de>>(text: &str) -> Vec<T> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// Slots as comparable pairs; a point in time counts as a length where the two mean the same.
fn pairs(slots: &Slots, base: Intent) -> BTreeSet<String> {
    let mut slots = slots.clone();
    let starts_now = matches!(
        base,
        Intent::CreateVm | Intent::CreateCluster | Intent::PriceQuote | Intent::SetReminder
    );
    if let (Some(until), true) = (slots.until, starts_now) {
        slots.until = None;
        slots.duration_minutes = u32::try_from(until.duration_since(now()).as_secs() / 60).ok();
    }
    if let Some(reservation) = &mut slots.reservation {
        reservation.0.sort();
    }
    if let Some(user) = &mut slots.user {
        user.0.sort();
    }
    let Value::Object(slots) = serde_json::to_value(slots).expect("slots are plain data") else {
        unreachable!("slots are an object")
    };
    slots
        .into_iter()
        .map(|(name, value)| format!("{name}={}", value.to_string().to_lowercase()))
        .collect()
}

struct Score {
    intent: f64,
    slots: f64,
    wrong: Vec<String>,
}

#[expect(
    clippy::print_stdout,
    reason = "read with --nocapture, or when it fails"
)]
fn score(sentences: &str) -> Score {
    let sentences: Vec<Sentence> = lines(sentences);
    let (mut right, mut hits, mut misses) = (0.0, 0.0, 0.0);
    let mut wrong = Vec::new();
    let mut tags: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for sentence in &sentences {
        let meaning = understand(&sentence.text, sentence.context.as_ref(), now());
        let base = sentence
            .context
            .as_ref()
            .filter(|_| sentence.intent == Intent::Provide)
            .map_or(sentence.intent, |open| open.intent);
        let (gold, read) = (pairs(&sentence.slots, base), pairs(&meaning.slots, base));
        let is_dangerous =
            meaning.intent.is_destructive() && (meaning.intent != sentence.intent || gold != read);
        assert!(
            !is_dangerous,
            "{}: “{}” read as {} {read:?}",
            sentence.id, sentence.text, meaning.intent
        );
        right += f64::from(u8::from(meaning.intent == sentence.intent));
        hits += gold.intersection(&read).fold(0.0, |sum, _| sum + 1.0);
        misses += gold
            .symmetric_difference(&read)
            .fold(0.0, |sum, _| sum + 1.0);
        let exact = meaning.intent == sentence.intent && gold == read;
        for tag in &sentence.tags {
            let (all, exactly) = tags.entry(tag).or_default();
            *all += 1;
            *exactly += u32::from(exact);
        }
        if !exact {
            wrong.push(format!(
                "{}: “{}” read as {} {read:?}",
                sentence.id, sentence.text, meaning.intent
            ));
        }
    }
    for (tag, (all, exactly)) in tags {
        println!("{tag:16} {exactly:4} of {all:4} exact");
    }
    let total = sentences.iter().fold(0.0, |sum, _| sum + 1.0);
    Score {
        intent: right / total,
        slots: 2.0 * hits / (2.0 * hits + misses),
        wrong,
    }
}

#[test]
fn the_labelled_sentences_are_understood() {
    let score = score(DEV);
    assert!(
        score.intent >= 0.98 && score.slots >= 0.97,
        "intent {} slots {}\n{}",
        score.intent,
        score.slots,
        score.wrong.join("\n")
    );
}

#[test]
fn other_wordings_are_understood() {
    let score = score(OWN);
    assert!(
        score.intent >= 0.97 && score.slots >= 0.97,
        "intent {} slots {}\n{}",
        score.intent,
        score.slots,
        score.wrong.join("\n")
    );
}

#[expect(
    clippy::print_stdout,
    reason = "read with --nocapture, or when it fails"
)]
fn assert_understood(name: &str, sentences: &str, intent: f64, slots: f64) {
    println!("{name}");
    let score = score(sentences);
    println!(
        "{name}: intent {:.3} slots {:.3}",
        score.intent, score.slots
    );
    assert!(
        score.intent >= intent && score.slots >= slots,
        "{name}: intent {} slots {}\n{}",
        score.intent,
        score.slots,
        score.wrong.join("\n")
    );
}

#[test]
fn sentences_met_for_the_first_time_are_understood() {
    assert_understood("ordinary", ORDINARY, 0.99, 0.99);
    assert_understood("own ordinary", OWN_ORDINARY, 0.98, 0.98);
}

#[test]
fn nothing_is_ended_that_nobody_wants_ended() {
    assert_understood("tricky", TRICKY, 0.98, 0.98);
    assert_understood("own tricky", OWN_TRICKY, 0.95, 0.94);
}

#[test]
fn the_labelled_conversations_go_as_labelled() {
    let (mut right, mut total) = (0.0, 0.0);
    let mut wrong = Vec::new();
    for dialogue in lines::<Dialogue>(DIALOGS)
        .into_iter()
        .chain(lines(OWN_DIALOGS))
    {
        let mut open: Option<Open> = None;
        for turn in dialogue.turns {
            let question = open.as_ref().map(Open::question);
            let meaning = understand(&turn.user, question.as_ref(), now());
            let step = advance(open.as_ref(), &meaning);
            let gold = (
                turn.state.intent,
                pairs(&turn.state.slots, turn.state.intent),
                turn.state.next,
            );
            let read = (
                step.state.intent,
                pairs(&step.state.slots, step.state.intent),
                step.state.next,
            );
            let runs_destruction =
                step.effect == Effect::Run && step.state.intent.is_destructive() && gold != read;
            assert!(
                !runs_destruction,
                "{}: “{}” runs {read:?}",
                dialogue.id, turn.user
            );
            total += 1.0;
            if gold == read {
                right += 1.0;
            } else {
                wrong.push(format!(
                    "{}: “{}” leads to {read:?}",
                    dialogue.id, turn.user
                ));
            }
            open = step.open;
        }
    }
    assert!(
        right / total >= 0.95,
        "{}\n{}",
        right / total,
        wrong.join("\n")
    );
}

#[test]
fn a_key_shows_up_nowhere() {
    let meaning = understand(
        "here's my aws key `AKIAIOSFODNN7EXAMPLE`, where do I put the secret",
        None,
        now(),
    );
    assert_eq!(meaning.intent, Intent::SaveCredentials);
    assert!(
        !serde_json::to_string(&meaning)
            .unwrap()
            .to_uppercase()
            .contains("AKIA")
    );
}

#[test]
fn the_names_of_intents_are_their_own() {
    let names: BTreeSet<&str> = Intent::ALL.iter().map(|intent| intent.as_str()).collect();
    assert_eq!(names.len(), 28);
    for intent in Intent::ALL {
        assert_eq!(Intent::from_name(intent.as_str()), Some(*intent));
    }
}

#[test]
fn help_is_understood_by_the_parser_it_describes() {
    let wrong: Vec<String> = Vec::new();
    for intent in Intent::ALL {
        let Some(topic) = intent.help() else { continue };
        for example in topic.examples.iter().copied().chain(topic.terse) {
            let example = example.replace("@alice", "<@U02ALICE>");
            assert_eq!(
                understand(&example, None, now()).intent,
                *intent,
                "{example}"
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn contexts() -> impl Strategy<Value = Option<OpenQuestion>> {
    let question = (
        prop::sample::select(Intent::ALL),
        prop::option::of(prop::sample::select(Next::ALL)),
    );
    prop::option::of(question.prop_map(|(intent, asked)| OpenQuestion { intent, asked }))
}

/// Words, numbers and marks people might put in any order.
fn word_salad() -> impl Strategy<Value = String> {
    let words = vec![
        "ubuntu",
        "8gb",
        "4",
        "1h30",
        "until",
        "friday",
        "5pm",
        "not",
        "no",
        "kill",
        "r-7f3k2",
        "spark",
        "nodes",
        "half",
        "a",
        "dozen",
        "and",
        "per",
        "hour",
        "$",
        "0.25",
        "<@U02ALICE>",
        "my",
        "last",
        "template",
        "share",
        "don't",
        "the",
        "cluster",
        "turn",
        "off",
        "back",
        "on",
        "remind",
        "in",
        "end",
        "of",
        "week",
        ",",
        ".",
        "?",
        "2026-12-01",
        "22.04",
        "make",
        "it",
        "dec",
        "31",
        "99999999999999999999",
        "1e9",
        "<",
        ">",
        "~",
        "`",
        ":",
        "&amp;",
        "x",
        "-",
        "/",
        "quarter",
        "midnight",
        "tonight",
        "at",
        "25:99",
        "the",
        "30th",
    ];
    prop::collection::vec(prop::sample::select(words), 0..24).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_a_meaning(text in any::<String>(), context in contexts()) {
        let meaning = understand(&text, context.as_ref(), now());
        prop_assert!((0.0..=1.0).contains(&meaning.confidence));
    }

    #[test]
    fn any_words_in_any_order_have_a_meaning(text in word_salad(), context in contexts(), days in 0_i32..800) {
        let then = now().checked_add(jiff::Span::new().days(days)).unwrap();
        let meaning = understand(&text, context.as_ref(), then);
        let again: Slots = serde_json::from_value(serde_json::to_value(&meaning.slots).unwrap()).unwrap();
        prop_assert_eq!(again, meaning.slots);
    }

    #[test]
    fn a_refusal_never_destroys(verb in prop::sample::select(vec!["kill", "delete", "terminate", "stop", "destroy", "shut down", "nuke", "remove", "pause"]),
                                refusal in prop::sample::select(vec!["don't", "do not", "please don't", "never", "dont", "nobody should", "please do NOT"]),
                                target in prop::sample::select(vec!["r-7f3k2", "my vm", "the cluster", "it", "falcon", "my last machine"])) {
        let meaning = understand(&format!("{refusal} {verb} {target}"), None, now());
        prop_assert!(!meaning.intent.is_destructive(), "{:?}", meaning);
    }

    #[test]
    fn a_thing_on_a_machine_is_not_the_machine(verb in prop::sample::select(vec!["kill", "stop", "delete", "shut down", "turn off", "get rid of", "wipe", "cancel", "free", "purge", "suspend"]),
                                               thing in prop::sample::select(vec!["nginx", "the firewall", "the spark job", "the old log files", "that zombie process", "some lockfiles", "the coffee machine", "his account", "the training run", "every stale branch", "my ssh tunnel"]),
                                               place in prop::sample::select(vec!["", " on r-7f3k2", " in my cluster", " running on falcon", " inside the vm", " that hangs on nimbus", " on the build machine"])) {
        let meaning = understand(&format!("{verb} {thing}{place}"), None, now());
        prop_assert!(!meaning.intent.is_destructive(), "{:?}", meaning);
    }

    #[test]
    fn what_is_told_is_not_done((base, past) in prop::sample::select(vec![("kill", "killed"), ("stop", "stopped"), ("shut down", "shut down"), ("switch off", "switched off"), ("get rid of", "got rid of"), ("nuke", "nuked")]),
                                frame in prop::sample::select(vec!["bob {past} {}", "{} was {past} last night", "alice told me to {base} {}", "I may {base} {} later", "did she {base} {}?", "if I {base} {}, what about my data?", "I forgot to {base} {}", "it would be wrong to {base} {}", "why did you {base} {}?", "the docs say one can {base} {}"]),
                                target in prop::sample::select(vec!["r-7f3k2", "my vm", "the cluster", "falcon", "template golden", "my aws keys", "all my boxes"])) {
        let text = frame.replace("{past}", past).replace("{base}", base).replace("{}", target);
        let meaning = understand(&text, None, now());
        prop_assert!(!meaning.intent.is_destructive(), "{}: {:?}", text, meaning);
    }

    #[test]
    fn what_is_asked_is_done(verb in prop::sample::select(vec!["kill", "delete", "remove", "get rid of", "nuke", "tear down", "eliminate", "throw away"]),
                             frame in prop::sample::select(vec!["{}", "please {}", "can you {}", "I want you to {}", "let's {}", "{} because the demo is over", "{} before lunch", "could you {} for me?"]),
                             target in prop::sample::select(vec!["r-7f3k2", "falcon", "my vm", "the idle cluster", "my build machine", "the gpu box", "my pricey server", "it", "all my machines", "the machine nimbus"])) {
        let meaning = understand(&frame.replace("{}", &format!("{verb} {target}")), None, now());
        prop_assert_eq!(meaning.intent, Intent::TerminateReservation);
    }

    #[test]
    fn a_written_length_reads_back(days in 0_u32..40, hours in 0_u32..24, minutes in 0_u32..60) {
        prop_assume!(days + hours + minutes > 0);
        let part = |value: u32, unit: &str| (value > 0).then(|| format!("{value} {unit}{}", if value == 1 { "" } else { "s" }));
        let parts: Vec<String> = [part(days, "day"), part(hours, "hour"), part(minutes, "minute")].into_iter().flatten().collect();
        let meaning = understand(&format!("extend r-7f3k2 by {}", parts.join(" ")), None, now());
        prop_assert_eq!(meaning.slots.duration_minutes, Some(days * 1440 + hours * 60 + minutes));
    }

    #[test]
    fn a_written_size_reads_back(gigabytes in 1_u32..4096, disk in 1_u32..16_000, cores in 1_u32..256) {
        let meaning = understand(&format!("ubuntu vm with {cores} cores, {gigabytes} GB of RAM and {disk} GB disk"), None, now());
        prop_assert_eq!(meaning.slots.vcpus, Some(cores));
        prop_assert_eq!(meaning.slots.memory_gb, Some(f64::from(gigabytes)));
        prop_assert_eq!(meaning.slots.storage_gb, Some(f64::from(disk)));
    }
}

#[test]
fn long_and_broken_texts_are_read_too() {
    let texts = [
        "kill ".repeat(1_000),
        "<@".repeat(2_000),
        "1".repeat(4_000),
        "a-".repeat(2_000),
        "\u{202e}مرحبا".repeat(300),
        "`*_~<>&;:".repeat(400),
        "👍".repeat(1_000),
        "9 days ".repeat(600),
    ];
    for text in texts {
        understand(&text, None, now());
    }
}
