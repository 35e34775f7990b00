//! Every message that users can see, as a snapshot: what is read, and the whole payload for one of each kind.

mod access;
mod cluster_launch;
mod cluster_power;
mod clusters;
mod keys;
mod policy;
mod power;
mod several;
mod software;
mod ssh_keys;
mod sweep;
mod trouble;

use std::fmt::Write as _;

use serde_json::Value;

use super::*;
use crate::access::permission::Relation;
use crate::event::{Reply, Unsupported, WayOut};
use crate::identity::PlaceKind;
use crate::intent::{Environment, Intent, Next, Provider};
use crate::offers::{Alternative, Catalogue};
use crate::reservation::{EndReason, Node, Reservation, Warning};
use crate::testing::{NOW, quote, ready_reservation, requested_reservation};
use crate::time::{HOUR_SECONDS, MINUTE_SECONDS};
use crate::workflow::{FailureReason, Step};

/// A message as a person reads it: paragraphs, small print in round and buttons in square brackets.
fn read(message: &Message) -> String {
    let mut text = format!("« {} »\n", message.text);
    for block in &message.blocks {
        match block["type"].as_str() {
            Some("section") => {
                let _ = writeln!(
                    text,
                    "{}",
                    block["text"]["text"].as_str().unwrap_or_default()
                );
                if let Some(label) = block["accessory"]["text"]["text"].as_str() {
                    let _ = writeln!(text, "[{label}]");
                }
            }
            Some("context") => {
                let _ = writeln!(
                    text,
                    "({})",
                    block["elements"][0]["text"].as_str().unwrap_or_default()
                );
            }
            Some("actions") => {
                let labels = block["elements"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|button| button["text"]["text"].as_str());
                let _ = writeln!(
                    text,
                    "{}",
                    labels
                        .map(|label| format!("[{label}]"))
                        .collect::<Vec<_>>()
                        .join(" ")
                );
            }
            other => panic!("an unexpected block: {other:?}"),
        }
    }
    text
}

