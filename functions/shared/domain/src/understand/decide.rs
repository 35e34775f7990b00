//! What is meant: rules from the most telling observation to the least, each leaving its reason.

use super::class::Class;
use super::quantities::What;
use super::view::View;
use crate::intent::Intent::{self, *};

/// A decision and the observation behind it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Decision {
    pub(super) intent: Intent,
    pub(super) confidence: f32,
    pub(super) because: String,
}

fn so(intent: Intent, confidence: f32, because: impl Into<String>) -> Option<Decision> {
    Some(Decision {
        intent,
        confidence,
        because: because.into(),
    })
}

/// A rule looks at the message and may decide.
type Rule = fn(&View<'_>) -> Option<Decision>;

/// The rules, most telling first.
const RULES: &[Rule] = &[
    nothing_said,
    small_talk,
    foreign,
    reminder,
    ssh_key,
    connection,
    what_if,
    sharing,
    report_of_the_past,
    spending,
    credentials,
    price,
    templates,
    how_to,
    refusal,
    fate,
    longer,
    acts_on_reservations,
    listing,
    showing,
    creating,
    leftovers,
];

/// Decides without regard to an open conversation.
pub(super) fn decide(view: &View<'_>) -> Decision {
    RULES
        .iter()
        .find_map(|rule| rule(view))
        .unwrap_or(Decision {
            intent: OutOfScope,
            confidence: 0.3,
            because: "nothing here is about machines".into(),
        })
}

const DESTRUCTIVE: &[Class] = &[Class::Terminate, Class::Stop];

fn nothing_said(view: &View<'_>) -> Option<Decision> {
    let wordless = view.tokens.iter().all(|token| token.is_mark());
    if wordless {
        return so(Help, 0.8, "no words at all");
    }
    let only_help = view.tokens.iter().all(|token| {
        token.is_mark()
            || matches!(
                token.text.as_str(),
                "help"
                    | "me"
                    | "please"
                    | "commands"
                    | "man"
                    | "manual"
                    | "usage"
                    | "menu"
                    | "pls"
                    | "options"
                    | "i"
                    | "need"
                    | "hey"
                    | "hi"
            )
    });
    (only_help && view.line.contains("help ")
        || only_help
            && view.tokens.iter().all(|token| {
                token.is_mark()
                    || matches!(
                        token.text.as_str(),
                        "commands" | "manual" | "menu" | "options" | "man"
                    )
            }))
    .then(|| Decision {
        intent: Help,
        confidence: 0.95,
        because: "asks for help and nothing else".into(),
    })
}

/// Greetings, thanks, yes, no and cancel, when the message holds nothing else.
fn small_talk(view: &View<'_>) -> Option<Decision> {
    super::small_talk::decide(view)
}

/// "kill the process", "order pizza": acts on things that are not ours.
fn foreign(view: &View<'_>) -> Option<Decision> {
    let (at, foreign) = view
        .tokens
        .iter()
        .enumerate()
        .find(|(_, token)| token.has(Class::Foreign))?;
    let references = view.references;
    // "stop foobar in this channel": the unknown word is no nickname there.
    let only_nicknames =
        references.named.is_empty() && !references.last && references.noun.is_none();
    let beside = references.nicknames.iter().all(|(name, text)| {
        *name < at
            && at - name <= 3
            && !text.contains('-')
            && !view.tokens[*name..at]
                .iter()
                .any(super::token::Token::is_break)
    });
    let ours = references.is_definite() && !(only_nicknames && beside)
        || view.has_spec()
        || view.thing()
        || view.any_of(&[
            Class::Template,
            Class::Templates,
            Class::Key,
            Class::Ssh,
            Class::Reservation,
            Class::Reservations,
            Class::Spend,
        ]) && !view.line.contains(" project ")
        || view.any(Class::Remind)
        || view.length() && view.more_length();
    (!ours).then(|| Decision {
        intent: OutOfScope,
        confidence: 0.85,
        because: format!("it is about a {}", foreign.text),
    })
}

fn reminder(view: &View<'_>) -> Option<Decision> {
    let act = view.wanted(&[Class::Remind])?;
    if view.says(HOW).is_some() || view.says("alert policy").is_some() {
        return None;
    }
    so(SetReminder, 0.95, format!("“{}”", view.word(act.at)))
}

fn ssh_key(view: &View<'_>) -> Option<Decision> {
    let key = view
        .tokens
        .iter()
        .any(|token| token.kind == super::token::Kind::PublicKey);
    let ssh = view.any(Class::Ssh)
        && (view.any(Class::Key) || !view.line.contains(" ssh ") || view.tokens.len() <= 3);
    if view.says(HOW).is_some() && view.says(WISH).is_none() && !key {
        return None;
    }
    let reaches = view.says("ssh into|ssh to|ssh in").is_some();
    if key || (ssh && !reaches && !view.any(Class::Terminate) && !view.any(Class::List)) {
        return so(AddSshKey, 0.9, "an ssh key");
    }
    None
}

/// "how do I ssh into r-…, what's the hostname": about one reservation.
fn connection(view: &View<'_>) -> Option<Decision> {
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
        return so(ShowReservation, 0.85, "how to reach one reservation");
    }
    None
}

