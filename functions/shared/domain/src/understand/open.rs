//! The same decision inside an open conversation: an answer, a correction, a side question, or a new request.

use super::class::Class;
use super::decide::{self, Decision};
use super::small_talk;
use super::token::{Kind, Token};
use super::view::View;
use crate::intent::{Intent, Next, OpenQuestion};

/// Decides with regard to what the bot asked.
pub(super) fn decide(view: &View<'_>, open: &OpenQuestion) -> Decision {
    let alone = decide::decide(view);
    if open.asked == Some(Next::Done) && open.intent != Intent::PriceQuote {
        return about_topic(view, open).unwrap_or(alone);
    }
    if matches!(alone.intent, Intent::Help)
        && view.tokens.iter().any(|token| !token.is_mark())
        && alone.confidence >= 0.8
        && !is_answer_to(view, open)
    {
        return alone;
    }
    if let Some(talk) = small_talk::decide(view) {
        if open.intent == Intent::PriceQuote
            && talk.intent == Intent::Affirm
            && view.says("book|take|order|get|create|launch|go").is_some()
        {
            return Decision {
                intent: Intent::CreateVm,
                confidence: 0.8,
                because: "takes what was quoted".into(),
            };
        }
        if matches!(talk.intent, Intent::OutOfScope) && !is_answer_to(view, open) {
            return talk;
        }
        if talk.intent != Intent::OutOfScope {
            return talk;
        }
    }
    if halts(view, open, &alone) {
        return Decision {
            intent: Intent::Cancel,
            confidence: 0.75,
            because: "stops the open task: it names nothing that runs".into(),
        };
    }
    if is_answer_to(view, open) && !is_new_request(view, open, &alone) {
        let intent = if open.intent == Intent::PriceQuote {
            Intent::PriceQuote
        } else {
            Intent::Provide
        };
        return Decision {
            intent,
            confidence: 0.9,
            because: format!("values that belong to {}", open.intent),
        };
    }
    if open.intent == Intent::PriceQuote
        && view
            .says("book it|take it|order it|get it|book that|create it|launch it|go for it")
            .is_some()
    {
        return Decision {
            intent: Intent::CreateVm,
            confidence: 0.8,
            because: "takes what was quoted".into(),
        };
    }
    alone
}

/// "stop, I don't want it any more" in the middle of a task is about the task.
fn halts(view: &View<'_>, open: &OpenQuestion, alone: &Decision) -> bool {
    let names_nothing = view.references.slot().is_none() && !view.thing();
    let first = view
        .tokens
        .first()
        .is_some_and(|first| first.has(Class::Stop));
    let closes = view.tokens.get(1).is_none_or(Token::is_break);
    let task = !matches!(open.asked, None | Some(Next::Done));
    task && alone.intent == Intent::StopReservation && names_nothing && first && closes
}

/// "which ones do you have?" after keys or templates were spoken of.
fn about_topic(view: &View<'_>, open: &OpenQuestion) -> Option<Decision> {
    let asks = view.is_question()
        && view.says("which|what|any|how many|ones|list|all").is_some()
        && view
            .says("ones|do you have|do i have|have i|are there|else|stored|saved")
            .is_some();
    let intent = match open.intent {
        Intent::SaveCredentials | Intent::DeleteCredentials => Intent::ListCredentials,
        Intent::SaveTemplate | Intent::DeleteTemplate => Intent::ListTemplates,
        _ => return None,
    };
    let elsewhere = view.thing()
        || view.has_spec()
        || view.references.is_definite()
        || view.any_of(&[Class::Reservation, Class::Reservations, Class::Active]);
    (asks && !elsewhere).then(|| Decision {
        intent,
        confidence: 0.7,
        because: format!("asks about what {} was about", open.intent),
    })
}

/// Whether the text holds values the open task can take.
fn is_answer_to(view: &View<'_>, open: &OpenQuestion) -> bool {
    let specs = view.specs;
    let machine = view.has_spec()
        || specs.region.is_some()
        || specs.provider.is_some()
        || specs.os_version.is_some()
        || specs.default_config.is_some()
        || specs.template.is_some()
        || specs.storage_type.is_some()
        || !view.quantities.is_empty();
    let reservation = view.references.slot().is_some()
        || (view.any_of(&[Class::Cluster, Class::Machine]) && view.tokens.len() <= 4);
    match open.intent {
        Intent::CreateVm | Intent::CreateCluster | Intent::PriceQuote => machine,
        Intent::ExtendReservation | Intent::SetReminder => {
            reservation || !view.quantities.is_empty()
        }
        Intent::ShowReservation
        | Intent::TerminateReservation
        | Intent::StopReservation
        | Intent::StartReservation => reservation,
        Intent::SaveTemplate => reservation || specs.template.is_some(),
        Intent::DeleteTemplate => specs.template.is_some(),
        Intent::SaveCredentials | Intent::DeleteCredentials => specs.provider.is_some(),
        Intent::ShareReservation | Intent::UnshareReservation => reservation || view.has_person(),
        _ => false,
    }
}

