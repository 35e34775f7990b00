//! Acts on reservations: refused, asked about, extended, given up, stopped, started.

use super::super::acts::{Act, Object};
use super::super::class::Class;
use super::super::negation::corrected_between;
use super::super::token::Kind;
use super::super::view::View;
use super::{Decision, so};
use crate::intent::Intent;

pub(super) const DESTRUCTIVE: &[Class] = &[Class::Terminate, Class::Stop];

/// "don't delete my vm", "nobody should stop it".
pub(super) fn refusal(view: &View<'_>) -> Option<Decision> {
    let passive = view
        .tokens
        .iter()
        .any(|token| token.has(Class::Past) && token.negated)
        && view
            .says("not have|never have")
            .is_none()
        && view
            .says("make sure|ensure|should|must|may|may not|see to it|take care|ought|want|like|wish|need|can|asked|ask|said|allowed|is to be|be")
            .is_some();
    if passive
        && view.wanted(DESTRUCTIVE).is_none()
        && !view.is_question()
        && !view.length()
        && !view.bound()
    {
        return so(Intent::Deny, 0.8, "nothing is to be done to it");
    }
    let untouched = view
        .says("not touch|not to be touched|not be touched|not touched|hands off|not mess with|not lay a hand on|keep your hands off")
        .is_some();
    if untouched
        && (view.references.slot().is_some() || view.references.pronoun)
        && view.wanted(DESTRUCTIVE).is_none()
    {
        return so(Intent::Deny, 0.8, "nothing is to be touched");
    }
    // "leave r-7f3k2 alone".
    let spared = view.wanted(&[Class::Keep]).is_some()
        && view
            .says("alone|in peace|as it is|as is|as they are|untouched")
            .is_some()
        || view
            .says("hate to see|hate it if|sorry to see|sad to see")
            .is_some()
            && view.any(Class::Past);
    if spared
        && view.references.is_definite()
        && view.wanted(DESTRUCTIVE).is_none()
        && !view.length()
        && !view.bound()
    {
        return so(Intent::Deny, 0.8, "nothing is to become of it");
    }
    let refused = view.refused(DESTRUCTIVE)?;
    // "do not stop it, start it".
    let starts = view
        .wanted(&[Class::Start, Class::Launch])
        .is_some_and(|act| {
            act.at > refused.at
                && view.tokens.get(act.at + 1).is_some_and(|next| {
                    next.is("it") || next.kind == Kind::Handle || next.is("them")
                })
        });
    if starts {
        return None;
    }
    let other = view.acts.iter().find(|act| {
        !act.negated
            && !act.told
            && act.at != refused.at
            && !view.word(act.at).starts_with("stay")
            && !matches!(
                act.class,
                Class::Want
                    | Class::Keep
                    | Class::Show
                    | Class::List
                    | Class::Save
                    | Class::Start
                    | Class::Launch
                    | Class::Create
            )
    });
    if other.is_some() {
        return None;
    }
    let starts_other =
        view.acts.iter().any(|act| {
            !act.negated && matches!(act.class, Class::Create | Class::Show | Class::List)
        }) && (view.has_spec() || view.wanted(&[Class::Show, Class::List]).is_some());
    if starts_other {
        return None;
    }
    if view.length() || view.bound() {
        return so(
            Intent::ExtendReservation,
            0.8,
            "not to go yet, and until when",
        );
    }
    if view.is_question()
        && view.says("why|who|when|did|does|will").is_some()
        && view.references.is_definite()
    {
        return None;
    }
    so(
        Intent::Deny,
        0.85,
        format!("“{}” is refused", view.word(refused.at)),
    )
}

