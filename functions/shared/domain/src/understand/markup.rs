//! Slack's mark-up away: what is left is plain lower-case-able text, with people and emoji as marked words.

/// Longest message that is read; Slack itself advises 4,000 characters at most.
const MAX_CHARS: usize = 4_000;
/// Longest text between angle brackets that is taken for a link or a mention.
const MAX_BRACKET_BYTES: usize = 500;
/// Longest emoji name.
const MAX_EMOJI_BYTES: usize = 40;

/// Starts a word that is a person's Slack id.
pub(super) const PERSON: char = '\u{1}';
/// Starts a word that is an emoji's name.
pub(super) const EMOJI: char = '\u{2}';
/// Starts a word that stood in quotes or code marks.
pub(super) const QUOTED: char = '\u{3}';

/// The id that stands for the bot itself in a text; callers put it in place of the real one.
pub const BOT: &str = "U0BOT";

/// Plain text of a Slack message.
pub(super) fn plain(text: &str) -> String {
    let end = text
        .char_indices()
        .nth(MAX_CHARS)
        .map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    let mut out = String::with_capacity(text.len() + 16);
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        at += character.len_utf8();
        let rest = &text[at..];
        match character {
            '<' => at += bracket(rest, &mut out),
            '&' => at += entity(rest, &mut out),
            '~' => at += struck(rest, &out),
            ':' => at += emoji(rest, &mut out),
            '`' | '"' | '“' | '”' | '„' | '«' | '»' => {
                let opens = out.chars().next_back().is_none_or(char::is_whitespace);
                if opens && rest.starts_with(char::is_alphanumeric) {
                    out.push(QUOTED);
                } else if !opens {
                    out.push(' ');
                }
            }
            '‘' | '’' | '´' | '\u{2b9}' => out.push('\''),
            '–' | '—' => out.push_str(" - "),
            '…' => out.push_str("... "),
            '\u{1}'..='\u{3}'
            | '*'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}' => {}
            _ if character.is_alphanumeric() || character.is_ascii() => out.push(character),
            _ => out.push_str(symbol(character)),
        }
    }
    out
}

/// `<@U1|name>`, `<#C1|name>`, `<!here>`, `<url|label>`, `<url>`; returns how many bytes were read.
fn bracket(rest: &str, out: &mut String) -> usize {
    let Some(end) = rest.find('>').filter(|end| *end <= MAX_BRACKET_BYTES) else {
        return 0;
    };
    let inside = &rest[..end];
    let (target, label) = inside
        .split_once('|')
        .map_or((inside, None), |(target, label)| (target, Some(label)));
    if let Some(person) = target.strip_prefix('@') {
        if person != BOT && !person.is_empty() && person.chars().all(|c| c.is_ascii_alphanumeric())
        {
            out.push(' ');
            out.push(PERSON);
            out.push_str(person);
        }
        out.push(' ');
    } else if target.starts_with('!') {
        out.push(' ');
    } else {
        let shown = label.unwrap_or(target);
        let shown = shown
            .split_once("://")
            .map_or(shown, |(_, address)| address);
        out.push_str(shown.strip_prefix("mailto:").unwrap_or(shown));
    }
    end + 1
}

fn entity(rest: &str, out: &mut String) -> usize {
    for (name, text) in [
        ("amp;", "&"),
        ("lt;", " less "),
        ("gt;", " more "),
        ("nbsp;", " "),
    ] {
        if rest.starts_with(name) {
            out.push_str(text);
            return name.len();
        }
    }
    out.push('&');
    0
}

/// Text between a pair of tildes was taken back by its author; a lone tilde means "about".
fn struck(rest: &str, out: &str) -> usize {
    let opens = out.chars().next_back().is_none_or(|c| !c.is_alphanumeric());
    let close = rest.find('~').filter(|end| {
        let inside = &rest[..*end];
        let bare = inside.trim();
        let after = rest[end + 1..].chars().next();
        !bare.is_empty()
            && bare.len() == inside.len()
            && !inside.contains('\n')
            && after.is_none_or(|c| !c.is_alphanumeric())
    });
    match close {
        Some(end) if opens => end + 1,
        _ => 0,
    }
}

fn emoji(rest: &str, out: &mut String) -> usize {
    let opens = out.chars().next_back().is_none_or(|c| !c.is_alphanumeric());
    let name = rest
        .find(':')
        .filter(|end| opens && *end > 0 && *end <= MAX_EMOJI_BYTES)
        .map(|end| &rest[..end])
        .filter(|name| {
            name.chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-' | '\''))
        });
    if let Some(name) = name {
        out.push(' ');
        out.push(EMOJI);
        out.push_str(&name.to_ascii_lowercase());
        out.push(' ');
        name.len() + 1
    } else {
        out.push(':');
        0
    }
}

/// Emoji typed as characters, by the name Slack gives them; other symbols only part words.
fn symbol(character: char) -> &'static str {
    match character {
        '👍' => " \u{2}+1 ",
        '✅' | '✔' | '☑' => " \u{2}white_check_mark ",
        '👌' | '🆗' => " \u{2}ok_hand ",
        '👎' => " \u{2}-1 ",
        '❌' | '✖' | '🚫' | '⛔' | '🛑' => " \u{2}x ",
        '👋' => " \u{2}wave ",
        '🙏' | '❤' | '💜' | '💙' => " \u{2}pray ",
        '×' => "x",
        '½' => " half ",
        _ => " ",
    }
}
