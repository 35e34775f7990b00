//! Short forms spelt out: "don't" is "do not".

use super::pieces::lettered;
use super::{Kind, Token};

/// "don't" is "do not"; other short forms lose their tail or have it spelt out.
pub(super) fn contraction(word: &str, glued: bool, out: &mut Vec<Token>) -> Option<usize> {
    const BARE: &[(&str, &str, &str)] = &[
        ("dont", "do", "not"),
        ("doesnt", "does", "not"),
        ("didnt", "did", "not"),
        ("isnt", "is", "not"),
        ("cant", "can", "not"),
        ("cannot", "can", "not"),
        ("wont", "will", "not"),
        ("shouldnt", "should", "not"),
        ("wouldnt", "would", "not"),
        ("arent", "are", "not"),
        ("im", "i", "am"),
        ("ive", "i", "have"),
        ("ill", "i", "will"),
        ("whats", "what", "is"),
        ("hows", "how", "is"),
        ("wheres", "where", "is"),
        ("thats", "that", "is"),
        ("whos", "who", "is"),
        ("gimme", "give", "me"),
        ("lemme", "let", "me"),
        ("wanna", "want", "to"),
        ("weve", "we", "have"),
        ("theres", "there", "is"),
        ("havent", "have", "not"),
        ("wasnt", "was", "not"),
        ("gotta", "have", "to"),
        ("youre", "you", "are"),
        ("dnt", "do", "not"),
        ("whens", "when", "is"),
    ];
    let mut both = |first: &str, second: &str| {
        out.push(Token::new(first, Kind::Word, glued));
        out.push(Token::new(second, Kind::Word, false));
        Some(word.len())
    };
    if let Some((_, first, second)) = BARE.iter().find(|(short, ..)| *short == word) {
        return both(first, second);
    }
    let (head, tail) = word.rsplit_once('\'')?;
    match tail {
        "t" => match head {
            "can" => both("can", "not"),
            "won" => both("will", "not"),
            "shan" => both("shall", "not"),
            _ => both(head.strip_suffix('n').unwrap_or(head), "not"),
        },
        "s" => match head {
            "what" | "how" | "where" | "who" | "when" | "that" | "it" | "there" | "here" | "he"
            | "she" | "why" | "whatever" => both(head, "is"),
            "let" => both("let", "us"),
            _ => {
                lettered(head, glued, out);
                if let Some(owner) = out.last_mut() {
                    owner.owns = true;
                }
                Some(word.len())
            }
        },
        "m" => both(head, "am"),
        "re" => both(head, "are"),
        "ve" => both(head, "have"),
        "ll" => both(head, "will"),
        "d" => both(head, "would"),
        _ => None,
    }
}
