//! Greetings, thanks, yes, no and cancel.

mod cancel;

use super::acts::Act;
use super::class::Class;
use super::decide::Decision;
use super::token::{Kind, Token};
use super::view::View;
use crate::intent::{Intent, Next};
use cancel::cancels;

/// Emoji that stand for a word.
fn emoji(name: &str) -> Option<Intent> {
    let name = name.split("::").next().unwrap_or(name);
    Some(match name {
        "+1"
        | "thumbsup"
        | "white_check_mark"
        | "heavy_check_mark"
        | "ok_hand"
        | "ok"
        | "100"
        | "ballot_box_with_check"
        | "green_heart"
        | "rocket"
        | "shipit"
        | "ship"
        | "yes"
        | "checkered_flag"
        | "thumbsup_all"
        | "large_green_circle" => Intent::Affirm,
        "-1"
        | "thumbsdown"
        | "x"
        | "no_entry"
        | "no_entry_sign"
        | "negative_squared_cross_mark"
        | "no_good"
        | "octagonal_sign"
        | "raised_hand"
        | "hand"
        | "heavy_multiplication_x"
        | "no" => Intent::Deny,
        "wave" => Intent::Greet,
        "pray" | "heart" | "bow" | "thank_you" | "thanks" | "raised_hands" | "clap" | "tada"
        | "heart_eyes" | "beers" | "trophy" | "muscle" => Intent::Thanks,
        _ => return None,
    })
}

/// Decides when the whole message is small talk.
#[expect(clippy::too_many_lines, reason = "a table of phrases")]
pub(super) fn decide(view: &View<'_>) -> Option<Decision> {
    let so = |intent, confidence, because: &str| {
        Some(Decision {
            intent,
            confidence,
            because: because.to_owned(),
        })
    };
    if view
        .tokens
        .iter()
        .all(|token| token.is_mark() || token.kind == Kind::Emoji)
    {
        let meant = view
            .tokens
            .iter()
            .filter(|token| token.kind == Kind::Emoji)
            .find_map(|token| emoji(&token.text));
        return so(meant.unwrap_or(Intent::OutOfScope), 0.85, "only emoji");
    }
    let confirming = view
        .open
        .is_some_and(|open| open.asked == Some(Next::Confirm));
    let has_values = !view.quantities.is_empty()
        || view.has_spec()
        || view.specs.region.is_some()
        || view.specs.provider.is_some()
        || view.specs.default_config.is_some();
    let names_something = !view.references.named.is_empty()
        || !view.references.nicknames.is_empty()
        || view.references.last
        || view.has_person();
    let words: Vec<&Token> = view
        .tokens
        .iter()
        .filter(|token| !token.is_mark() && token.kind != Kind::Emoji)
        .collect();
    let covered = |classes: &[Class]| {
        words
            .iter()
            .filter(|token| token.class.any(classes))
            .count()
    };
    let first_is = |class: Class| {
        words.first().is_some_and(|token| token.has(class))
            || (words.len() > 1
                && words[0].class.any(&[Class::Filler, Class::Please])
                && words[1].has(class))
    };

    if cancels(view, &words, has_values, names_something) {
        return so(Intent::Cancel, 0.9, "calls the task off");
    }
    if has_values || names_something && !confirming {
        return None;
    }
    if covered(&[Class::Hello, Class::Filler]) == words.len() && first_is(Class::Hello) {
        return so(Intent::Greet, 0.9, "only a greeting");
    }
    if covered(&[Class::Thank, Class::Filler, Class::Hello, Class::Yes]) == words.len()
        && covered(&[Class::Thank]) > 0
        && !(confirming && first_is(Class::Yes) && !first_is(Class::Thank))
        && !(confirming && words.last().is_some_and(|last| is_plain_yes(last)))
        && !first_is(Class::No)
    {
        return so(Intent::Thanks, 0.9, "only thanks");
    }
    let asks = words.iter().any(|token| {
        matches!(
            token.text.as_str(),
            "how" | "what" | "which" | "when" | "who" | "why"
        )
    }) && !words
        .first()
        .is_some_and(|token| token.is("no") || token.is("not") && token.has(Class::No));
    let refuses = first_is(Class::No)
        || words
            .first()
            .is_some_and(|token| token.is("no") || token.is("not"));
    let asks_new = view
        .wanted(&[
            Class::Create,
            Class::Want,
            Class::Show,
            Class::List,
            Class::Extend,
            Class::Remind,
        ])
        .is_some()
        && !confirming;
    // "no, keep falcon".
    let keeps = confirming && view.wanted(&[Class::Keep]).is_some();
    let other_target = names_something
        && !keeps
        && view.acts.iter().all(|act| !act.negated)
        && view
            .references
            .nicknames
            .iter()
            .all(|(at, _)| !view.tokens[*at].negated);
    if refuses && !asks_new && !asks && !other_target {
        let destructive_instead = view.acts.iter().any(|act| {
            !act.negated
                && matches!(act.class, Class::Terminate | Class::Stop | Class::Start)
                && (!confirming || replaces(view, *act))
        });
        let all_no = covered(&[
            Class::No,
            Class::Filler,
            Class::Not,
            Class::Please,
            Class::Thank,
        ]) == words.len();
        if all_no
            || (confirming && !destructive_instead && !starts_anew(view))
            || (view.open.is_some()
                && !destructive_instead
                && covered(&[Class::No, Class::Filler, Class::Not, Class::Please]) * 2
                    > words.len())
        {
            return so(Intent::Deny, 0.9, "a no");
        }
    }
    if confirming
        && !asks
        && covered(&[Class::No]) > 0
        && covered(&[Class::No, Class::Filler, Class::Quote, Class::Not]) == words.len()
        && covered(&[Class::Yes]) < words.len()
    {
        return so(Intent::Deny, 0.8, "a no");
    }
    let yes = covered(&[Class::Yes, Class::Filler, Class::Please, Class::Thank]);
    if yes == words.len() && covered(&[Class::Yes]) > 0 {
        return so(Intent::Affirm, 0.9, "a yes");
    }
    if confirming
        && first_is(Class::Yes)
        && !starts_anew(view)
        && !view.is_question()
        && !words
            .iter()
            .any(|token| token.is("but") || token.has(Class::Not))
    {
        return so(Intent::Affirm, 0.85, "a yes, and what it is about");
    }
    // "delete it", when that is what is to be confirmed.
    if confirming && !view.is_question() && repeats_task(view) && words.len() <= 5 {
        return so(Intent::Affirm, 0.7, "says the act again");
    }
    None
}

