//! What is kept for people: keys and templates.

use super::super::class::Class;
use super::super::token::Kind;
use super::super::view::View;
use super::acts::DESTRUCTIVE;
use super::questions::{HOW, WISH};
use super::{Decision, so};
use crate::intent::Intent;

pub(super) fn ssh_key(view: &View<'_>) -> Option<Decision> {
    let key = view
        .tokens
        .iter()
        .any(|token| token.kind == Kind::PublicKey);
    let ssh = view.any(Class::Ssh)
        && (view.any(Class::Key)
            || view
                .tokens
                .iter()
                .any(|token| token.has(Class::Ssh) && !token.is("ssh"))
            || !view.line.contains(" ssh ")
            || view.tokens.len() <= 3);
    if view.says(HOW).is_some() && view.says(WISH).is_none() && !key {
        return None;
    }
    let reaches = view.says("ssh into|ssh to|ssh in").is_some();
    if key || (ssh && !reaches && !view.any(Class::Terminate) && !view.any(Class::List)) {
        return so(Intent::AddSshKey, 0.9, "an ssh key");
    }
    None
}

pub(super) fn credentials(view: &View<'_>) -> Option<Decision> {
    let secret = view.tokens.iter().any(|token| token.kind == Kind::Secret);
    // "I'd rather you no longer stored my aws keys".
    let unwanted = view
        .tokens
        .iter()
        .any(|token| token.has(Class::Key) && token.negated)
        && view.refused(DESTRUCTIVE).is_none()
        && view.wanted(DESTRUCTIVE).is_none()
        && view
            .refused(&[Class::Save, Class::Keep, Class::Want])
            .is_some()
        && !view.is_question();
    if unwanted
        && view
            .says("no longer|any longer|any more|anymore|not want you")
            .is_some()
    {
        return so(
            Intent::DeleteCredentials,
            0.8,
            "keys are no longer to be kept",
        );
    }
    let key = view.any(Class::Key) || secret;
    let account = view.any(Class::Account)
        && (view.specs.provider.is_some() || view.any(Class::Add) || view.line.contains(" cloud "));
    let linked = view
        .says("link|unlink|connect|disconnect|connected|linked|hook up")
        .is_some();
    let cloud = view.specs.provider.is_some() || view.says("clouds|cloud|providers").is_some();
    let links_cloud = linked && cloud && !view.has_size() && !view.references.is_definite();
    if !key && !account && !links_cloud {
        return None;
    }
    if view.thing() && view.any(Class::Create) && view.has_spec() {
        return None;
    }
    let asks_which = view.starts("which|what|who|how many|when|where|are|is|do you|does|did");
    let ends = view.wanted(&[Class::Terminate]).is_some();
    let not_asked = !ends
        && view
            .acts
            .iter()
            .any(|act| act.class == Class::Terminate && (act.told || act.negated));
    let deletes = ends
        || !asks_which && !not_asked && view
            .says("gone|no longer stored|no longer store|no longer keep|no longer kept|no longer hold|stop storing|stop keeping|\
                not store|not to store|no longer have|out of your system|off your|forget|revoke|unlink|disconnect|withdraw|take back|no longer want you to have|not keep|get rid|\
                log out|unsave")
            .is_some();
    let how = view.says(HOW).is_some()
        || view
            .says("are safe|is safe|how safe|where are|encrypted|what kind of|which kind of|do you need|\
                which keys do you need|what keys do you need|secure")
            .is_some();
    let wish = view.says(WISH).is_some();
    let lists = view
        .says("which|what|am i connected|show|list|do you have|do you already have|have you got|stored for me|\
                on file|do i have|have i|any keys|any credentials|any creds|are my|are there|is there|still have|\
                see my|see the|view|you have my|do we have|did i|is my|check")
        .is_some();
    let gives = view
        .says("here is|here are|new|update|rotate|add|save|store|where do i put|where should i put|changed|replace|\
                want to give|set up|upload|enter")
        .is_some();
    if how
        && !wish
        && !secret
        && view
            .says("where do i put|where should i put|here is|here are")
            .is_none()
    {
        return so(Intent::Help, 0.8, "asks how keys work");
    }
    if deletes && view.says("save|update|rotate").is_none() {
        return so(Intent::DeleteCredentials, 0.9, "keys are to go");
    }
    if wish || secret {
        return so(Intent::SaveCredentials, 0.9, "keys are to be kept");
    }
    if lists
        && !(gives && !view.is_question() && view.wanted(&[Class::List, Class::Show]).is_none())
        || view.wanted(&[Class::List]).is_some()
    {
        return so(Intent::ListCredentials, 0.85, "asks which keys are kept");
    }
    if view.tokens.len() == 1 {
        return so(Intent::ListCredentials, 0.6, "keys and nothing else");
    }
    so(Intent::SaveCredentials, 0.8, "keys are to be kept")
}

/// "the gold-image template can be deleted".
pub(super) fn unwanted_template(view: &View<'_>) -> Option<Decision> {
    let unwanted = view
        .says("can be deleted|can be removed|can be dropped|can be erased|may be deleted|should be deleted|must be deleted|\
                should be removed|has to go|must go|is outdated|is useless|is obsolete|needs to go|can be trashed")
        .is_some();
    let refused = view.says("not|never|nobody|if|unless").is_some() || view.is_question();
    let one = view.any(Class::Template) && view.specs.template.is_some();
    if unwanted && one && !refused && view.references.named.is_empty() {
        return so(
            Intent::DeleteTemplate,
            0.8,
            "a template is no longer needed",
        );
    }
    None
}

