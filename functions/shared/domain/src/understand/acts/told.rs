//! Who acts, and when: what is told, asked about, allowed or planned is not asked for.

use super::super::class::Class;
use super::super::lexicon;
use super::super::token::{Kind, Token};
use super::object::Object;
use super::particles::is_separable;

/// Words a clause is looked back through.
const REACH: usize = 8;

/// Other people, when no name is given.
const OTHERS: &str =
    "he she they who someone somebody everyone everybody nobody anyone anybody people others";

/// Words that stand between a subject and its verb.
const BETWEEN: &str = "just also then already always usually often sometimes never ever actually really probably \
    automatically accidentally finally even still only do does did will would has have had can may might could \
    should must shall to not be been";

/// Before "to": what is wanted of nobody.
const NO_REQUEST: &str = "forgot forgotten tried trying failed refuse refused able unable way ways command button option \
    afraid hate hated how when where whether used meant supposed happens seems hard dangerous decided managed \
    promised threatened wanted chose asked told wants likes plans intends tries hopes threatens refuses promises wrong bad \
    stupid silly crazy mad unwise foolish risky premature mistake pity shame early late sad";

/// Who is told to do something, when it is not the bot.
const TOLD: &str = "me us him her them everyone everybody";

/// Verbs of telling.
const TELLING: &str =
    "told asked tells asks begged ordered advised advises said wants wanted urged urges made makes";

/// Forms of "be" that make a participle of a verb that looks the same: "got shut down".
const PASSIVE: &str = "be been being was were is are got gets";

/// When it may come to it.
const PUT_OFF: &str = "later afterwards eventually sometime someday soon afterward thereafter";

/// Whether the act at a place is told about rather than asked for.
pub(super) fn is_told(tokens: &[Token], at: usize, class: Class, object: Object) -> bool {
    is_subordinate(tokens, at)
        || matches!(class, Class::Terminate | Class::Stop)
            && (is_third_person(tokens, at, class)
                || by_others(tokens, at, object)
                || asked_about(tokens, at)
                || reported(tokens, at)
                || considered(tokens, at)
                || conditional(tokens, at)
                || relative(tokens, at)
                || no_request(tokens, at)
                || by_itself(tokens, at, object))
}

fn listed(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|entry| entry == word)
}

/// "terminates", "stops": somebody does it.
fn is_third_person(tokens: &[Token], at: usize, class: Class) -> bool {
    tokens[at].text.strip_suffix('s').is_some_and(|verb| {
        lexicon::classes(verb).has(class)
            || is_separable(verb)
            || is_separable(verb.trim_end_matches('e'))
    })
}

/// Where the clause of a word begins.
fn clause(tokens: &[Token], at: usize) -> usize {
    tokens[..at]
        .iter()
        .rposition(|token| token.is_break() && !token.is("-"))
        .map_or(0, |mark| mark + 1)
}

/// Where the clause of a word ends.
fn clause_end(tokens: &[Token], at: usize) -> usize {
    tokens[at..]
        .iter()
        .position(Token::is_break)
        .map_or(tokens.len(), |offset| at + offset)
}

/// The last word before the verb that is not an auxiliary or adverb, within the clause.
fn subject(tokens: &[Token], at: usize) -> Option<usize> {
    let start = clause(tokens, at);
    (start..at)
        .rev()
        .find(|index| !listed(BETWEEN, &tokens[*index].text) && !tokens[*index].is_mark())
}

/// "bob shut it off", "the scheduler stops my vm", "a box that kills my budget".
fn by_others(tokens: &[Token], at: usize, object: Object) -> bool {
    let Some(subject) = subject(tokens, at) else {
        return false;
    };
    let token = &tokens[subject];
    let word = token.text.as_str();
    let asked = tokens.iter().any(|token| token.has(Class::Please))
        || tokens[clause(tokens, at)..at]
            .first()
            .is_some_and(|first| matches!(first.text.as_str(), "can" | "could" | "would" | "will"));
    if listed(OTHERS, word) {
        return !asked;
    }
    if token.has(Class::Person) {
        return !asked && !tokens.get(subject + 1).is_some_and(Token::is_break);
    }
    if matches!(word, "that" | "which") && subject > 0 && subject + 1 == at {
        return tokens[subject - 1].kind == Kind::Word && !tokens[subject - 1].has(Class::Not);
    }
    let explicit = !matches!(object, Object::Unsaid | Object::Pronoun);
    explicit && !asked && subject + 1 == at && is_noun_subject(tokens, subject)
}

