//! Questions about how things work, rather than about a machine.

mod general;

use super::super::class::Class;
use super::super::view::View;
use super::{Decision, so};
use crate::intent::Intent;
use general::{asks_habit, asks_in_general, asks_of_command, supposes};

pub(super) const HOW: &str = "how do i|how to|how can i|how do you|how would i|how should i|how does|how do we|how can we|\
        how must i|how i can|how i|how one|how is it done|how would one|how can one|how does one|how might one|how might i|how may i|what must i|what do i have to|what i must|\
        what should i|what do i need to do|what do i type|what do i write|what to write|how could i|\
        what is the way to|what is the command|which command|what is the syntax|how are|where do i find|\
        can you explain|explain|teach me|show me how|tell me how|show me what you|tell me what you";
pub(super) const WISH: &str =
    "i want to|i would like to|i need to|want to add|would like to add|need to add|i wish to";

/// What might happen.
const WHAT_IF: &str = "what happens|what if|what would happen|what will happen|what does happen|difference between|\
        is there a difference|what is the difference|happens to|happen to my data|happens when|happens if";

/// What people fear for.
const LOSS: &str = "lose my data|lose my files|lose data|lose files|lose everything|lose anything|lose my work|lose my disk|\
    lose the data|lose the disk|lose the files|lose all";

/// Whether something is wise.
const JUDGED: &str = "is it safe|is it ok|is it okay|is it bad|is it dangerous|is it wise|is it a problem|is it risky|is it fine";

/// Whether one had better.
const ADVICE: &str = "should i|should we|shall i|shall we|do i have to|do i need to|do we have to|do we need to|must i|must we|\
    is it better to|would it be better to|am i supposed to|am i allowed to|does it make sense to|do you think i should|\
    do you think we should|ought i|had i better|does it hurt to";

/// Whether something is possible at all.
const GENERAL: &str = "can a|does a|will a|is a|do a|would a|can an|does an|could a|may a|can one";

/// Acts that are none of ours.
const OTHER_ACTS: &str = "resize|rename|upgrade|downgrade|clone|migrate|restart|reboot|move|copy|attach|change|install|use|\
        see|connect|access|log|restore|recover|undelete";

/// Advice, losses, and what there is to have.
pub(super) fn advice(view: &View<'_>) -> Option<Decision> {
    if view.starts("will i|do i|would i|does it|will it|can i")
        && view.says(LOSS).is_some()
        && view.references.named.is_empty()
        && view.references.nicknames.is_empty()
    {
        return so(Intent::Help, 0.8, "asks what would be lost");
    }
    if view.starts(ADVICE)
        && view
            .acts
            .iter()
            .any(|act| matches!(act.class, Class::Terminate | Class::Stop | Class::Start))
    {
        return so(Intent::Help, 0.8, "asks for advice, not for the act");
    }
    let offers = view.starts("do you have|have you got|do you offer|do you know|do you also have")
        && !view.thing()
        && !view.has_size()
        && !view.any_of(&[
            Class::Key,
            Class::Account,
            Class::Template,
            Class::Templates,
        ])
        && view.references.named.is_empty()
        && view.tokens.len() <= 7;
    if offers
        && view.specs.environment.is_none()
        && view
            .tokens
            .iter()
            .any(|token| token.is_unknown_word() || token.used)
    {
        return so(Intent::Help, 0.7, "asks what there is to have");
    }
    let shared = view.starts("can i|can we|could i|could we|may i|may we|is it possible to")
        && view.acts.iter().any(|act| act.class == Class::Share)
        && !view.has_person()
        && view.indefinite_thing()
        && !view.references.is_definite();
    if shared {
        return so(Intent::Help, 0.8, "asks whether machines can be shared");
    }
    None
}