const HOW: &str = "how do i|how to|how can i|how do you|how would i|how should i|how does|how do we|how can we|\
        how must i|how i can|how i|how one|how is it done|what must i|what do i have to|what i must|\
        what should i|what do i need to do|what do i type|what do i write|what to write|how could i|\
        what is the way to|what is the command|which command|what is the syntax|how are|where do i find|\
        can you explain|explain|teach me|show me how|tell me how|show me what you|tell me what you";
const WISH: &str =
    "i want to|i would like to|i need to|want to add|would like to add|need to add|i wish to";

fn what_if(view: &View<'_>) -> Option<Decision> {
    const WHAT_IF: &str = "what happens|what if|what would happen|what will happen|what does happen|difference between|\
        is there a difference|what is the difference|happens to|happen to my data|happens when|happens if";
    if let Some(phrase) = view.says(WHAT_IF) {
        return so(Help, 0.9, format!("“{phrase}”"));
    }
    const JUDGED: &str = "is it safe|is it ok|is it okay|is it bad|is it dangerous|is it wise|is it a problem|is it risky|is it fine";
    const GENERAL: &str =
        "can a|does a|will a|is a|do a|would a|can an|does an|could a|may a|can one";
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
    if judged && told && !about_one {
        return so(Help, 0.8, "asks about machines in general");
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
            return so(Help, 0.8, "asks what an act does");
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
        });
    if gerund.is_some()
        && asks_first
        && !view
            .references
            .nicknames
            .iter()
            .any(|_| view.line.starts_with(" is "))
    {
        return so(Help, 0.85, "asks what an act does");
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
        return so(Help, 0.85, "asks what would follow");
    }
    None
}