/// Who, did, when, why, will: about what became of one reservation.
pub(super) fn fate(view: &View<'_>) -> Option<Decision> {
    let definite = view.references.is_definite();
    if !definite {
        return None;
    }
    let asks = view.tokens.iter().find(|token| {
        !token.is_mark()
            && !token.class.any(&[Class::Hello, Class::Please])
            && !matches!(
                token.text.as_str(),
                "hey" | "so" | "and" | "hmm" | "wait" | "but" | "also"
            )
    });
    let word = asks.map_or("", |token| token.text.as_str());
    let asked = match word {
        "until" | "till" | "til" | "since" => view.starts("until when|till when|til when|since when"),
        "for" => view.starts("for how long|for how much longer"),
        "who" | "when" | "why" | "did" | "was" | "is" | "has" | "does" | "will" | "are"
        | "whose" | "where" | "what" | "which" => true,
        "how" => view
            .says("how is|how long|how are|how much time|how old|how does|how many|how far|how much longer")
            .is_some(),
        _ => false,
    };
    let further = view
        .acts
        .iter()
        .any(|act| matches!(act.class, Class::Extend) && !act.negated && view.length());
    let idle = view.any(Class::Idle) && view.references.plural;
    let plural = view.references.plural
        && view.references.noun.is_none()
        && view.references.named.is_empty()
        && view.references.nicknames.is_empty()
        && !view.references.last;
    if asked && !further && !idle && !plural && !view.references.all_only() {
        return so(
            Intent::ShowReservation,
            0.85,
            format!("asks “{word}” about one reservation"),
        );
    }
    None
}

/// More time, however it is said.
pub(super) fn longer(view: &View<'_>) -> Option<Decision> {
    if view.specs.default_config == Some(true)
        && view.wanted(&[Class::Extend, Class::Keep]).is_none()
    {
        return None;
    }
    let time = view.length() || view.bound();
    let first_destructive = view.wanted(DESTRUCTIVE);
    if let Some(act) = view.wanted(&[Class::Extend])
        && first_destructive.is_none_or(|other| {
            act.at < other.at || corrected_between(view.tokens, other.at + 1, act.at)
        })
        && !(view.has_size() && view.wanted(&[Class::Create]).is_some())
    {
        return so(
            Intent::ExtendReservation,
            0.9,
            format!("“{}”", view.word(act.at)),
        );
    }
    if first_destructive.is_some() || view.wanted(&[Class::Start]).is_some() && !time {
        return None;
    }
    let target = view.references.is_definite()
        || view.references.all
        || view.references.plural
        || view.references.pronoun;
    let spec = view.has_spec() || view.indefinite_thing() && !view.references.is_definite();
    let kept = view.wanted(&[Class::Keep]).is_some();
    let longer = view.any(Class::Longer)
        || view.more_length()
        || view
            .says("more time|bit longer|live longer|longer|some more|not done yet|not finished yet|not ready yet|\
                not through yet")
            .is_some();
    let opens_new = view
        .starts("new|a new|another|create|launch|spin up|get me a|i need a|give me a")
        && view.indefinite_thing();
    if kept
        && (time || longer)
        && !opens_new
        && !view.has_size()
        && view.specs.os.is_none()
        && view.specs.environment.is_none()
    {
        return so(Intent::ExtendReservation, 0.85, "to be kept until later");
    }
    if target
        && time
        && !view.has_size()
        && (view.specs.os.is_none() && view.specs.instance_type.is_none()
            || !view.references.named.is_empty())
        && view.references.is_definite()
        && (view.wanted(&[Class::Create, Class::Save]).is_none()
            || !view.references.named.is_empty() && !view.has_spec())
    {
        return so(Intent::ExtendReservation, 0.85, "a reservation and a time");
    }
    if longer
        && !spec
        && view
            .says("no longer|any longer|not needed|not need|not want")
            .is_none()
        && (view.references.is_definite()
            || view.references.all
            || time
            || view.any(Class::Longer)
            || view.line.contains(" time "))
    {
        return so(Intent::ExtendReservation, 0.8, "more time");
    }
    if kept && view.references.is_definite() && !view.has_spec() && view.specs.template.is_none() {
        return so(Intent::ExtendReservation, 0.6, "to be kept");
    }
    None
}