/// "the janitor", "our cron job", "zygmunt": somebody or something else, where a sentence begins.
fn is_noun_subject(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let start = clause(tokens, at);
    let plain = token.kind == Kind::Word
        && !token.quoted
        && (!token.has(Class::Known) || token.class.any(&[Class::Foreign, Class::Beside]));
    if !plain {
        return false;
    }
    let determiner = (start..at).rev().take(3).find(|index| {
        tokens[*index]
            .class
            .any(&[Class::The, Class::My, Class::Our, Class::Article])
    });
    let first = determiner.unwrap_or(at);
    let opens = first == start
        || tokens[start..first].iter().all(|token| {
            token.class.any(&[Class::Hello, Class::Filler, Class::And])
                && !token.has(Class::Preposition)
        });
    opens && (determiner.is_some() || !token.has(Class::Known))
}

/// "which of my machines can I kill?", "do you automatically kill boxes?", "what does it delete?".
fn asked_about(tokens: &[Token], at: usize) -> bool {
    let start = clause(tokens, at);
    let mut words = tokens[start..at]
        .iter()
        .filter(|token| !token.class.any(&[Class::Hello, Class::And]) && !token.is_mark());
    let (Some(first), second) = (words.next(), words.next()) else {
        return false;
    };
    let second = second.map_or("", |token| token.text.as_str());
    match first.text.as_str() {
        "which" | "what" | "who" | "whose" | "when" | "where" | "how" => {
            !(first.is("what") && second == "about"
                || first.is("how") && second == "about"
                || first.is("when") && !tokens.last().is_some_and(|last| last.is("?")))
        }
        "why" => !matches!(second, "not" | "do"),
        "do" => {
            matches!(second, "you" | "they" | "we")
                && tokens.get(start + 2).is_none_or(|third| !third.is("mind"))
        }
        "does" | "did" | "has" | "have" | "had" | "was" | "were" => {
            !matches!(second, "to" | "it" | "r") || first.is("does") || first.is("did")
        }
        _ => false,
    }
}

/// "I shut it down yesterday", "I always stop r-7f3k2 at night".
fn reported(tokens: &[Token], at: usize) -> bool {
    const SAME_IN_THE_PAST: &str = "shut put let cut";
    let word = |back: usize| {
        at.checked_sub(back)
            .map_or("", |index| tokens[index].text.as_str())
    };
    let mind = tokens[..at]
        .iter()
        .any(|token| token.is("mind") || token.is("about"));
    // "we got rid of it", "thanks for getting rid of it".
    if tokens[at].is("rid") && (word(1) == "got" || word(1) == "getting" && !mind) {
        return true;
    }
    // "it got shut down", "has been put to sleep".
    let participle = listed(SAME_IN_THE_PAST, &tokens[at].text);
    if participle
        && (1..=3).any(|back| {
            listed(PASSIVE, word(back)) && !(1..back).any(|between| tokens[at - between].is_break())
        })
    {
        return true;
    }
    // "you shut it down, why?"
    let asked = tokens.iter().any(|token| token.is("?") || token.is("why"));
    if word(1) == "you" && asked && clause(tokens, at) + 1 == at {
        return true;
    }
    let clause = clause(tokens, at)..clause_end(tokens, at);
    let own = at > clause.start
        && matches!(
            tokens[at - 1].text.as_str(),
            "i" | "we" | "just" | "already" | "always" | "usually" | "never" | "often"
        )
        && tokens[clause.start..at]
            .iter()
            .any(|token| matches!(token.text.as_str(), "i" | "we"))
        && tokens[clause.start..at].iter().all(|token| {
            !token.class.any(&[Class::Want])
                && !matches!(token.text.as_str(), "to" | "can" | "could" | "you")
        });
    let past = clause.clone().any(|index| {
        let word = tokens[index].text.as_str();
        let before = index
            .checked_sub(1)
            .map_or("", |before| tokens[before].text.as_str());
        matches!(
            word,
            "yesterday" | "ago" | "earlier" | "already" | "always" | "usually" | "often"
        ) || matches!(word, "night" | "week" | "friday" | "monday" | "month") && before == "last"
            || word == "morning" && before == "this"
            || word.starts_with("every") && own
    });
    let only_told = tokens
        .iter()
        .any(|token| matches!(token.text.as_str(), "fyi" | "telling" | "information"));
    own && (past
        || only_told
        || listed(SAME_IN_THE_PAST, &tokens[at].text)
            && !tokens.iter().any(|token| token.has(Class::Please)))
}