fn sharing(view: &View<'_>) -> Option<Decision> {
    if view.says(HOW).is_some()
        || view
            .says("what does share|what is share|what does sharing")
            .is_some()
    {
        return None;
    }
    let person = view.has_person();
    if view
        .says(
            "who has access|who can access|who can use|who is on|shared with whom|who did i share",
        )
        .is_some()
    {
        return so(ShowReservation, 0.7, "asks who is let in");
    }
    let person_first = view
        .tokens
        .iter()
        .position(|token| matches!(token.kind, super::token::Kind::Person(_)))
        .is_some_and(|at| {
            view.tokens
                .iter()
                .skip(at)
                .take(6)
                .any(|token| token.has(Class::Not))
        });
    if person_first
        && view
            .says("need|use|have|access|on|touch|see|able|allowed")
            .is_some()
    {
        return so(
            UnshareReservation,
            0.85,
            "somebody is no longer to have access",
        );
    }
    const TAKES: &str = "stop sharing|no longer share|no longer have access|not have access|take away|no access|\
        no longer be able|not share|not be able|not supposed to|end sharing|not use|no longer use|\
        no longer needs access|not need access|remove access|revoke|lose access|off the share|\
        no more access|does not need|undo the sharing|end the sharing|undo sharing|cancel the sharing|\
        undo the share|cancel the share|remove the share|no longer see|without access|not to use|\
        no longer needs";
    let takes = view.says(TAKES).is_some()
        || view
            .tokens
            .iter()
            .any(|token| token.has(Class::Unshare) && !token.negated)
        || (person
            && view.wanted(&[Class::Terminate]).is_some()
            && view.says("from|off|access|of").is_some());
    let about_access = view.any(Class::Access) || view.says("access").is_some();
    let key = view.any(Class::Key) || view.any(Class::Account);
    if takes
        && (person
            || about_access
            || view.line.contains(" share ")
            || view.line.contains(" sharing ")
            || view.line.contains(" unshare ")
            || view.line.contains(" shared "))
        && !(key && !person)
    {
        return so(UnshareReservation, 0.9, "takes somebody's access away");
    }
    let gives = view.tokens.iter().any(|token| {
        token.has(Class::Share) && !token.negated && !token.is("let") && !token.is("sharing")
    });
    let lets_in = view
        .says("access|log in|log into|login|use|in on|get in|join|work on|ssh|get on|get into|onto|reach|connect|\
                collaborate|hop on|jump on")
        .is_some();
    let reservation_like = view.references.is_definite()
        || view.references.pronoun
        || view.thing()
        || view.references.all;
    if gives && (person || reservation_like || view.tokens.len() <= 3) && !key && !view.has_size() {
        return so(ShareReservation, 0.9, "lets somebody in");
    }
    if person
        && !key
        && !view.any(Class::Quote)
        && !view.any(Class::Spend)
        && (lets_in || view.any(Class::Add) || view.says("let|give|invite|put|bring").is_some())
        && (reservation_like || lets_in)
        && view.wanted(DESTRUCTIVE).is_none()
    {
        return so(ShareReservation, 0.85, "names a person and a reservation");
    }
    if view.any(Class::Access)
        && reservation_like
        && !key
        && view.wanted(DESTRUCTIVE).is_none()
        && !view.line.contains(" who ")
        && view
            .says("to have access|give|have access|get access|needs access|access to")
            .is_some()
        && !view.line.contains(" i have access")
    {
        return so(ShareReservation, 0.75, "somebody is to have access");
    }
    None
}

/// "I deleted the wrong line": tells, asks nothing.
fn report_of_the_past(view: &View<'_>) -> Option<Decision> {
    let past = view
        .tokens
        .iter()
        .any(|token| token.has(Class::Past) && !token.is("got") && !token.is("started"));
    let asks = view.is_question()
        || view.acts.iter().any(|act| !act.negated)
        || view.has_spec()
        || view.length();
    let told_by = view
        .says("i|we|he|she|they|someone|somebody|bob|alice|it|the")
        .is_some();
    if past && !asks && told_by {
        return so(OutOfScope, 0.7, "tells what was done and asks nothing");
    }
    None
}

