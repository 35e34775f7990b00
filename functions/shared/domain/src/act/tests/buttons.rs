//! Buttons are read back as they were written.

use super::*;

#[test]
fn buttons_are_read_back_as_they_were_written() {
    use crate::messages::{self, CardKind};
    let known = |message: &messages::Message| {
        let buttons = message
            .blocks
            .iter()
            .flat_map(|block| block["elements"].as_array().cloned().unwrap_or_default());
        for button in buttons.filter(|button| button["type"] == "button") {
            let (action_id, value) = (
                button["action_id"].as_str().expect("a name"),
                button["value"].as_str().expect("a value"),
            );
            let ours = Press::parse(action_id, value).is_some()
                || action_id.starts_with(messages::action::SAY)
                || action_id == messages::action::ANSWER_OPEN;
            assert!(ours, "{action_id}");
        }
    };
    known(&messages::card(CardKind::Ready, &ready_reservation(240)));
    known(&messages::card(
        CardKind::Progress,
        &requested_reservation(240),
    ));
    known(&messages::reply(
        &Reply::Quoted {
            quote: Box::new(quote(240)),
            renewed: false,
            has_key: true,
        },
        PlaceKind::Direct,
    ));
    let priced = say(Intent::PriceQuote, machine_slots(), &world());
    known(&messages::reply(
        &priced.reply.expect("a price"),
        PlaceKind::Direct,
    ));
    known(&messages::reply(
        &Reply::Ask {
            intent: Intent::CreateVm,
            asked: Next::Os,
            user: "UALICE".to_owned(),
        },
        PlaceKind::Channel,
    ));
    let both = vec![ready_reservation(240), requested_reservation(60)];
    known(&messages::reply(
        &Reply::ConfirmEnd {
            reservations: both.clone(),
            at_epoch_seconds: NOW,
            user: "UALICE".to_owned(),
            more: 0,
        },
        PlaceKind::Direct,
    ));
    for intent in [
        Intent::ExtendReservation,
        Intent::TerminateReservation,
        Intent::ShowReservation,
    ] {
        known(&messages::reply(
            &Reply::Which {
                intent,
                reservations: both.clone(),
                minutes: Some(60),
            },
            PlaceKind::Direct,
        ));
    }
    assert_eq!(
        Press::parse("extend_by.r-7f3k2", "id/90"),
        Some(Press::Extend("id".to_owned(), 5_400))
    );
    assert_eq!(Press::parse("extend_by", "id/-90"), None);
    assert_eq!(Press::parse("unknown", "x"), None);
}