#[expect(
    clippy::too_many_lines,
    reason = "rules with their phrases beside them"
)]
pub(super) fn templates(view: &View<'_>) -> Option<Decision> {
    let noun = view
        .tokens
        .iter()
        .position(|token| token.class.any(&[Class::Template, Class::Templates]));
    let Some(noun) = noun else {
        let configurations = view
            .says("configs i saved|configs we saved|saved configs|saved configurations|saved setups|setups i saved|\
                    configurations i saved|stored configs|stored setups|configs i stored|configs i have saved|\
                    configurations i have saved|setups i have saved")
            .is_some();
        if configurations
            && (view.wanted(&[Class::List, Class::Show]).is_some()
                || view.is_question()
                || view.any(Class::My))
            && view.wanted(DESTRUCTIVE).is_none()
        {
            return so(Intent::ListTemplates, 0.8, "asks for what was saved");
        }
        let saved = view.wanted(&[Class::Save]).is_some()
            && view.specs.template.is_some()
            && (view.references.is_definite() || view.references.pronoun);
        return saved.then(|| Decision {
            intent: Intent::SaveTemplate,
            confidence: 0.8,
            because: "a reservation is to be kept under a name".into(),
        });
    };
    if view.says(HOW).is_some() && view.says(WISH).is_none()
        || view
            .says("what is a template|what are templates|what is template|what does a template")
            .is_some()
    {
        return so(Intent::Help, 0.8, "asks how templates work");
    }
    let before = |distance: usize| noun.checked_sub(distance).map_or("", |at| view.word(at));
    let sourced = (1..=4).any(|distance| {
        matches!(
            before(distance),
            "from" | "using" | "with" | "of" | "off" | "based" | "per" | "via" | "use"
        )
    }) && !view
        .says("rid of|out of")
        .is_some_and(|_| before(1) != "from" && before(2) != "from" && before(3) != "from");
    let made = view
        .says("as template|as a template|as the template|into a template|into template|as new template|\
                a template from|a template out of|make a template|create a template|make template|create template|\
                new template from|template out of|template from my|template from the|template of")
        .is_some()
        || (view.references.is_definite() && !sourced && view.says("make|turn").is_some())
        || (view.tokens.get(noun + 1).is_some_and(|next| next.is("from") || next.is("of"))
            && view
                .tokens
                .get(noun + 2)
                .is_some_and(|next| next.kind == Kind::Handle))
        || (noun == 0
            && view.tokens.get(1).is_some_and(|next| {
                next.has(Class::Pronoun) || next.kind == Kind::Handle
            }))
        || (view.line.contains(" as ") && view.wanted(&[Class::Save]).is_some());
    let saves = view.wanted(&[Class::Save]);
    if view.refused(DESTRUCTIVE).is_some() && view.acts.iter().all(|act| act.negated) {
        return None;
    }
    let asks_past = view.is_question()
        && view
            .says("did i|did we|did you|did he|did she|did they|who|have i|was|were")
            .is_some();
    let deletes = view.wanted(&[Class::Terminate]).filter(|_| !asks_past);
    let unwanted = view.tokens[noun].negated
        && view
            .says("not need|not want|no longer|never use|not use")
            .is_some();
    let first_save = saves.is_some_and(|save| deletes.is_none_or(|delete| save.at < delete.at));
    let can_go = view
        .says("can go|may go|is obsolete|no longer needed|not needed")
        .is_some();
    if can_go && saves.is_none() {
        return so(
            Intent::DeleteTemplate,
            0.8,
            "a template is no longer needed",
        );
    }
    if deletes.is_some() && !(first_save && made) && !(sourced && view.thing()) {
        return so(Intent::DeleteTemplate, 0.9, "a template is to go");
    }
    if unwanted {
        return so(
            Intent::DeleteTemplate,
            0.75,
            "a template is no longer wanted",
        );
    }
    let definite = view.references.is_definite();
    if made && (definite || saves.is_some() || !sourced) || (first_save && !sourced) {
        return so(Intent::SaveTemplate, 0.9, "a template is to be kept");
    }
    if let Some(destructive) = view.wanted(DESTRUCTIVE).filter(|_| !asks_past) {
        return so(
            if destructive.class == Class::Stop {
                Intent::StopReservation
            } else {
                Intent::TerminateReservation
            },
            0.6,
            "an act on a machine made from a template",
        );
    }
    let plural = view.tokens[noun].has(Class::Templates);
    let lists = view.wanted(&[Class::List, Class::Show]).is_some()
        || view.is_question()
        || view.tokens.len() <= 3
        || view.any(Class::My);
    if plural
        && lists
        && view
            .wanted(&[Class::Create])
            .is_none_or(|_| view.is_question())
        || (view
            .says("which template|what template|any template|list template|show template")
            .is_some())
    {
        return so(Intent::ListTemplates, 0.9, "asks for the templates");
    }
    let price_less = if view.cluster {
        Intent::CreateCluster
    } else {
        Intent::CreateVm
    };
    if sourced || view.specs.template.is_some() {
        return so(price_less, 0.85, "from a template");
    }
    if view.wanted(&[Class::Create]).is_some() {
        return so(Intent::SaveTemplate, 0.6, "a template is to be made");
    }
    so(Intent::ListTemplates, 0.5, "speaks of templates")
}