fn spending(view: &View<'_>) -> Option<Decision> {
    if view.says(HOW).is_some() {
        return None;
    }
    let spends = view.tokens.iter().enumerate().any(|(at, token)| {
        token.has(Class::Spend)
            && !token.has(Class::Budget)
            && !token.negated
            && !(token.is("used") && !view.is_question())
            && !(token.is("burn")
                && view
                    .wanted(&[Class::Terminate])
                    .is_some_and(|act| act.at == at)
                && view.references.is_definite())
            && !(token.is("usage") && view.references.is_definite())
    });
    let hourly = view
        .quantities
        .iter()
        .any(|quantity| matches!(quantity.what, What::Hourly(_)));
    let period = period_said(view);
    let owned_cost = view
        .says("my costs|our costs|my cost|our cost|cost me so far|cost us so far|so far|have my machines cost|\
                machines cost me|cost report|costs report|cost me|cost us|costing me|costing us|my machines cost|\
                cost breakdown|team cost|team costs|costs for the team|cost of my machines|cost of our|\
                costs of the team|total costs|cloud costs|cloud cost")
        .is_some();
    let quoted = view.any(Class::Quote);
    let used = view
        .says(
            "what did we use|what did i use|what have we used|what have i used|how much did we use|\
                how much have we used|how many hours|how much compute|did i use|have i used",
        )
        .is_some();
    let specific = view.specs.os.is_some()
        || view.has_size()
        || view.specs.instance_type.is_some()
        || view.indefinite_thing() && quoted;
    if (spends && !hourly && !specific)
        || used
        || (quoted && !specific && !view.length() && (owned_cost || period))
    {
        let one = view.references.noun.is_some() && !view.references.plural;
        if !view.references.named.is_empty()
            || !view.references.nicknames.is_empty()
            || view.references.last
            || one
        {
            return so(ShowReservation, 0.7, "what one reservation costs");
        }
        return so(UsageReport, 0.85, "asks what was spent");
    }
    None
}

fn period_said(view: &View<'_>) -> bool {
    super::settle::period(view).is_some()
}

fn credentials(view: &View<'_>) -> Option<Decision> {
    let secret = view
        .tokens
        .iter()
        .any(|token| token.kind == super::token::Kind::Secret);
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
    let deletes = view.wanted(&[Class::Terminate]).is_some()
        || view
            .says("forget|revoke|unlink|disconnect|withdraw|take back|no longer want you to have|not keep|get rid|\
                log out|unsave")
            .is_some();
    let how = view.says(HOW).is_some()
        || view
            .says("are safe|is safe|how safe|where are|encrypted|what kind of|which kind of|do you need|\
                which keys do you|what keys do you need|secure")
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
        return so(Help, 0.8, "asks how keys work");
    }
    if deletes && view.says("save|update|rotate").is_none() {
        return so(DeleteCredentials, 0.9, "keys are to go");
    }
    if wish || secret {
        return so(SaveCredentials, 0.9, "keys are to be kept");
    }
    if lists
        && !(gives && !view.is_question() && view.wanted(&[Class::List, Class::Show]).is_none())
        || view.wanted(&[Class::List]).is_some()
    {
        return so(ListCredentials, 0.85, "asks which keys are kept");
    }
    if view.tokens.len() == 1 {
        return so(ListCredentials, 0.6, "keys and nothing else");
    }
    so(SaveCredentials, 0.8, "keys are to be kept")
}