/// Whether the text asks for something of its own rather than answering.
fn is_new_request(view: &View<'_>, open: &OpenQuestion, alone: &Decision) -> bool {
    let creates = matches!(
        open.intent,
        Intent::CreateVm | Intent::CreateCluster | Intent::PriceQuote
    );
    match alone.intent {
        Intent::OutOfScope
        | Intent::Affirm
        | Intent::Deny
        | Intent::Greet
        | Intent::Thanks
        | Intent::Provide
        | Intent::Cancel => false,
        Intent::CreateVm | Intent::CreateCluster => {
            if !creates {
                return view
                    .wanted(&[Class::Create, Class::Want, Class::Launch])
                    .is_some()
                    && (view.thing() || view.has_spec())
                    || view.has_size();
            }
            let wants = view
                .wanted(&[Class::Create, Class::Want, Class::Launch])
                .is_some()
                || view.any(Class::New)
                || view
                    .tokens
                    .first()
                    .is_some_and(|token| token.has(Class::Article));
            let other = alone.intent != open.intent && open.intent != Intent::PriceQuote;
            let thing = view.thing() && view.indefinite_thing();
            // "launch my usual cluster" is that one, whatever was spoken of before.
            let usual = view.cluster && view.specs.default_config == Some(true);
            if usual && (wants || other) {
                return true;
            }
            // "six machines" answers how many; "I need a box" opens another task.
            (wants
                && thing
                && (other
                    || view
                        .tokens
                        .iter()
                        .any(|token| token.class.any(&[Class::Machine, Class::Cluster]))
                        && !plural_only(view)))
                || (other
                    && view.cluster
                    && view.specs.framework.is_some()
                    && open.intent == Intent::CreateVm)
        }
        // "cheaper please, use spot" asks for no price.
        Intent::PriceQuote => {
            let wishes = view.any(Class::Cheap)
                && !view.is_question()
                && view
                    .says("price|prices|cost|costs|quote|how much")
                    .is_none()
                && creates;
            open.intent != Intent::PriceQuote && !wishes
        }
        Intent::ExtendReservation => {
            open.intent != Intent::ExtendReservation
                && !creates
                && view.wanted(&[Class::Extend, Class::Keep]).is_some()
                || (creates
                    && view.references.is_definite()
                    && view.wanted(&[Class::Extend, Class::Keep]).is_some())
        }
        Intent::ShowReservation => {
            let bare = view.wanted(&[Class::Show]).is_none() && !view.is_question();
            !bare && !(open.asked == Some(Next::Reservation) && view.tokens.len() <= 3)
        }
        Intent::SaveTemplate
        | Intent::DeleteTemplate
        | Intent::ListTemplates
        | Intent::SaveCredentials
        | Intent::DeleteCredentials
        | Intent::ListCredentials => {
            alone.intent != open.intent
                && view
                    .acts
                    .iter()
                    .any(|act| !act.negated && !matches!(act.class, Class::Want | Class::Create))
                && !(open.asked == Some(Next::Template)
                    && view.specs.template.is_some()
                    && view.tokens.len() <= 4)
        }
        Intent::ListReservations => {
            view.wanted(&[Class::List, Class::Show]).is_some() || view.is_question()
        }
        Intent::TerminateReservation | Intent::StopReservation | Intent::StartReservation => {
            alone.confidence >= 0.7 && !view.acts.is_empty() && !makes_on(view, open)
        }
        Intent::SetReminder | Intent::ShareReservation | Intent::UnshareReservation => {
            alone.intent != open.intent && alone.confidence >= 0.85
        }
        Intent::UsageReport | Intent::AddSshKey | Intent::Help => alone.confidence >= 0.8,
    }
}

/// "put jupyter on it": a verb of ours by accident, in the middle of a new machine.
fn makes_on(view: &View<'_>, open: &OpenQuestion) -> bool {
    matches!(open.intent, Intent::CreateVm | Intent::CreateCluster)
        && view.has_spec()
        && !view.references.is_definite()
}

fn plural_only(view: &View<'_>) -> bool {
    let nouns: Vec<&Token> = view
        .tokens
        .iter()
        .filter(|token| {
            token.kind == Kind::Word
                && token.class.any(&[
                    Class::Machine,
                    Class::Machines,
                    Class::Cluster,
                    Class::Clusters,
                ])
        })
        .collect();
    nouns
        .iter()
        .all(|token| token.class.any(&[Class::Machines, Class::Clusters]))
}
