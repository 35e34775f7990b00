//! What is not clear, not built, or left alone.

use super::*;

#[test]
fn what_was_understood_of_an_unclear_wish_is_offered_back() {
    let slots = Slots {
        os: Some(Os::Debian),
        memory_gb: Some(16.0),
        ..Slots::default()
    };
    let decision = decide(&Input::Unclear(Box::new(slots)), &world());
    let Some(Reply::NotUnderstood {
        heard, readings, ..
    }) = decision.reply
    else {
        panic!("{:?}", decision.reply)
    };
    assert_eq!((heard.as_str(), readings.len()), ("debian, 16 gb", 2));
}

#[test]
fn forgetting_and_resting_end_a_conversation() {
    let asked = say(Intent::CreateVm, Slots::default(), &world());
    let mut talking = after(world(), &asked);
    let forgotten = say(Intent::Cancel, Slots::default(), &talking);
    assert_eq!(forgotten.reply, Some(Reply::Forgotten));
    assert_eq!(
        forgotten
            .conversation
            .and_then(|conversation| conversation.open),
        None
    );
    talking.now += CONVERSATION_SECONDS_MAX + 1;
    assert_eq!(
        say(Intent::Provide, machine_slots(), &talking).reply,
        Some(Reply::Stale)
    );
    assert_eq!(
        talking
            .conversation
            .and_then(|conversation| conversation.open_question(talking.now)),
        None
    );
}

#[test]
fn what_is_not_built_is_understood_and_leaves_the_open_task_alone() {
    let talking = after(world(), &say(Intent::CreateVm, Slots::default(), &world()));
    for intent in Intent::ALL.iter().copied() {
        let decision = say(intent, Slots::default(), &talking);
        assert!(decision.reply.is_some(), "{intent} is answered");
        if matches!(
            decision.reply,
            Some(
                Reply::NotBuilt { .. }
                    | Reply::Help
                    | Reply::Greeting
                    | Reply::Welcome
                    | Reply::Listing { .. }
            )
        ) {
            assert_eq!(decision.conversation, None, "{intent} leaves the task open");
        }
    }
}