/// "no, stop it instead", "don't kill it, just switch it off": another act than the one to be confirmed.
fn replaces(view: &View<'_>, act: Act) -> bool {
    let asked = view.open.map(|open| match open.intent {
        Intent::TerminateReservation => Class::Terminate,
        Intent::StopReservation => Class::Stop,
        Intent::StartReservation => Class::Start,
        _ => Class::Known,
    });
    let refused = view
        .acts
        .iter()
        .any(|other| other.negated && Some(other.class) == asked);
    let instead = view.says("instead|only|just|rather|better").is_some();
    Some(act.class) != asked && !act.told && (refused || instead && view.references.pronoun)
}

/// Words that are a yes and nothing else; "great" is also praise.
fn is_plain_yes(token: &Token) -> bool {
    matches!(
        token.text.as_str(),
        "yes" | "yep" | "yeah" | "yup" | "confirm" | "confirmed"
    )
}

fn repeats_task(view: &View<'_>) -> bool {
    let class = match view.open.map(|open| open.intent) {
        Some(Intent::TerminateReservation | Intent::DeleteTemplate | Intent::DeleteCredentials) => {
            Class::Terminate
        }
        Some(Intent::StopReservation) => Class::Stop,
        Some(Intent::CreateVm | Intent::CreateCluster) => Class::Create,
        _ => return false,
    };
    let pronoun_only = view.references.named.is_empty()
        && view.references.nicknames.is_empty()
        && view.references.noun.is_none()
        && !view.references.all;
    view.wanted(&[class]).is_some()
        && view.acts.iter().all(|act| !act.negated)
        && pronoun_only
        && !view.thing()
}

fn starts_anew(view: &View<'_>) -> bool {
    view.wanted(&[Class::Create, Class::Launch, Class::Want])
        .is_some()
        && (view.thing() || view.cluster)
        && view.indefinite_thing()
}