pub(super) fn what_if(view: &View<'_>) -> Option<Decision> {
    if view.starts("how do|how does") && view.line.ends_with(" work ") {
        return so(Intent::Help, 0.85, "asks how something works");
    }
    if let Some(phrase) = view.says(WHAT_IF) {
        return so(Intent::Help, 0.9, format!("“{phrase}”"));
    }
    if supposes(view) {
        return so(
            Intent::Help,
            0.85,
            "supposes something and asks what follows",
        );
    }
    if asks_in_general(view) {
        return so(
            Intent::Help,
            0.8,
            "asks what is done to machines in general",
        );
    }
    if asks_habit(view) || asks_of_command(view) {
        return so(Intent::Help, 0.8, "asks what is done by itself");
    }
    let about_one = !view.references.named.is_empty()
        || !view.references.nicknames.is_empty()
        || view.references.last;
    let judged = view.starts(JUDGED) || view.starts(GENERAL);
    let told = view.acts.iter().any(|act| {
        matches!(
            act.class,
            Class::Terminate | Class::Stop | Class::Start | Class::Extend
        )
    }) || view.any_of(&[Class::Past, Class::Gerund]);
    if judged && told && (!about_one || view.starts(JUDGED)) {
        return so(Intent::Help, 0.8, "asks about machines in general");
    }
    if let (true, Some(act)) = (
        view.says("what would|what does|what will").is_some(),
        view.acts.first(),
    ) {
        let asked_of = matches!(
            act.class,
            Class::Terminate
                | Class::Stop
                | Class::Extend
                | Class::Start
                | Class::Share
                | Class::Launch
        ) && act.at <= 3;
        if asked_of && view.line.contains(" do ") {
            return so(Intent::Help, 0.8, "asks what an act does");
        }
    }
    let gerund = view.tokens.iter().position(|token| {
        token.has(Class::Gerund) && !token.is("sharing")
            || token.is("shutting")
            || token.is("turning")
    });
    let asks_first = view
        .tokens
        .iter()
        .find(|token| !token.is_mark())
        .is_some_and(|token| {
            matches!(
                token.text.as_str(),
                "does" | "do" | "will" | "would" | "is" | "can" | "could" | "should"
            )
        })
        || view.starts("what would|what does|what will");
    if gerund.is_some()
        && asks_first
        && !view
            .references
            .nicknames
            .iter()
            .any(|_| view.line.starts_with(" is "))
    {
        return so(Intent::Help, 0.85, "asks what an act does");
    }
    let conditional = view
        .says("if i|when i|if we|once i|after i|if you|if someone|when we")
        .is_some();
    let consequence = view.is_question()
        && view
            .says("can i|will i|do i|is the|is my|does the|are the|am i|will it|will my|does it|will the|what about|\
                do my|is it|would i|would it|could i|are my|do we|does that|is there|where does|where do|would my|\
                would the|can it|get billed|still pay")
            .is_some();
    let destructive = view.acts.iter().any(|act| {
        matches!(
            act.class,
            Class::Terminate | Class::Stop | Class::Start | Class::Extend
        )
    }) || view.any(Class::Gerund);
    if conditional && consequence && destructive && view.wanted(&[Class::Quote]).is_none() {
        return so(Intent::Help, 0.85, "asks what would follow");
    }
    None
}

/// "how do I ssh into r-…, what's the hostname": about one reservation.
pub(super) fn connection(view: &View<'_>) -> Option<Decision> {
    let reach = view
        .says("ssh into|ssh to|log into|log in to|login to|connect to|reach|get into|access to get|connect with|\
                log on to|ssh")
        .is_some();
    if reach
        && !view.has_person()
        && view.references.is_definite()
        && view.is_question()
        && !view.any(Class::Share)
    {
        return so(
            Intent::ShowReservation,
            0.85,
            "how to reach one reservation",
        );
    }
    None
}

