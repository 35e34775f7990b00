//! Destructive words about something that is not ours, or that nobody asks to be done.

use super::super::acts::{Act, Object};
use super::super::class::Class;
use super::super::view::View;
use super::acts::DESTRUCTIVE;
use super::farewell::done_by;
use super::questions::HOW;
use super::{Decision, so};
use crate::intent::{Intent, Next};

/// Acts that may be what a message is about beside a destructive word that is not.
const REQUESTS: &[Class] = &[
    Class::Terminate,
    Class::Stop,
    Class::Start,
    Class::Launch,
    Class::Create,
    Class::Want,
    Class::Show,
    Class::List,
    Class::Extend,
    Class::Remind,
    Class::Share,
    Class::Unshare,
];

/// Before a verb in "-ing": a thought, not a wish.
const MUSES: &str = "thinking about|thinking of|afraid of|scared of|considering|worried about|sorry for|regret|was a mistake|\
    talked about|talking about|dreaming of";

/// "kill that request", "scrap the whole idea": the talk is called off.
pub(super) fn task(view: &View<'_>) -> Option<Decision> {
    let act = aimed_at(view, Object::Task)?;
    if view.is_question() || other_request(view, act) {
        return None;
    }
    so(
        Intent::Cancel,
        0.8,
        format!("“{}” is about what was asked for", view.word(act.at)),
    )
}

/// "kill the java process on falcon": the machine is where, not what.
pub(super) fn object(view: &View<'_>) -> Option<Decision> {
    let act = aimed_at(view, Object::Foreign)?;
    let described = is_described(view);
    if other_request(view, act) || described || view.is_question() && !asks_a_favour(view) {
        return None;
    }
    // "scrap my last message", while something is being asked for.
    let said = view
        .open
        .is_some_and(|open| !matches!(open.asked, None | Some(Next::Done)))
        && view.says("message|messages").is_some();
    so(
        if said {
            Intent::Cancel
        } else {
            Intent::OutOfScope
        },
        0.8,
        format!("“{}” something that is none of ours", view.word(act.at)),
    )
}

/// "stop worrying about the costs": nothing that runs is to stop.
pub(super) fn doing(view: &View<'_>) -> Option<Decision> {
    let stops = view
        .tokens
        .iter()
        .zip(view.tokens.iter().skip(1))
        .position(|(stop, next)| {
            matches!(stop.text.as_str(), "stop" | "quit" | "cease")
                && next.text.len() > 4
                && next.text.ends_with("ing")
                && !next.is("sharing")
                && !next.is("running")
                && !next.has(Class::Everything)
        })?;
    let otherwise = view.acts.iter().any(|act| {
        act.at > stops + 1 && !act.negated && !act.told && DESTRUCTIVE.contains(&act.class)
    }) || view.references.is_definite()
        || view.any_of(&[Class::Key, Class::Account, Class::Template])
        || view.is_question();
    let task = view
        .open
        .is_some_and(|open| !matches!(open.asked, None | Some(Next::Done)));
    (!otherwise).then(|| Decision {
        intent: if task {
            Intent::Cancel
        } else {
            Intent::OutOfScope
        },
        confidence: 0.75,
        because: format!("it is “{}” that is to stop", view.word(stops + 1)),
    })
}

/// "alice told me to delete the template", "thanks for removing my keys", "was the template deleted?": told of what is
/// kept, or asked about.
pub(super) fn kept(view: &View<'_>) -> Option<Decision> {
    let templates = view.any_of(&[Class::Template, Class::Templates]);
    let other = view.any(Class::Add) || view.says(HOW).is_some();
    if !templates && !view.any(Class::Key) || other {
        return None;
    }
    let done = view.tokens.iter().any(|token| {
        !token.negated && (done_by(&token.text).is_some() || token.has(Class::Gerund))
    });
    let told_of = view
        .acts
        .iter()
        .any(|act| act.told && matches!(act.object, Object::Key | Object::Template));
    if !done && !told_of || view.wanted(REQUESTS).is_some() || is_described(view) {
        return None;
    }
    let thanks = view
        .tokens
        .first()
        .is_some_and(|first| first.has(Class::Thank));
    let intent = if thanks {
        Intent::Thanks
    } else if !view.is_question() {
        return if told_of { told(view) } else { tells(view) };
    } else if templates {
        Intent::ListTemplates
    } else {
        Intent::ListCredentials
    };
    so(intent, 0.7, "about what became of what is kept")
}

/// "the template was deleted by mistake".
fn tells(view: &View<'_>) -> Option<Decision> {
    let open = view
        .says("can|may|should|must|could|needs|need|shall|has to|have to|to be")
        .is_some()
        || view.references.is_definite()
        || view.acts.iter().any(|act| act.negated);
    (!open).then(|| Decision {
        intent: Intent::OutOfScope,
        confidence: 0.7,
        because: "tells what became of what is kept".into(),
    })
}

/// "bob shut it off before he left", "I forgot to stop it": asks for nothing.
pub(super) fn told(view: &View<'_>) -> Option<Decision> {
    if let Some(phrase) = view.says(MUSES)
        && view.any(Class::Gerund)
        && !view.is_question()
        && view.wanted(REQUESTS).is_none()
    {
        return so(
            Intent::OutOfScope,
            0.7,
            format!("“{phrase}” asks for nothing"),
        );
    }
    let act = view
        .acts
        .iter()
        .find(|act| DESTRUCTIVE.contains(&act.class) && act.told && !act.negated)?;
    let asks = view.is_question()
        || other_request(view, act)
        || is_described(view)
        || view.length()
        || view.bound()
        || view.acts.iter().any(|act| act.negated)
        || view.any_of(&[Class::Extend, Class::Keep]);
    (!asks).then(|| Decision {
        intent: Intent::OutOfScope,
        confidence: 0.7,
        because: format!("tells about “{}” and asks nothing", view.word(act.at)),
    })
}

/// Whether a machine is described that need not exist.
fn is_described(view: &View<'_>) -> bool {
    view.has_size() && (view.specs.os.is_some() || view.thing())
        || view.specs.os.is_some() && view.indefinite_thing()
}

fn aimed_at<'a>(view: &View<'a>, object: Object) -> Option<&'a Act> {
    view.acts
        .iter()
        .find(|act| act.object == object && !act.negated)
}

/// Whether something else is asked for.
fn other_request(view: &View<'_>, act: &Act) -> bool {
    view.acts.iter().any(|other| {
        other.at != act.at
            && !other.negated
            && !other.told
            && !(other.class == Class::Share && view.word(other.at) == "let")
            && REQUESTS.contains(&other.class)
            && !is_part_of(view, act, other)
    })
}

/// A noun in the object, or the wish the act is put as: "the build job", "I want to kill the process".
fn is_part_of(view: &View<'_>, act: &Act, other: &Act) -> bool {
    let between = &view.tokens[other.at.min(act.at)..other.at.max(act.at)];
    let joined = !between
        .iter()
        .any(|token| token.is_break() || token.has(Class::And));
    joined
        && (other.at > act.at && !matches!(other.class, Class::Terminate | Class::Stop)
            || matches!(other.class, Class::Want | Class::Show)
                && other.at < act.at
                && matches!(other.class, Class::Want))
}

/// "can you kill the process?": a question in form only.
fn asks_a_favour(view: &View<'_>) -> bool {
    view.starts(
        "can you|could you|would you|will you|can someone|can we|could we|can i|may i|please|pls",
    ) || !view
        .tokens
        .iter()
        .find(|token| !token.is_mark())
        .is_some_and(|first| first.has(Class::Question))
}