fn price(view: &View<'_>) -> Option<Decision> {
    let quote = view.tokens.iter().enumerate().find(|(at, token)| {
        token.class.any(&[Class::Quote])
            && !token.negated
            && !is_limit(view, *at)
            && !(token.is("pay") && view.line.contains("worth"))
    });
    let cheapest = view.any(Class::Cheap);
    let books = view
        .says("just book|book it|just get it|just take it|order it|and book|just create|just do it|go ahead and|\
                just launch|just spin|and launch it|and create it|just start it|just reserve|get me the cheapest|\
                give me the cheapest|i want the cheapest|i need the cheapest|book me|create the cheapest|\
                launch the cheapest|spin up the cheapest|book the cheapest|reserve the cheapest|take the cheapest")
        .is_some();
    let not_yet = view
        .says(
            "not create|not book|not launch|not start it|just tell me|before i book|before booking|\
                before i create|before i order|without creating|do not spin",
        )
        .is_some();
    if books && !not_yet && view.says("quote").is_none() && !view.line.contains("how much") {
        return None;
    }
    if view.says(HOW).is_some() && view.says("how much|how expensive").is_none() && !view.has_spec()
    {
        return None;
    }
    if let Some((_, token)) = quote {
        let named = !view.references.named.is_empty() || !view.references.nicknames.is_empty();
        if named && view.specs.template.is_none() && !view.has_size() {
            return so(ShowReservation, 0.7, "what one reservation costs");
        }
        let says = if token.is("right") {
            "price"
        } else {
            token.text.as_str()
        };
        let creates = view.wanted(&[Class::Create, Class::Launch]).is_some()
            && view
                .quantities
                .iter()
                .any(|quantity| matches!(quantity.what, What::Hourly(_)))
            && !view.is_question();
        if !creates {
            return so(PriceQuote, 0.9, format!("“{says}”"));
        }
    }
    if cheapest
        && !view.any(Class::Create)
        && (view.is_question() || view.wanted(&[Class::Want]).is_none())
    {
        return so(PriceQuote, 0.8, "asks for the cheapest");
    }
    let limit = view
        .quantities
        .iter()
        .any(|quantity| matches!(quantity.what, What::Hourly(_)));
    if limit
        && view.is_question()
        && view
            .says("is there|are there|anything|any|what can i get|what do i get|which")
            .is_some()
        && view.wanted(&[Class::Create]).is_none()
    {
        return so(PriceQuote, 0.75, "asks what there is at a price");
    }
    let starts = [
        " what is a",
        " what is an",
        " what about a",
        " what would a",
        " what will a",
        " and what is a",
        " what are",
        " what does a",
        " what would",
    ]
    .iter()
    .any(|start| view.line.starts_with(start));
    if starts
        && view.has_spec()
        && view.specs.template.is_none()
        && (view.has_size() || view.length() || view.specs.instance_type.is_some())
        && !view.any_of(&[Class::Active, Class::Idle])
    {
        return so(PriceQuote, 0.7, "“what is a …” with a specification");
    }
    let pays = view
        .says("what would i pay|what do i pay|would cost|how much|what am i looking at|what am i in for|\
                what is it going to be|the bill be|how many dollars|how many bucks|set you back|worth of|in dollars|\
                what for")
        .is_some();
    (pays && !view.any(Class::Spend)).then(|| Decision {
        intent: PriceQuote,
        confidence: 0.75,
        because: "asks how much".into(),
    })
}

/// "max price 0.5", "at a rate below": a limit, not a question.
fn is_limit(view: &View<'_>, at: usize) -> bool {
    let near = view
        .tokens
        .iter()
        .skip(at.saturating_sub(2))
        .take(5)
        .any(|token| token.has(Class::Budget));
    let hourly = view
        .quantities
        .iter()
        .any(|quantity| matches!(quantity.what, What::Hourly(_)));
    near && hourly && !view.is_question()
        || view.word(at) == "dear"
        || view.word(at) == "charge" && view.line.contains("in charge")
}

