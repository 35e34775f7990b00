//! Two requests in one message: the first is answered.

use super::class::Class;
use super::token::{Kind, Token};
use crate::intent::{Intent, Meaning};

/// Acts that begin a request of their own after "and", "then" or "also".
const SECOND: &[Class] = &[
    Class::Terminate,
    Class::Stop,
    Class::Extend,
    Class::Show,
    Class::List,
    Class::Remind,
    Class::Share,
    Class::Unshare,
];

/// Where the first of two requests ends, if there are two.
pub(super) fn first_end(tokens: &[Token]) -> Option<usize> {
    let begins = tokens.iter().position(|token| {
        token.class.any(SECOND) || token.class.any(&[Class::Create, Class::Want])
    })?;
    (begins + 1..tokens.len()).find(|at| {
        let joins = matches!(
            tokens[*at].text.as_str(),
            "and" | "then" | "also" | "afterwards"
        );
        joins && next_request(tokens, *at + 1, begins)
    })
}

/// Whether an imperative follows, after words like "then" and "please".
fn next_request(tokens: &[Token], from: usize, begins: usize) -> bool {
    const CONNECTIVES: &str = "then also please afterwards after that maybe just";
    // Nouns too, and then no request.
    const NOUNS: &str =
        "storage info free details status url config specs ip hostname end stay address";
    let listed = |list: &str, text: &str| list.split(' ').any(|word| word == text);
    let Some(next) = tokens
        .iter()
        .skip(from)
        .find(|token| !token.is_mark() && !listed(CONNECTIVES, &token.text))
    else {
        return false;
    };
    // "shut it down and delete it" is one act, and so is "stop and delete".
    let one_act = tokens[begins].class.any(&[Class::Stop, Class::Terminate])
        && next.class.any(&[Class::Stop, Class::Terminate]);
    next.kind == Kind::Word
        && next.class.any(SECOND)
        && !next.negated
        && !listed(NOUNS, &next.text)
        && !one_act
}

/// Whether the first request was understood without the second.
pub(super) fn stands_alone(meaning: &Meaning) -> bool {
    let small_talk = matches!(
        meaning.intent,
        Intent::OutOfScope
            | Intent::Greet
            | Intent::Thanks
            | Intent::Affirm
            | Intent::Deny
            | Intent::Cancel
            | Intent::Provide
            | Intent::Help
    );
    !small_talk && meaning.confidence >= 0.7
}