#[expect(
    clippy::too_many_lines,
    reason = "rules with their phrases beside them"
)]
pub(super) fn how_to(view: &View<'_>) -> Option<Decision> {
    const ABILITY: &str = "do you support|are supported|is supported|you support|what do you have|what have you got|what choices|what are the choices|what do i do|what can you|what you can|what can this|\
        what does this bot|what can i|what do you do|what are you able|how it works|how this works|\
        what commands|which commands|your commands|what are the commands|what else can|do you offer|\
        do you have windows|can you do|do you do|tutorial|documentation|manual|instructions|are available|\
        is available|what is possible|what are my options|get started|what are you for|\
        what are you good for|what is this bot|who are you|what are you|do you speak|do you know|\
        are you able|can you handle|do you handle|what kind of|what kinds of|what sort of|which kinds of|\
        what systems|what os|which os|which operating|what operating|which regions|what regions|\
        which clouds|what clouds|which sizes|what sizes|what instance types|which instance types|\
        what distros|which distros|what types|which types|what environments|which environments|\
        what frameworks|which frameworks|you understand|need help|help with|help me understand|new here|\
        list commands|show commands|show me the commands|quick guide|guide|am i allowed|is it allowed|\
        is there a limit|what is the limit|what is the maximum|what is the max|how long can|how many can|\
        how many machines can|how big can|is it possible to get|can i get gpus|cheat sheet|cheatsheet|\
        can one|is there a way|is there any way|what do you recommend|what would you recommend|what do you suggest|\
        any recommendation|any recommendations|any suggestion|any suggestions|what would you pick|what would you suggest|\
        what should i pick|what should i choose|which one should i|what do most people|choose from|pick from|can i choose";
    if let Some(phrase) = view.says(HOW) {
        let owned = matches!(phrase, "how does" | "how are")
            && view.references.is_definite()
            && view.says("how are|how does").is_some()
            && !view.any_of(&[Class::Gerund]);
        let much = view.says("how do i know how much").is_some();
        if view.says(WISH).is_some()
            && view.acts.iter().any(|act| !act.negated)
            && !much
            && phrase != "what do i have to"
        {
            return None;
        }
        if !owned {
            return so(Intent::Help, 0.85, format!("“{phrase}”"));
        }
    }
    let asks_meaning = view.line.starts_with(" what does ")
        && view.says("do|mean|do exactly").is_some()
        || view.line.starts_with(" what do ") && view.says("mean").is_some();
    if asks_meaning
        && view.references.named.is_empty()
        && view.references.nicknames.is_empty()
        && !view.references.last
    {
        return so(Intent::Help, 0.8, "asks what something means");
    }
    if let Some(phrase) = view.says(ABILITY) {
        let about_one = (!view.references.named.is_empty()
            || view.references.last
            || !view.references.nicknames.is_empty())
            || view.references.noun.is_some() && phrase == "do you know";
        let listing = view
            .says("do i have|do we have|have i|have we|i have|we have")
            .is_some()
            && !matches!(phrase, "need help");
        if !about_one
            && !listing
            && !(view.has_size() && view.wanted(&[Class::Create, Class::Want]).is_some())
            && !(view.length() && view.has_spec())
        {
            return so(Intent::Help, 0.8, format!("“{phrase}”"));
        }
    }
    // "can I extend a reservation?": no reservation in particular.
    let other_act = view.says(OTHER_ACTS).is_some()
        && view.wanted(&[Class::Create]).is_none()
        && !view.any_of(&[
            Class::Active,
            Class::Idle,
            Class::Expiring,
            Class::Everybody,
        ]);
    let general = view.tokens.iter().enumerate().any(|(at, token)| {
        token.class.any(&[
            Class::Machine,
            Class::Machines,
            Class::Reservation,
            Class::Reservations,
            Class::Cluster,
        ]) && at > 0
            && (view.tokens[at - 1].has(Class::Article)
                || view.tokens[at - 1].has(Class::Past)
                    && at > 1
                    && view.tokens[at - 2].has(Class::Article)
                || token.class.any(&[Class::Machines, Class::Reservations])
                    && !view.tokens[at - 1]
                        .class
                        .any(&[Class::My, Class::The, Class::Our]))
    });
    let acts = view
        .wanted(&[
            Class::Terminate,
            Class::Stop,
            Class::Extend,
            Class::Start,
            Class::Share,
        ])
        .is_some();
    let can = [
        " can i ",
        " can you ",
        " can we ",
        " may i ",
        " is it possible to ",
        " could i ",
    ]
    .iter()
    .any(|start| view.line.starts_with(start));
    if general
        && (acts || other_act)
        && can
        && !view.references.is_definite()
        && !view.has_spec()
        && !view.length()
    {
        return so(Intent::Help, 0.7, "asks what is possible in general");
    }
    (view.line.contains(" help ")
        && view.acts.iter().all(|act| act.class == Class::Want)
        && !view.has_spec())
    .then(|| Decision {
        intent: Intent::Help,
        confidence: 0.8,
        because: "“help”".into(),
    })
}
