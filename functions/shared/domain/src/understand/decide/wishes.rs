//! Lists, details, and new machines.

use super::super::class::Class;
use super::super::view::View;
use super::{Decision, so};
use crate::intent::Intent;

pub(super) fn listing(view: &View<'_>) -> Option<Decision> {
    let single = !view.references.named.is_empty()
        || !view.references.nicknames.is_empty()
        || view.references.last
        || view.references.noun.is_some()
            && !view.any_of(&[Class::Machines, Class::Clusters, Class::Reservations]);
    if single {
        return None;
    }
    let plural = view.any_of(&[Class::Machines, Class::Clusters, Class::Reservations]);
    let shows = view.wanted(&[Class::List, Class::Show]).is_some()
        || view
            .says("show me|see|give me a list|tell me which|what")
            .is_some();
    let created = view.wanted(&[Class::Create, Class::Launch]).is_some()
        && (view.has_size() || view.specs.os.is_some());
    if created || view.has_size() && !view.is_question() && view.wanted(&[Class::List]).is_none() {
        return None;
    }
    let have = view
        .says("do i have|have i got|what i have|everything i have|do we have|have we got|what we have|which i have|\
                did i book|does the team have|the team has|is everybody running|i got|we got|do i own|am i running|\
                are we running|is everyone running|everyone has|everybody has|i am running|we are running|\
                has the team|team is running|is the team running|belongs to me|is mine|are mine|am i using|\
                are we using|do i own|have running|did i reserve|i reserved|i booked|team got|on my plate|on our plate|have got|people have|\
                anyone have|anybody have|people running|am i wasting|i own|does my team")
        .is_some();
    let status = view.any_of(&[Class::Active, Class::Idle, Class::Expiring]);
    let question = view.is_question();
    if view.wanted(&[Class::List]).is_some() && !view.any(Class::Key) {
        return so(Intent::ListReservations, 0.9, "asks for a list");
    }
    if plural
        && (shows || question || view.any_of(&[Class::My, Class::Our, Class::Everybody]))
        && !(view.has_size() && view.wanted(&[Class::Want, Class::Create]).is_some())
        && view
            .wanted(&[Class::Create])
            .is_none_or(|_| question && have)
    {
        return so(
            Intent::ListReservations,
            0.85,
            "asks about several reservations",
        );
    }
    if have && (question || shows) {
        return so(Intent::ListReservations, 0.85, "asks what there is");
    }
    if (question || shows)
        && status
        && !view.has_size()
        && view.specs.spot.is_none()
        && view.tokens.len() <= 10
        && view.tokens.iter().all(|token| !token.is_unknown_word())
    {
        return so(Intent::ListReservations, 0.75, "asks what is in that state");
    }
    if status && plural && !view.has_size() {
        return so(
            Intent::ListReservations,
            0.7,
            "several reservations in a state",
        );
    }
    if view.references.all && shows && view.wanted(&[Class::Show]).is_some() {
        return so(Intent::ListReservations, 0.7, "everything is to be shown");
    }
    None
}

pub(super) fn showing(view: &View<'_>) -> Option<Decision> {
    if let Some(act) = view.wanted(&[Class::Show])
        && (view.references.is_definite()
            || (view.references.pronoun && !view.has_spec())
            || view.tokens.len() == 1)
    {
        return so(
            Intent::ShowReservation,
            0.85,
            format!("“{}”", view.word(act.at)),
        );
    }
    let named = !view.references.named.is_empty() || view.references.last;
    let about = view
        .says("about|doing|status|what about|tell me|specs|ready")
        .is_some()
        || view.is_question();
    if view.references.is_definite()
        && !view.has_size()
        && (about || named && view.tokens.len() <= 3)
    {
        return so(
            Intent::ShowReservation,
            if named { 0.75 } else { 0.6 },
            "about one reservation",
        );
    }
    None
}

pub(super) fn creating(view: &View<'_>) -> Option<Decision> {
    let asks = view
        .wanted(&[Class::Create, Class::Want, Class::Launch])
        .is_some();
    let template = view.specs.template.is_some();
    if view.cluster && (!view.references.is_definite() || view.specs.default_config == Some(true))
        || view.cluster && view.has_size()
    {
        return so(
            Intent::CreateCluster,
            if asks || view.has_size() { 0.9 } else { 0.7 },
            "a cluster is named",
        );
    }
    let spec = view.has_spec();
    let thing = view.any_of(&[Class::Machine, Class::Machines]);
    if spec
        && (thing
            || asks
            || view.length()
            || view.bound()
            || view.has_size()
            || view.specs.os.is_some())
    {
        return so(
            Intent::CreateVm,
            if asks { 0.95 } else { 0.85 },
            "says what the machine should be like",
        );
    }
    if thing
        && (asks
            || template
            || view.any(Class::New)
            || view.length()
            || view.bound()
            || view.specs.provider.is_some()
            || view.tokens.len() <= 3)
    {
        return so(Intent::CreateVm, 0.85, "a machine is wanted");
    }
    if thing && view.indefinite_thing() && view.is_question() {
        return so(Intent::CreateVm, 0.6, "speaks of some machine");
    }
    if template && asks {
        return so(Intent::CreateVm, 0.7, "from a template");
    }
    None
}
