//! What Slack makes of typed words, and how messages read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::slack::compose::{Mentions, rich_text, slack_text};
use crate::slack::people::{first_accounts, first_channels};
use crate::slack::plain::EMOJI_JSON;
use crate::slack::render_plain;

fn sent(typed: &str) -> String {
    let accounts = first_accounts();
    slack_text(typed, &accounts, &first_channels(&accounts), Mentions::Bare)
}

#[test]
fn typed_words_become_slacks_markup() {
    let cases = [
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        ("ask @bob, please", "ask <@U0BOB>, please"),
        ("<@U0BOB> and <!here>", "<@U0BOB> and <!here>"),
        ("see #general.", "see <#C0GENERAL|general>."),
        (
            "see https://x.test/?a=1&b=2.",
            "see <https://x.test/?a=1&amp;b=2>.",
        ),
        (
            "run train.py on t3.micro",
            "run <http://train.py|train.py> on t3.micro",
        ),
        (
            "`train.py a<b` x.com",
            "`train.py a&lt;b` <http://x.com|x.com>",
        ),
        ("mail a@b.com", "mail <mailto:a@b.com|a@b.com>"),
        ("4.5 hours, 1.2.3.4", "4.5 hours, 1.2.3.4"),
        ("@nobody", "@nobody"),
    ];
    for (typed, text) in cases {
        assert_eq!(sent(typed), text);
    }
}

#[test]
fn commands_hold_names_beside_ids() {
    let accounts = first_accounts();
    let text = slack_text("share box with @bob", &accounts, &[], Mentions::Named);
    assert_eq!(text, "share box with <@U0BOB|bob>");
}

#[test]
fn clients_send_the_words_as_rich_text_too() {
    let block = rich_text("<@U0BOB> x &lt; <http://a.com|a.com>", "b1");
    let parts = &block["elements"][0]["elements"];
    assert_eq!(parts[0], json!({ "type": "user", "user_id": "U0BOB" }));
    assert_eq!(parts[1], json!({ "type": "text", "text": " x < " }));
    assert_eq!(
        parts[2],
        json!({ "type": "link", "url": "http://a.com", "text": "a.com" })
    );
}

#[test]
fn mrkdwn_reads_without_its_marks() {
    let cases = [
        ("*bold* _it_ ~no~ `code`", "bold it no code"),
        ("2 * 3 and my_file_name", "2 * 3 and my_file_name"),
        ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
        (
            "<https://x.test|here> <https://y.test>",
            "here https://y.test",
        ),
        ("until <!date^1^{date}|1 January>", "until 1 January"),
        (
            ":zzz: :unheard_of: 10:30:45",
            "\u{1F4A4} :unheard_of: 10:30:45",
        ),
        ("cut <off", "cut <off"),
        (
            "the line in `~/.ssh/id_a_b.pub`",
            "the line in ~/.ssh/id_a_b.pub",
        ),
    ];
    for (text, plain) in cases {
        assert_eq!(render_plain(text, &[]), plain);
    }
}

#[test]
fn blocks_read_line_by_line() {
    let plain = |text: &str| json!({ "type": "plain_text", "text": text });
    let mrkdwn = |text: &str| json!({ "type": "mrkdwn", "text": text });
    let button = json!({ "type": "button", "text": plain("Stop"), "action_id": "stop" });
    let blocks = [
        json!({ "type": "header", "text": plain("Ready") }),
        json!({ "type": "section", "text": mrkdwn("*box*"), "fields": [mrkdwn("*Type*\nt3.micro")], "accessory": button }),
        json!({ "type": "divider" }),
        json!({ "type": "context", "elements": [mrkdwn("_r-1_"), mrkdwn("us-east-1")] }),
        json!({ "type": "actions", "elements": [button, button] }),
    ];
    assert_eq!(
        render_plain("for the notification", &blocks),
        "Ready\nbox\nType t3.micro [Stop]\n────\nr-1 us-east-1\n[Stop] [Stop]"
    );
}

/// The names of emoji in source text: between single colons, which paths of Rust never are.
fn emoji_names(source: &str) -> BTreeSet<&str> {
    let is_name = |part: &&str| {
        let mut characters = part.chars();
        characters
            .next()
            .is_some_and(|first| first.is_ascii_lowercase())
            && characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
    };
    let parts: Vec<&str> = source.split(':').collect();
    let inner = parts.windows(3).filter(|three| {
        // An empty neighbour is the middle of a double colon.
        !three[0].is_empty() && !three[2].is_empty()
    });
    inner.map(|three| three[1]).filter(is_name).collect()
}

#[test]
fn the_page_knows_every_emoji_that_messages_use() {
    let known: BTreeMap<String, String> = serde_json::from_str(EMOJI_JSON).unwrap();
    let messages = crate::paths::workspace().join("functions/shared/domain/src/messages");
    let mut used = 0;
    for file in std::fs::read_dir(messages).unwrap() {
        let file = file.unwrap().path();
        if file.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let source = std::fs::read_to_string(&file).unwrap();
        for name in emoji_names(&source) {
            used += 1;
            assert!(
                known.contains_key(name),
                "{}: the page has no :{name}:",
                file.display()
            );
        }
    }
    assert!(used > 10, "only {used} emoji were found");
}