fn templates(view: &View<'_>) -> Option<Decision> {
    let noun = view
        .tokens
        .iter()
        .position(|token| token.class.any(&[Class::Template, Class::Templates]));
    let Some(noun) = noun else {
        let saved = view.wanted(&[Class::Save]).is_some()
            && view.specs.template.is_some()
            && view.references.is_definite();
        return saved.then(|| Decision {
            intent: SaveTemplate,
            confidence: 0.8,
            because: "a reservation is to be kept under a name".into(),
        });
    };
    if view.says(HOW).is_some() && view.says(WISH).is_none()
        || view
            .says("what is a template|what are templates|what is template|what does a template")
            .is_some()
    {
        return so(Help, 0.8, "asks how templates work");
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
        || (noun == 0
            && view.tokens.get(1).is_some_and(|next| {
                next.has(Class::Pronoun) || next.kind == super::token::Kind::Handle
            }))
        || (view.line.contains(" as ") && view.wanted(&[Class::Save]).is_some());
    let saves = view.wanted(&[Class::Save]);
    let deletes = view.wanted(&[Class::Terminate]);
    let unwanted = view.tokens[noun].negated
        && view
            .says("not need|not want|no longer|never use|not use")
            .is_some();
    let first_save = saves.is_some_and(|save| deletes.is_none_or(|delete| save.at < delete.at));
    let can_go = view
        .says("can go|may go|is obsolete|no longer needed|not needed")
        .is_some();
    if can_go && saves.is_none() {
        return so(DeleteTemplate, 0.8, "a template is no longer needed");
    }
    if deletes.is_some() && !(first_save && made) && !(sourced && view.thing()) {
        return so(DeleteTemplate, 0.9, "a template is to go");
    }
    if unwanted {
        return so(DeleteTemplate, 0.75, "a template is no longer wanted");
    }
    let definite = view.references.is_definite();
    if made && (definite || saves.is_some() || !sourced) || (first_save && !sourced) {
        return so(SaveTemplate, 0.9, "a template is to be kept");
    }
    if let Some(destructive) = view.wanted(DESTRUCTIVE) {
        return so(
            if destructive.class == Class::Stop {
                StopReservation
            } else {
                TerminateReservation
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
        return so(ListTemplates, 0.9, "asks for the templates");
    }
    let price_less = if view.cluster {
        CreateCluster
    } else {
        CreateVm
    };
    if sourced || view.specs.template.is_some() {
        return so(price_less, 0.85, "from a template");
    }
    if view.wanted(&[Class::Create]).is_some() {
        return so(SaveTemplate, 0.6, "a template is to be made");
    }
    so(ListTemplates, 0.5, "speaks of templates")
}

fn how_to(view: &View<'_>) -> Option<Decision> {
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
        can one|is there a way|is there any way";
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
            return so(Help, 0.85, format!("“{phrase}”"));
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
        return so(Help, 0.8, "asks what something means");
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
            return so(Help, 0.8, format!("“{phrase}”"));
        }
    }
    // "can I extend a reservation?": no reservation in particular.
    const OTHER_ACTS: &str = "resize|rename|upgrade|downgrade|clone|migrate|restart|reboot|move|copy|attach|change|install|use|\
        see|connect|access|log";
    let other_act = view.says(OTHER_ACTS).is_some() && view.wanted(&[Class::Create]).is_none();
    let general = view.tokens.iter().enumerate().any(|(at, token)| {
        token.class.any(&[
            Class::Machine,
            Class::Machines,
            Class::Reservation,
            Class::Reservations,
            Class::Cluster,
        ]) && at > 0
            && (view.tokens[at - 1].has(Class::Article)
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
        return so(Help, 0.7, "asks what is possible in general");
    }
    (view.line.contains(" help ")
        && view.acts.iter().all(|act| act.class == Class::Want)
        && !view.has_spec())
    .then(|| Decision {
        intent: Help,
        confidence: 0.8,
        because: "“help”".into(),
    })
}

/// "don't delete my vm", "nobody should stop it".
fn refusal(view: &View<'_>) -> Option<Decision> {
    let passive = view
        .tokens
        .iter()
        .any(|token| token.has(Class::Past) && token.negated)
        && view
            .says("make sure|ensure|should|must|may|may not|see to it|take care|ought")
            .is_some();
    if passive
        && view.wanted(DESTRUCTIVE).is_none()
        && !view.is_question()
        && !view.length()
        && !view.bound()
    {
        return so(Deny, 0.8, "nothing is to be done to it");
    }
    let refused = view.refused(DESTRUCTIVE)?;
    let other = view.acts.iter().find(|act| {
        !act.negated
            && !act.told
            && act.at != refused.at
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
        return so(ExtendReservation, 0.8, "not to go yet, and until when");
    }
    if view.is_question()
        && view.says("why|who|when|did|does|will").is_some()
        && view.references.is_definite()
    {
        return None;
    }
    so(
        Deny,
        0.85,
        format!("“{}” is refused", view.word(refused.at)),
    )
}

/// Who, did, when, why, will: about what became of one reservation.
fn fate(view: &View<'_>) -> Option<Decision> {
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
            ShowReservation,
            0.85,
            format!("asks “{word}” about one reservation"),
        );
    }
    None
}

/// More time, however it is said.
fn longer(view: &View<'_>) -> Option<Decision> {
    if view.specs.default_config == Some(true)
        && view.wanted(&[Class::Extend, Class::Keep]).is_none()
    {
        return None;
    }
    let time = view.length() || view.bound();
    let first_destructive = view.wanted(DESTRUCTIVE);
    if let Some(act) = view.wanted(&[Class::Extend]) {
        if first_destructive.is_none_or(|other| act.at < other.at)
            && !(view.has_size() && view.wanted(&[Class::Create]).is_some())
        {
            return so(ExtendReservation, 0.9, format!("“{}”", view.word(act.at)));
        }
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
    if kept
        && (time || longer)
        && !view.has_size()
        && view.specs.os.is_none()
        && view.specs.environment.is_none()
    {
        return so(ExtendReservation, 0.85, "to be kept until later");
    }
    if target
        && time
        && !view.has_size()
        && (view.specs.os.is_none() && view.specs.instance_type.is_none()
            || !view.references.named.is_empty())
        && view.references.is_definite()
        && view.wanted(&[Class::Create, Class::Save]).is_none()
    {
        return so(ExtendReservation, 0.85, "a reservation and a time");
    }
    if longer
        && !spec
        && !view.line.contains(" no longer ")
        && (view.references.is_definite()
            || view.references.all
            || time
            || view.any(Class::Longer)
            || view.line.contains(" time "))
    {
        return so(ExtendReservation, 0.8, "more time");
    }
    if kept && view.references.is_definite() && !view.has_spec() && view.specs.template.is_none() {
        return so(ExtendReservation, 0.6, "to be kept");
    }
    None
}

/// Terminate, stop and start: the first that is asked for.
fn acts_on_reservations(view: &View<'_>) -> Option<Decision> {
    let definite = view.references.is_definite() || view.references.all || view.references.plural;
    let gone = view.says("can go|may go|not needed any|no longer needed|no longer need|not need|not more necessary|\
                no longer necessary|not necessary|no longer required|done with|finished with|no more use for|\
                no use for|all done|i am done|can be deleted|can be removed|can be terminated|can be destroyed|\
                no longer use|not using|no further use|is obsolete|has served its purpose|outlived|be gone|can die|\
                should die|must die|not require|have no need|am finished|not use|no longer want|not want");
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
    if let Some(phrase) = gone {
        let named = view.references.is_definite();
        if named
            && destructive_later.is_none()
            && !view.has_size()
            && !(view.length() || view.bound())
            && view.wanted(&[Class::Create]).is_none()
        {
            return so(TerminateReservation, 0.75, format!("“{phrase}”"));
        }
    }
    let act = act?;
    let banter = !definite && view.says("you are|you were|you guys|making me|haha|lol|joking|everyone|both of you|please people").is_some() && !view.thing();
    if banter {
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
    match chosen.class {
        Class::Terminate if target || short => so(
            TerminateReservation,
            if definite { 0.95 } else { 0.7 },
            format!("“{}”", view.word(chosen.at)),
        ),
        Class::Stop if target || short => so(
            StopReservation,
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
                intent: StartReservation,
                confidence: 0.85,
                because: format!("“{}”", view.word(chosen.at)),
            })
        }
        _ => None,
    }
}

/// Whether a wish is for a machine: "I need a box", not "I'd like to stop it".
fn is_create_act(view: &View<'_>, at: usize) -> bool {
    !matches!(view.word(at + 1), "to" | "it" | "you") && !view.references.is_definite()
}

fn listing(view: &View<'_>) -> Option<Decision> {
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
                are we using|do i own|have running|did i reserve|i reserved|i booked|team got|have got|people have|\
                anyone have|anybody have|people running|am i wasting|i own|does my team")
        .is_some();
    let status = view.any_of(&[Class::Active, Class::Idle, Class::Expiring]);
    let question = view.is_question();
    if view.wanted(&[Class::List]).is_some() && !view.any(Class::Key) {
        return so(ListReservations, 0.9, "asks for a list");
    }
    if plural
        && (shows || question || view.any_of(&[Class::My, Class::Our, Class::Everybody]))
        && !(view.has_size() && view.wanted(&[Class::Want, Class::Create]).is_some())
        && view
            .wanted(&[Class::Create])
            .is_none_or(|_| question && have)
    {
        return so(ListReservations, 0.85, "asks about several reservations");
    }
    if have && (question || shows) {
        return so(ListReservations, 0.85, "asks what there is");
    }
    if (question || shows)
        && status
        && !view.has_size()
        && view.tokens.len() <= 10
        && view.tokens.iter().all(|token| !token.is_unknown_word())
    {
        return so(ListReservations, 0.75, "asks what is in that state");
    }
    if status && plural && !view.has_size() {
        return so(ListReservations, 0.7, "several reservations in a state");
    }
    if view.references.all && shows && view.wanted(&[Class::Show]).is_some() {
        return so(ListReservations, 0.7, "everything is to be shown");
    }
    None
}

fn showing(view: &View<'_>) -> Option<Decision> {
    if let Some(act) = view.wanted(&[Class::Show]) {
        if view.references.is_definite()
            || (view.references.pronoun && !view.has_spec())
            || view.tokens.len() == 1
        {
            return so(ShowReservation, 0.85, format!("“{}”", view.word(act.at)));
        }
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
            ShowReservation,
            if named { 0.75 } else { 0.6 },
            "about one reservation",
        );
    }
    None
}

fn creating(view: &View<'_>) -> Option<Decision> {
    let asks = view
        .wanted(&[Class::Create, Class::Want, Class::Launch])
        .is_some();
    let template = view.specs.template.is_some();
    if view.cluster && (!view.references.is_definite() || view.specs.default_config == Some(true))
        || view.cluster && view.has_size()
    {
        return so(
            CreateCluster,
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
            CreateVm,
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
        return so(CreateVm, 0.85, "a machine is wanted");
    }
    if thing && view.indefinite_thing() && view.is_question() {
        return so(CreateVm, 0.6, "speaks of some machine");
    }
    if template && asks {
        return so(CreateVm, 0.7, "from a template");
    }
    None
}

fn leftovers(view: &View<'_>) -> Option<Decision> {
    let spoken: Vec<_> = view
        .tokens
        .iter()
        .filter(|token| !token.is_mark())
        .collect();
    let first = spoken
        .iter()
        .find(|token| !token.has(Class::Filler) || token.class.any(&[Class::Thank, Class::Hello]));
    if first.is_some_and(|token| token.has(Class::Thank)) {
        return so(Thanks, 0.7, "begins with thanks and asks nothing");
    }
    if first.is_some_and(|token| token.has(Class::Hello)) && spoken.len() <= 4 {
        return so(Greet, 0.6, "begins with a greeting and asks nothing");
    }
    let known: &[(Class, Intent)] = &[
        (Class::Thank, Thanks),
        (Class::CancelWord, Cancel),
        (Class::Hello, Greet),
    ];
    for (class, intent) in known {
        let words = view.tokens.iter().filter(|token| !token.is_mark()).count();
        let said = view.tokens.iter().filter(|token| token.has(*class)).count();
        if said * 2 >= words && said > 0
            || *class == Class::CancelWord
                && view.tokens.iter().take(2).any(|token| token.has(*class))
        {
            return so(*intent, 0.6, "mostly that");
        }
    }
    None
}