/// "you can delete it afterwards", "I may remove some later", "I plan to kill it", "I want to drop one later".
fn considered(tokens: &[Token], at: usize) -> bool {
    let start = clause(tokens, at).max(at.saturating_sub(REACH));
    let end = clause_end(tokens, at);
    let before = &tokens[start..at];
    let says = |words: &[&str]| {
        before
            .iter()
            .any(|token| words.contains(&token.text.as_str()))
    };
    let own = says(&["i", "we"]) && !says(&["you"]);
    let unsure =
        own && says(&[
            "may",
            "might",
            "plan",
            "planning",
            "intend",
            "thinking",
            "considering",
            "hope",
            "hoping",
        ]) && !says(&["may_i"])
            && !before
                .first()
                .is_some_and(|first| matches!(first.text.as_str(), "may" | "might"));
    let spoken =
        own && says(&[
            "want", "will", "would", "need", "have", "can", "could", "must", "shall", "should",
            "going", "like",
        ]) || says(&["you"])
            && says(&["can", "may", "could", "might"])
            && !before
                .first()
                .is_some_and(|first| matches!(first.text.as_str(), "can" | "could" | "would"));
    let put_off = tokens[at..end]
        .iter()
        .any(|token| listed(PUT_OFF, &token.text))
        || tokens[at..end].windows(2).any(|pair| {
            pair[0].is("after") && matches!(pair[1].text.as_str(), "that" | "this")
                || matches!(pair[0].text.as_str(), "some" | "one") && pair[1].is("day")
        });
    let when_over = says(&["you"])
        && says(&["can", "may"])
        && tokens[at..end].windows(2).any(|pair| {
            matches!(pair[0].text.as_str(), "when" | "once" | "after" | "if")
                && !matches!(pair[1].text.as_str(), "you" | "convenient" | "ready")
        });
    unsure || spoken && put_off || when_over
}

/// "if the janitor kills it", "whenever somebody stops a box": the verb of a condition.
fn conditional(tokens: &[Token], at: usize) -> bool {
    if is_courtesy(tokens, at) {
        return false;
    }
    let start = clause(tokens, at);
    let conjunction = (start..at).rev().find(|index| {
        matches!(
            tokens[*index].text.as_str(),
            "if" | "when"
                | "whenever"
                | "once"
                | "unless"
                | "before"
                | "after"
                | "until"
                | "suppose"
                | "supposing"
                | "assuming"
                | "because"
                | "while"
                | "case"
                | "imagine"
        )
    });
    let Some(conjunction) = conjunction else {
        return false;
    };
    let between = &tokens[conjunction + 1..at];
    !between.is_empty()
        && between.len() <= 4
        && !between.iter().any(|token| {
            token.class.any(&[Class::Please, Class::Day, Class::Until])
                || matches!(
                    token.text.as_str(),
                    "have"
                        | "get"
                        | "are"
                        | "is"
                        | "can"
                        | "could"
                        | "would"
                        | "want"
                        | "possible"
                        | "need"
                        | "do"
                        | "find"
                        | "not"
                        | "free"
                )
                || token.has(Class::Active) && !token.has(Class::Preposition)
        })
        && between.iter().any(|token| {
            token.has(Class::Person)
                || listed(OTHERS, &token.text)
                || matches!(token.text.as_str(), "i" | "we" | "you" | "it")
                || token.kind == Kind::Word && !token.has(Class::Known)
        })
}

/// "my vm shut down all by itself": it happened.
fn by_itself(tokens: &[Token], at: usize, object: Object) -> bool {
    const UNASKED: &str = "itself themselves suddenly unexpectedly spontaneously randomly reason";
    object_is_said_before(object)
        && at > 0
        && tokens[at..clause_end(tokens, at)]
            .iter()
            .any(|token| listed(UNASKED, &token.text))
}

