//! What Slack makes of typed words, and how messages read.

use serde_json::json;

use crate::slack::compose::{Mentions, rich_text, slack_text};
use crate::slack::people::{first_accounts, first_channels};
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
