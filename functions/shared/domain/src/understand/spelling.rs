//! Misspelt words: the nearest known word, within reason.

use super::class::Class;
use super::lexicon;

/// Shortest word that is corrected at all.
const MIN_LENGTH: usize = 3;
/// Longest word looked at; longer ones are not words.
const MAX_LENGTH: usize = 18;
/// From this length on two slips are forgiven.
const TWO_SLIPS_LENGTH: usize = 8;

/// Slips too short or too far for the general rule, and short forms people type.
const FIXED: &[(&str, &str)] = &[
    ("shh", "ssh"),
    ("dayz", "days"),
    ("hourz", "hours"),
    ("hurs", "hours"),
    ("minz", "minutes"),
    ("teh", "the"),
    ("pwr", "power"),
    ("adn", "and"),
    ("nad", "and"),
    ("si", "is"),
    ("hwo", "how"),
    ("waht", "what"),
    ("wat", "what"),
    ("bix", "box"),
    ("boc", "box"),
    ("bxo", "box"),
    ("vn", "vm"),
    ("ned", "need"),
    ("nedd", "need"),
    ("sav", "save"),
    ("hte", "the"),
    ("yuo", "you"),
    ("u", "you"),
    ("ur", "your"),
    ("r", "are"),
    ("w", "with"),
    ("wth", "with"),
    ("b4", "before"),
    ("hw", "how"),
    ("wht", "what"),
    ("wen", "when"),
    ("tht", "that"),
    ("nd", "and"),
    ("hv", "have"),
    ("hav", "have"),
    ("nid", "need"),
    ("cud", "could"),
    ("wud", "would"),
    ("shud", "should"),
    ("gv", "give"),
    ("gve", "give"),
    ("frm", "from"),
    ("srv", "server"),
    ("srvr", "server"),
    ("msg", "message"),
    ("yr", "your"),
    ("abt", "about"),
    ("thru", "through"),
    ("cuz", "because"),
    ("fr", "for"),
    ("fo", "for"),
    ("fro", "for"),
    ("ofr", "for"),
    ("4ever", "forever"),
    ("ot", "to"),
    ("im", "i"),
    ("ive", "i"),
    ("wanna", "want"),
    ("wana", "want"),
    ("gimmie", "gimme"),
    ("lemme", "let"),
    ("whant", "want"),
    ("wnat", "want"),
    ("mashine", "machine"),
    ("mashines", "machines"),
    ("msg", "message"),
    ("srv", "server"),
    ("srvr", "server"),
    ("clstr", "cluster"),
    ("rsrv", "reserve"),
    ("ext", "extend"),
    ("del", "delete"),
    ("tpl", "template"),
    ("tmpl", "template"),
    ("hadop", "hadoop"),
    ("hr's", "hours"),
    ("gbyte", "gb"),
    ("tonite", "tonight"),
    ("2nite", "tonight"),
    ("evrything", "everything"),
    ("pubic", "public"),
    ("cluser", "cluster"),
    ("halp", "help"),
    ("plz", "please"),
    ("memroy", "memory"),
    ("ist", "is"),
    ("mah", "my"),
    ("ym", "my"),
    ("og", "of"),
    ("fiev", "five"),
    ("tow", "two"),
    ("thre", "three"),
    ("foru", "four"),
    ("trhee", "three"),
    ("htree", "three"),
];