/// Terminate, stop and start: the first that is asked for.
pub(super) fn acts_on_reservations(view: &View<'_>) -> Option<Decision> {
    let definite = view.references.is_definite() || view.references.all || view.references.plural;
    let act = view.acts.iter().find(|act| {
        !act.negated
            && !act.told
            && matches!(
                act.class,
                Class::Terminate
                    | Class::Stop
                    | Class::Start
                    | Class::Launch
                    | Class::Show
                    | Class::List
                    | Class::Create
                    | Class::Want
            )
            && !(act.class == Class::Want && !is_create_act(view, act.at))
    });
    let destructive_later = view.wanted(&[Class::Terminate, Class::Stop, Class::Start]);
    let act = act?;
    let banter = !definite && view.says("you are|you were|you guys|making me|haha|lol|joking|everyone|both of you|please people").is_some() && !view.thing();
    if banter {
        return None;
    }
    // "8 gigs would do, I'll give it back friday": a specification is no target.
    if !definite && view.has_size() && (view.specs.os.is_some() || view.indefinite_thing()) {
        return None;
    }
    let target = definite
        || view.references.pronoun
        || view.thing()
        || view.any_of(&[Class::Reservation, Class::Reservations]);
    let spec = view.has_spec() && !view.references.is_definite();
    let short = view
        .tokens
        .iter()
        .filter(|token| !token.is_mark() && !token.class.any(&[Class::Please, Class::Filler]))
        .count()
        <= 2
        && view
            .tokens
            .iter()
            .all(|token| token.is_mark() || !token.is_unknown_word());
    let chosen = match act.class {
        Class::Want | Class::Create | Class::Show | Class::List => {
            // "get rid of", "I'd like to stop": the later act is meant, unless the first stands on its own.
            let meant = destructive_later?;
            let first_stands = match act.class {
                Class::Show | Class::List => true,
                _ => {
                    spec || (view.indefinite_thing()
                        && !view.references.is_definite()
                        && meant.class != Class::Terminate
                        && meant.class != Class::Stop)
                }
            };
            if first_stands && meant.at > act.at {
                return None;
            }
            meant
        }
        _ => *act,
    };
    let chosen = corrected(view, chosen);
    if matches!(chosen.object, Object::Key | Object::Template) {
        return None;
    }
    match chosen.class {
        Class::Terminate if target || short => so(
            Intent::TerminateReservation,
            if definite { 0.95 } else { 0.7 },
            format!("“{}”", view.word(chosen.at)),
        ),
        Class::Stop if target || short => so(
            Intent::StopReservation,
            if definite { 0.95 } else { 0.7 },
            format!("“{}”", view.word(chosen.at)),
        ),
        Class::Start | Class::Launch => {
            let new = view.any(Class::New)
                || view.indefinite_thing() && !view.references.is_definite()
                || spec;
            if new
                || (!target && !short)
                || (chosen.class == Class::Launch && view.references.all && !definite)
            {
                return None;
            }
            let definite_enough = definite || view.references.pronoun || short;
            definite_enough.then(|| Decision {
                intent: Intent::StartReservation,
                confidence: 0.85,
                because: format!("“{}”", view.word(chosen.at)),
            })
        }
        _ => None,
    }
}

/// "delete it, no wait, stop it instead": the act that replaces another.
fn corrected(view: &View<'_>, first: Act) -> Act {
    let later = view.acts.iter().rfind(|act| {
        matches!(act.class, Class::Terminate | Class::Stop | Class::Start)
            && act.class != first.class
            && !act.negated
            && !act.told
            && act.at > first.at + 1
            && corrected_between(view.tokens, first.at + 1, act.at)
    });
    later.copied().unwrap_or(first)
}

/// Whether a wish is for a machine: "I need a box", not "I'd like to stop it".
fn is_create_act(view: &View<'_>, at: usize) -> bool {
    !matches!(view.word(at + 1), "to" | "it" | "you") && !view.references.is_definite()
}