fn object_is_said_before(object: Object) -> bool {
    matches!(object, Object::Unsaid | Object::Pronoun)
}

/// "it would be kind if you …": a request.
fn is_courtesy(tokens: &[Token], at: usize) -> bool {
    const KIND: &str = "kind nice great good grateful appreciate appreciated lovely cool perfect mind helpful wonderful \
        best fantastic thankful glad happy better amazing awesome super thanks fine";
    tokens[..at]
        .windows(2)
        .rposition(|pair| pair[0].is("if") && (pair[1].is("you") || pair[1].is("we")))
        .is_some_and(|conjunction| {
            tokens[..conjunction]
                .iter()
                .rev()
                .take(REACH)
                .any(|token| listed(KIND, &token.text))
        })
}

/// "boxes that we could kill", "everything I could delete".
fn relative(tokens: &[Token], at: usize) -> bool {
    const AUXILIARIES: &str =
        "could can should may might must want to would like need have just also will safely";
    let person = tokens[..at]
        .iter()
        .rposition(|token| !listed(AUXILIARIES, &token.text));
    let Some(person) = person.filter(|person| {
        person + 1 < at && matches!(tokens[*person].text.as_str(), "i" | "we" | "you" | "one")
    }) else {
        return false;
    };
    person > 0 && {
        let head = &tokens[person - 1];
        head.class.any(&[
            Class::Machines,
            Class::Clusters,
            Class::Reservations,
            Class::Templates,
            Class::Everything,
        ]) || matches!(
            head.text.as_str(),
            "that" | "which" | "anything" | "something" | "nothing" | "ones" | "what" | "whatever"
        ) && !(head.is("that")
            && person > 1
            && tokens[person - 2].class.any(&[Class::Filler, Class::Want]))
    }
}

/// "forgot to stop it", "the command to kill a box".
fn no_request(tokens: &[Token], at: usize) -> bool {
    let word = |back: usize| {
        at.checked_sub(back)
            .map_or("", |index| tokens[index].text.as_str())
    };
    if word(1) == "to" && listed(TOLD, word(2)) && listed(TELLING, word(3)) {
        return true;
    }
    // "one can kill it".
    if matches!(word(1), "can" | "may" | "could" | "should" | "must") && word(2) == "one" {
        return true;
    }
    at >= 2 && tokens[at - 1].is("to") && listed(NO_REQUEST, &tokens[at - 2].text)
}

/// "before I kill", "so I remember to terminate", "remind me … to stop", "I'll hand it back friday".
fn is_subordinate(tokens: &[Token], at: usize) -> bool {
    let back = |distance: usize| {
        at.checked_sub(distance)
            .map_or("", |index| tokens[index].text.as_str())
    };
    let pronoun = matches!(back(1), "i" | "we" | "you" | "they" | "he" | "she" | "to");
    if is_courtesy(tokens, at) {
        return false;
    }
    let conjunction = |word: &str| {
        matches!(
            word,
            "before"
                | "if"
                | "when"
                | "after"
                | "until"
                | "till"
                | "because"
                | "while"
                | "once"
                | "so"
        )
    };
    let remembers = (2..=5).any(|distance| {
        matches!(
            back(distance),
            "remember" | "forget" | "reminder" | "remind" | "me"
        )
    });
    // "I'll hand it back friday" announces, and asks for nothing.
    let announced = matches!(back(1), "will" | "shall") && matches!(back(2), "i" | "we")
        || matches!(back(1), "to") && back(2) == "going" && matches!(back(4), "i" | "we")
        || matches!(back(2), "will" | "shall")
            && matches!(back(3), "i" | "we")
            && matches!(back(1), "then" | "just" | "probably" | "later" | "only");
    announced
        || (pronoun
            && (conjunction(back(2))
                || back(2) == "that" && back(3) == "so"
                || (back(1) == "to"
                    && remembers
                    && tokens[..at].iter().any(|token| token.has(Class::Remind)))))
        || conjunction(back(1)) && !matches!(back(1), "until" | "so") && at > 1
}