/// The word meant, when `word` is no known one.
pub(super) fn correct(word: &str) -> Option<&'static str> {
    if let Some((_, meant)) = FIXED.iter().find(|(slip, _)| *slip == word) {
        return Some(meant);
    }
    let letters = word.as_bytes();
    if !(MIN_LENGTH..=MAX_LENGTH).contains(&letters.len())
        || !word.bytes().all(|byte| byte.is_ascii_lowercase())
    {
        return None;
    }
    let allowed = if letters.len() >= TWO_SLIPS_LENGTH {
        2
    } else {
        1
    };
    let mut best: Option<(usize, bool, &'static str)> = None;
    let initials = [letters[0], letters[1]];
    let initials = if letters[0] == letters[1] {
        &initials[..1]
    } else {
        &initials[..]
    };
    for initial in initials {
        for candidate in lexicon::with_initial(*initial) {
            let length = candidate.len();
            if length.abs_diff(letters.len()) > allowed
                || length < MIN_LENGTH
                || candidate.contains('\'')
            {
                continue;
            }
            // "panda" is no slip of a product's name in the plural.
            let plural = candidate.strip_suffix('s') == Some(word);
            if plural && lexicon::classes(candidate).has(Class::Name) {
                continue;
            }
            // A swapped pair at the start is the only way to a different first letter.
            if *initial != letters[0] && candidate.as_bytes()[1] != letters[0] {
                continue;
            }
            let Some(slips) = slips(letters, candidate.as_bytes(), allowed) else {
                continue;
            };
            if letters.len() <= 4 && !is_safe_short_slip(letters, candidate.as_bytes()) {
                continue;
            }
            let plain = lexicon::classes(candidate) == super::class::Classes::of(Class::Known);
            if best.is_none_or(|(least, least_plain, _)| (slips, plain) < (least, least_plain)) {
                best = Some((slips, plain, candidate));
            }
        }
    }
    best.map(|(.., candidate)| candidate)
}

/// A form of a verb rather than a misspelling of it: "switched", "nuking", "terminates".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Past,
    Gerund,
    ThirdPerson,
}

/// Which form of `verb` the word is, if it is one.
pub(super) fn form(word: &str, verb: &str) -> Option<Form> {
    let stem = |ending: &str| {
        let stem = word.strip_suffix(ending)?;
        let bare = verb.strip_suffix('e').unwrap_or(verb);
        let doubled = stem.len() > 2
            && stem[..stem.len() - 1] == *verb
            && verb.ends_with(&stem[stem.len() - 1..]);
        (stem == bare || stem == verb || doubled).then_some(())
    };
    stem("ed")
        .map(|()| Form::Past)
        .or_else(|| stem("ing").map(|()| Form::Gerund))
        .or_else(|| stem("s").or_else(|| stem("es")).map(|()| Form::ThirdPerson))
}

/// Short words are often names: only swapped neighbours and a left-out or doubled letter count as slips.
fn is_safe_short_slip(word: &[u8], candidate: &[u8]) -> bool {
    if word.len() != candidate.len() {
        return candidate.len() > word.len() && candidate.len() >= 4
            || word.windows(2).any(|pair| pair[0] == pair[1]);
    }
    let mut sorted = (word.to_vec(), candidate.to_vec());
    sorted.0.sort_unstable();
    sorted.1.sort_unstable();
    sorted.0 == sorted.1
}

/// Letters to add, drop, change or swap with a neighbour, when no more than `allowed` (restricted Damerau distance).
fn slips(a: &[u8], b: &[u8], allowed: usize) -> Option<usize> {
    const ROW: usize = MAX_LENGTH + 3;
    if b.len() > MAX_LENGTH + 1 {
        return None;
    }
    let mut before = [0_usize; ROW];
    let mut above = [0_usize; ROW];
    let mut row = [0_usize; ROW];
    for (at, cell) in above.iter_mut().enumerate() {
        *cell = at;
    }
    for (i, x) in a.iter().enumerate() {
        row[0] = i + 1;
        let mut minimum = row[0];
        for (j, y) in b.iter().enumerate() {
            let mut cost = (above[j] + usize::from(x != y))
                .min(above[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                cost = cost.min(before[j - 1] + 1);
            }
            row[j + 1] = cost;
            minimum = minimum.min(cost);
        }
        if minimum > allowed {
            return None;
        }
        before = above;
        above = row;
    }
    Some(above[b.len()]).filter(|slips| *slips <= allowed)
}