fn all(messages: impl IntoIterator<Item = (&'static str, Message)>) -> String {
    let mut text = String::new();
    for (name, message) in messages {
        let _ = writeln!(text, "── {name}\n{}", read(&message));
    }
    text
}

fn provisioning(done: usize) -> Reservation {
    let mut reservation = requested_reservation(240);
    reservation.begin(NOW + 1).expect("it was requested");
    for step in [
        Step::CreateSecurityGroup,
        Step::LaunchMachine,
        Step::ConfirmRunning,
    ]
    .into_iter()
    .take(done)
    {
        reservation.record(step, NOW + 1);
    }
    reservation
}

fn failed(reason: FailureReason) -> Reservation {
    let mut reservation = provisioning(1);
    reservation
        .undo(Some(reason), NOW + 9)
        .expect("it was being provided");
    reservation.close(NOW + 12).expect("it was being undone");
    reservation
}

fn ended(reason: EndReason) -> Reservation {
    let mut reservation = ready_reservation(240);
    reservation
        .end(reason, NOW + 4 * HOUR_SECONDS)
        .expect("it was ready");
    reservation
        .close(NOW + 4 * HOUR_SECONDS + 60)
        .expect("it was being removed");
    reservation
}

#[test]
fn a_spot_machine_is_taken_back() {
    let mut announced = ready_reservation(240);
    announced.hear_of_interruption(1, Some(NOW + 3_600), NOW + 3_480);
    let mut one_of_two = announced.clone();
    one_of_two.nodes.push(Node::default());
    let mut withdrawn = announced.clone();
    withdrawn.hear_of_interruption(1, None, NOW + 3_660);
    let mut gone = announced.clone();
    assert!(gone.reclaimed(NOW + 3_780));
    gone.end(EndReason::TakenBack, NOW + 3_780).expect("it ran");
    gone.close(NOW + 3_800).expect("it is removed");
    let notice = |reservation: &Reservation| card(CardKind::Interruption(1), reservation);
    insta::assert_snapshot!(all([
        ("announced", notice(&announced)),
        ("one of two", notice(&one_of_two)),
        ("it ran on", notice(&withdrawn)),
        ("it is gone", notice(&gone)),
        ("the last word", card(CardKind::Final, &gone)),
    ]));
}

#[test]
fn progress_of_a_launch() {
    let mut refused = provisioning(1);
    for candidate in 0..2 {
        let attempt = crate::reservation::Attempt {
            candidate,
            zone: None,
            subnet: None,
            image: None,
            client_token: "token".to_owned(),
            tried_epoch_seconds: NOW,
            refused: (candidate == 0).then(|| crate::reservation::Refusal {
                code: "InsufficientInstanceCapacity".to_owned(),
                reason: FailureReason::NoCapacity,
            }),
        };
        refused.attempts.push(attempt);
    }
    let mut cancelled = provisioning(2);
    cancelled
        .end(EndReason::Requested("UALICE".to_owned()), NOW + 5)
        .expect("it was being provided");
    let mut undoing = provisioning(2);
    undoing
        .undo(Some(FailureReason::NeverReady), NOW + 900)
        .expect("it was being provided");
    let mut stuck = undoing.clone();
    stuck.repair_epoch_seconds = Some(NOW + 1_200);
    let progress = |reservation: &Reservation| card(CardKind::Progress, reservation);
    insta::assert_snapshot!(all([
        ("requested", progress(&requested_reservation(240))),
        ("two steps done", progress(&provisioning(2))),
        ("first choice without capacity", progress(&refused)),
        ("being cancelled", progress(&cancelled)),
        ("being undone", progress(&undoing)),
        ("not everything could be removed", progress(&stuck)),
        ("failed", progress(&failed(FailureReason::NoCapacity))),
        ("ready", progress(&ready_reservation(240))),
        ("ended", progress(&ended(EndReason::Deadline))),
    ]));
}

#[test]
fn a_machine_in_its_owners_hands() {
    let ready = ready_reservation(240);
    let mut removing = ready.clone();
    removing
        .end(EndReason::Deadline, NOW + 4 * HOUR_SECONDS)
        .expect("it was ready");
    let warning = Warning {
        deadline_epoch_seconds: ready.deadline_epoch_seconds,
        minutes_before: 30,
    };
    let mut extended = ready.clone();
    extended
        .extend_to(
            ready.deadline_epoch_seconds + HOUR_SECONDS,
            NOW + 3 * HOUR_SECONDS,
        )
        .expect("it runs");
    insta::assert_snapshot!(all([
        ("ready", card(CardKind::Ready, &ready)),
        (
            "ready, while it is removed",
            card(CardKind::Ready, &removing)
        ),
        (
            "ready, when it is over",
            card(CardKind::Ready, &ended(EndReason::Deadline))
        ),
        ("warning", card(CardKind::Warning(warning), &ready)),
        (
            "warning, after an extension",
            card(CardKind::Warning(warning), &extended)
        ),
        (
            "warning, when it is over",
            card(CardKind::Warning(warning), &ended(EndReason::Deadline))
        ),
    ]));
}

#[test]
fn last_words() {
    let mut cancelled = requested_reservation(240);
    cancelled
        .end(EndReason::Requested("UALICE".to_owned()), NOW)
        .expect("it was requested");
    cancelled.undo(None, NOW).expect("it was requested");
    cancelled.close(NOW).expect("it was being undone");
    let last = |reservation: &Reservation| card(CardKind::Final, reservation);
    insta::assert_snapshot!(all([
        ("deadline", last(&ended(EndReason::Deadline))),
        (
            "terminated by its owner",
            last(&ended(EndReason::Requested("UALICE".to_owned())))
        ),
        (
            "terminated by somebody else",
            last(&ended(EndReason::Requested("UADMIN".to_owned())))
        ),
        ("cancelled before a machine was started", last(&cancelled)),
        ("no capacity", last(&failed(FailureReason::NoCapacity))),
        ("quota", last(&failed(FailureReason::QuotaExceeded))),
        ("denied", last(&failed(FailureReason::Denied))),
        ("invalid", last(&failed(FailureReason::InvalidRequest))),
        ("misconfigured", last(&failed(FailureReason::Misconfigured))),
        ("vanished", last(&failed(FailureReason::MachineVanished))),
        ("never ready", last(&failed(FailureReason::NeverReady))),
        ("unexpected", last(&failed(FailureReason::Unexpected))),
    ]));
}

#[test]
fn questions() {
    let ask = |intent, asked, place| {
        reply(
            &Reply::Ask {
                intent,
                asked,
                user: "UALICE".to_owned(),
            },
            place,
        )
    };
    insta::assert_snapshot!(all([
        (
            "system, direct",
            ask(Intent::CreateVm, Next::Os, PlaceKind::Direct)
        ),
        (
            "memory, channel",
            ask(Intent::CreateVm, Next::MemoryGb, PlaceKind::Channel)
        ),
        (
            "time, slash command",
            ask(Intent::CreateVm, Next::DurationMinutes, PlaceKind::Private)
        ),
        (
            "how much longer",
            ask(
                Intent::ExtendReservation,
                Next::DurationMinutes,
                PlaceKind::Direct
            )
        ),
        (
            "which",
            ask(
                Intent::ExtendReservation,
                Next::Reservation,
                PlaceKind::Direct
            )
        ),
    ]));
}

#[test]
fn prices() {
    let catalogue = Catalogue::bundled();
    let offer = catalogue.find("t3a.large").expect("a common type");
    let nothing = |ways_out| Reply::NothingFits {
        rules: "EC2, on-demand, x86_64, at least 64 GiB, at most $0.1 per hour in all".to_owned(),
        count: 1,
        ways_out,
        user: "UALICE".to_owned(),
    };
    let way_out = |without: &str, sentence: Option<&str>| WayOut {
        alternative: Alternative {
            without: vec![without.to_owned()],
            offer: offer.clone(),
            total_usd: 0.082_4,
        },
        sentence: sentence.map(str::to_owned),
    };
    let droplet = catalogue.find_on(Provider::Digitalocean, "s-2vcpu-4gb");
    let droplet = droplet.expect("a common size");
    let why = |candidates| Reply::Why {
        candidates,
        rules: "EC2, on-demand, x86_64".to_owned(),
        count: 1,
        storage_gb: 20,
    };
    let priced = |duration_minutes| Reply::Priced {
        offer: offer.clone(),
        rules: "on-demand, x86_64".to_owned(),
        count: 1,
        storage_gb: 20,
        environments: Vec::new(),
        duration_minutes,
        asked: Box::default(),
        cluster: None,
    };
    let direct = |answer: &Reply| reply(answer, PlaceKind::Direct);
    insta::assert_snapshot!(all([
        (
            "quote",
            direct(&Reply::Quoted {
                quote: Box::new(quote(240)),
                renewed: false,
                has_key: true
            })
        ),
        (
            "quote, renewed",
            direct(&Reply::Quoted {
                quote: Box::new(quote(90)),
                renewed: true,
                has_key: true
            })
        ),
        (
            "quote, without a key",
            direct(&Reply::Quoted {
                quote: Box::new(quote(240)),
                renewed: false,
                has_key: false
            })
        ),
        ("price per hour", direct(&priced(None))),
        ("price for a day", direct(&priced(Some(1_440)))),
        ("dropped", direct(&Reply::QuoteDropped)),
        (
            "price on DigitalOcean",
            direct(&Reply::Priced {
                offer: droplet,
                rules: "DigitalOcean, on-demand".to_owned(),
                count: 1,
                storage_gb: 20,
                environments: Vec::new(),
                duration_minutes: Some(60),
                asked: Box::default(),
                cluster: None,
            })
        ),
        ("why this one", direct(&why(quote(240).candidates))),
        ("why the only one", direct(&why(vec![offer.clone()]))),
        ("nothing fits", direct(&nothing(Vec::new()))),
        (
            "nothing fits, ways out known",
            direct(&nothing(vec![
                way_out(
                    "at most $0.1 per hour in all",
                    Some("vm ubuntu 24.04 t3a.large 20gb disk 4h")
                ),
                way_out("at least 64 GiB", None),
            ]))
        ),
        (
            "taken",
            direct(&Reply::Launching {
                reservation: Box::new(requested_reservation(240))
            })
        ),
    ]));
}

#[test]
#[expect(clippy::too_many_lines, reason = "one line an answer")]
fn answers_about_reservations() {
    let ready = ready_reservation(240);
    let at_epoch_seconds = NOW + HOUR_SECONDS;
    let handles = vec!["r-aaaaa".to_owned(), "r-bbbbb".to_owned()];
    let deadline_epoch_seconds = ready.deadline_epoch_seconds;
    let handle = "r-aaaaa".to_owned();
    let both = vec![ready.clone(), provisioning(1)];
    let direct = |answer: &Reply| reply(answer, PlaceKind::Direct);
    insta::assert_snapshot!(all([
        (
            "list",
            direct(&Reply::Listing {
                reservations: both.clone(),
                shared: Vec::new(),
                at_epoch_seconds
            })
        ),
        (
            "list, empty",
            direct(&Reply::Listing {
                reservations: Vec::new(),
                shared: Vec::new(),
                at_epoch_seconds
            })
        ),
        (
            "details",
            direct(&Reply::Details {
                reservation: Box::new(ready.clone()),
                relation: Relation::Owner,
                at_epoch_seconds
            })
        ),
        (
            "details, being launched",
            direct(&Reply::Details {
                reservation: Box::new(provisioning(1)),
                relation: Relation::ShareUse,
                at_epoch_seconds
            })
        ),
        (
            "extended",
            direct(&Reply::Extended {
                handle: handle.clone(),
                deadline_epoch_seconds
            })
        ),
        (
            "not later",
            direct(&Reply::NotExtended {
                handle: handle.clone(),
                deadline_epoch_seconds,
                latest_epoch_seconds: None
            })
        ),
        (
            "too far",
            direct(&Reply::NotExtended {
                handle: handle.clone(),
                deadline_epoch_seconds,
                latest_epoch_seconds: Some(deadline_epoch_seconds + 60)
            }),
        ),
        (
            "confirm the end",
            direct(&Reply::ConfirmEnd {
                reservations: both.clone(),
                at_epoch_seconds,
                user: "UALICE".to_owned(),
                more: 0
            })
        ),
        (
            "ending",
            direct(&Reply::Ending {
                handles: handles.clone(),
                owners: Vec::new()
            })
        ),
        ("kept", direct(&Reply::Kept { handles })),
        (
            "which to extend",
            direct(&Reply::Which {
                intent: Intent::ExtendReservation,
                reservations: both.clone(),
                minutes: Some(60)
            })
        ),
        (
            "which to terminate",
            direct(&Reply::Which {
                intent: Intent::TerminateReservation,
                reservations: both,
                minutes: None
            })
        ),
        (
            "unknown, with marks",
            direct(&Reply::Unknown {
                name: "<!channel> *r-zzzzz*".to_owned()
            })
        ),
        ("none", direct(&Reply::HasNone)),
        (
            "over",
            direct(&Reply::Over {
                handle: handle.clone()
            })
        ),
        (
            "somebody else's",
            direct(&Reply::NotYours {
                handle: Some(handle),
                owner: "UBOB".to_owned(),
                admins: vec!["UCAROL".to_owned()],
            })
        ),
        (
            "somebody else's question",
            direct(&Reply::NotYours {
                handle: None,
                owner: "UBOB".to_owned(),
                admins: vec!["UCAROL".to_owned()],
            })
        ),
    ]));
}

#[test]
fn small_talk_and_what_is_not_ready() {
    let unsupported = [
        Unsupported::System("windows".to_owned()),
        Unsupported::Version("Ubuntu 12.04".to_owned()),
        Unsupported::Provider("DigitalOcean".to_owned()),
        Unsupported::Region("eu-west-1".to_owned()),
        Unsupported::Environment(Environment::Kubernetes),
        Unsupported::Environment(Environment::Mysql),
        Unsupported::MagneticDisk,
        Unsupported::Count(25),
        Unsupported::InstanceType("x9.huge".to_owned()),
        Unsupported::Template("web".to_owned()),
        Unsupported::Storage(99_999),
        Unsupported::Duration,
    ];
    let direct = |answer: &Reply| reply(answer, PlaceKind::Direct);
    let user = || "UALICE".to_owned();
    let unclear = |heard: &str| Reply::NotUnderstood {
        heard: heard.to_owned(),
        readings: vec!["show my machines".to_owned(), "help".to_owned()],
        user: "UALICE".to_owned(),
    };
    let refusals = unsupported
        .into_iter()
        .map(|what| ("unsupported", direct(&Reply::Unsupported { what })));
    let talk = [
        (
            "not built",
            direct(&Reply::NotBuilt {
                intent: Intent::CreateCluster,
            }),
        ),
        ("secret seen", direct(&Reply::SecretSeen { user: user() })),
        ("help", direct(&Reply::Help)),
        (
            "help on extending",
            direct(&Reply::Topic {
                intent: Intent::ExtendReservation,
            }),
        ),
        (
            "help on what is not ready",
            direct(&Reply::Topic {
                intent: Intent::CreateCluster,
            }),
        ),
        ("greeting", direct(&Reply::Greeting)),
        ("thanks", direct(&Reply::Welcome)),
        ("forgotten", direct(&Reply::Forgotten)),
        ("nothing open", direct(&Reply::NothingOpen)),
        ("stale", direct(&Reply::Stale)),
        ("not understood", direct(&unclear(""))),
        ("half understood", direct(&unclear("debian, 16 gb"))),
    ];
    insta::assert_snapshot!(all(refusals.chain(talk)));
}

#[test]
fn payloads() {
    let direct = |answer: &Reply| reply(answer, PlaceKind::Direct);
    insta::assert_json_snapshot!(
        "payload_ready",
        card(CardKind::Ready, &ready_reservation(240))
    );
    insta::assert_json_snapshot!(
        "payload_quote",
        direct(&Reply::Quoted {
            quote: Box::new(quote(240)),
            renewed: false,
            has_key: true
        })
    );
    insta::assert_json_snapshot!(
        "payload_answer_form",
        answer_modal("In your own words", "{}")
    );
}

#[test]
fn every_card_that_a_state_calls_for_has_a_name_of_its_own() {
    let mut reservation = ended(EndReason::Deadline);
    reservation.warnings = [30, 5]
        .map(|minutes_before| Warning {
            deadline_epoch_seconds: NOW,
            minutes_before,
        })
        .to_vec();
    let mut keys: Vec<String> = cards(&reservation).into_iter().map(CardKind::key).collect();
    assert_eq!(keys.len(), 5);
    keys.dedup();
    assert_eq!(keys.len(), 5);
    assert_eq!(cards(&requested_reservation(240)), [CardKind::Progress]);
}

#[test]
fn messages_stay_within_slacks_limits_however_many_reservations_there_are() {
    let reservations = vec![ready_reservation(240); 80];
    let listing = reply(
        &Reply::Listing {
            reservations: reservations.clone(),
            shared: Vec::new(),
            at_epoch_seconds: NOW,
        },
        PlaceKind::Direct,
    );
    assert!(listing.blocks.len() <= 50);
    let which = reply(
        &Reply::Which {
            intent: Intent::ExtendReservation,
            reservations,
            minutes: Some(60),
        },
        PlaceKind::Direct,
    );
    assert!(
        which
            .blocks
            .iter()
            .filter_map(|block| block["elements"].as_array())
            .all(|buttons| buttons.len() <= 25)
    );
    let length = |message: &Message| {
        message
            .blocks
            .iter()
            .map(Value::to_string)
            .map(|block| block.len())
            .sum::<usize>()
    };
    assert!(
        length(&listing) < 12_000,
        "Slack refuses messages of about 13,200 characters"
    );
}

#[test]
fn a_deadline_in_a_minute_is_one_minute_away() {
    let mut reservation = ready_reservation(240);
    reservation.deadline_epoch_seconds = NOW + MINUTE_SECONDS;
    assert!(read(&card(CardKind::Ready, &reservation)).contains("less than $0.01 in all by then"));
}

#[test]
fn letting_people_in_and_shutting_them_out() {
    use crate::access::permission::ShareRole;
    use crate::event::ShareReply;
    let at_epoch_seconds = NOW + HOUR_SECONDS;
    let mut shared = ready_reservation(240);
    shared.owner = "UCAROL".to_owned();
    let (handle, by) = (shared.handle.clone(), "UALICE".to_owned());
    let say = |answer| reply(&Reply::Share(answer), PlaceKind::Direct);
    let let_in = |users: &[&str], role| ShareReply::LetIn {
        id: shared.id.clone(),
        handle: handle.clone(),
        users: users.iter().map(|user| (*user).to_owned()).collect(),
        role,
        by: by.clone(),
    };
    let invited = |role| ShareReply::Invited {
        reservation: Box::new(shared.clone()),
        role,
        by: by.clone(),
    };
    insta::assert_snapshot!(all([
        ("let in", say(let_in(&["UBOB"], ShareRole::Use))),
        ("two let in", say(let_in(&["UBOB", "UDAN"], ShareRole::Use))),
        ("let manage", say(let_in(&["UBOB"], ShareRole::Manage))),
        (
            "in already",
            say(ShareReply::AlreadyIn {
                handle: handle.clone()
            })
        ),
        (
            "too many",
            say(ShareReply::TooMany {
                handle: handle.clone()
            })
        ),
        (
            "not a member",
            say(ShareReply::NotAMember {
                user: "UGINA".to_owned()
            })
        ),
        (
            "shut out",
            say(ShareReply::ShutOut {
                handle: handle.clone(),
                users: vec!["UBOB".to_owned()]
            })
        ),
        (
            "was not in",
            say(ShareReply::WasNotIn {
                handle: handle.clone()
            })
        ),
        ("invited to use", say(invited(ShareRole::Use))),
        ("invited to manage", say(invited(ShareRole::Manage))),
        ("uninvited", say(ShareReply::Uninvited { handle, by })),
        (
            "list with a shared one",
            reply(
                &Reply::Listing {
                    reservations: Vec::new(),
                    shared: vec![shared],
                    at_epoch_seconds
                },
                PlaceKind::Direct
            )
        ),
    ]));
}
