//! The whole product as people meet it: the page in a real browser, the deployed template behind it.
//!
//! `INFRARED_SCREENSHOT=1` writes the picture of the first journey to `infra/local/page/screenshot.png`, which the
//! README shows: `INFRARED_SCREENSHOT=1 cargo dev test -p journeys --test page_journey`.

use std::path::{Path, PathBuf};

use journeys::browser::{Browser, BrowserError};
use journeys::{Outcome, billed, nothing_is_left};
use local::cloud::Fault;
use local::stack::Stack;

const ENTER: &str = "\u{E007}";
const WIDTH: u32 = 1280;
const HEIGHT: u32 = 1080;

/// The product with the page's clock at work, as `cargo dev` starts it.
async fn stack() -> local::Result<Stack> {
    let stack = journeys::stack().await?;
    let controls = stack.controls();
    stack.slack.on_advance(move |seconds| {
        let controls = controls.clone();
        async move {
            let moved = async {
                controls.advance(seconds).await?;
                controls.tick().await
            };
            if let Err(error) = moved.await {
                panic!("moving the clock failed: {error}");
            }
        }
    });
    Ok(stack)
}

async fn say(browser: &Browser, words: &str) -> Result<(), BrowserError> {
    browser.types("#text", &format!("{words}{ENTER}")).await
}

/// Presses a button of the clock and waits until the time has moved and the scan has run.
async fn move_clock(browser: &Browser, label: &str) -> Result<(), BrowserError> {
    browser.click_words(label).await?;
    browser.gone("[data-seconds][aria-busy]").await
}

/// Sits down at the keyboard as somebody else, in that channel.
async fn become_person(browser: &Browser, name: &str, channel: &str) -> Result<(), BrowserError> {
    browser.click(&format!("[data-person={name}]")).await?;
    browser
        .element(&format!("[data-person={name}][aria-checked=true]"))
        .await?;
    browser.click(&format!("[data-channel={channel}]")).await
}

/// Where the picture goes: beside the build's own output, or over the one that the README shows.
fn picture() -> PathBuf {
    if std::env::var_os("INFRARED_SCREENSHOT").is_some_and(|value| value == "1") {
        local::paths::workspace().join("infra/local/page/screenshot.png")
    } else {
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("journey.png")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_browser_a_machine_is_launched_extended_and_terminated() -> Outcome {
    let stack = stack().await?;
    let browser = Browser::open(&stack.page_url(), WIDTH, HEIGHT).await?;
    browser.words("Say hello to infrared").await?;

    // Machines wait with their call home, so that a launch on its way can be seen.
    stack.machines.hold_ready();
    say(&browser, "spin up an ubuntu vm with 8gb for 4 hours").await?;
    browser.words("Ubuntu 24.04 for 4 h").await?;
    browser.words("$0.0824 per hour, $0.33 in all").await?;
    browser.press("Ubuntu 24.04 for 4 h", "Launch").await?;
    browser.words("Launching").await?;
    browser.gone("[data-action-id=quote_launch]").await?;
    browser.words("is on its way").await?;
    browser
        .words("Waiting until it has set itself up and calls home")
        .await?;

    stack.machines.release_ready();
    browser.words("is ready after").await?;
    browser.words("Machine has called home").await?;
    browser.words("ssh ubuntu@").await?;
    let machines = billed(&stack).await?;
    let [machine] = &machines[..] else {
        return Err(format!("not one machine: {machines:?}").into());
    };
    let address = machine.public_address.as_deref().ok_or("no address")?;
    browser.words(&format!("ssh ubuntu@{address}")).await?;

    // A second quote, which she leaves.
    say(&browser, "how about debian with 16 gb for 2 days").await?;
    browser.element("[data-action-id=quote_launch]").await?;
    // The pointer leaves the messages: the one under it would look different.
    browser.click("#title").await?;
    browser.screenshot(&picture()).await?;
    browser.press("Debian 13 for 2 days", "Cancel").await?;
    browser.words("nothing was launched").await?;

    say(&browser, "show my machines").await?;
    browser.words("You have 1 machine").await?;
    browser.press("You have 1 machine", "Details").await?;
    browser
        .element(".message:last-child [data-action-id=extend_4h]")
        .await?;

    move_clock(&browser, "+3 h").await?;
    move_clock(&browser, "+30 min").await?;
    browser.words("ends in 30 minutes").await?;
    browser.press("ends in 30 minutes", "Extend 1 h").await?;
    browser.words("was extended and now ends").await?;

    // What is gone cannot be had back, so the button asks.
    browser.press("is ready", "Terminate").await?;
    browser
        .words("and everything on its disk will be gone for good")
        .await?;
    browser.click("dialog.confirm .agree").await?;
    browser.words("as you asked").await?;
    browser.words("Nothing is left running.").await?;
    browser.gone(".message:last-child button.button").await?;
    stack.settle().await?;
    nothing_is_left(&stack).await?;
    Ok(browser.close().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_browser_what_is_missing_is_answered_in_a_form() -> Outcome {
    let stack = stack().await?;
    let browser = Browser::open(&stack.page_url(), WIDTH, HEIGHT).await?;
    browser.click("[data-channel=general]").await?;
    browser
        .words("Mention @infrared to talk to the bot.")
        .await?;
    say(&browser, "@infrared spin up an ubuntu vm with 8gb").await?;
    browser.words("For how long do you need it?").await?;

    browser
        .press("For how long do you need it?", "Answer …")
        .await?;
    browser.element("dialog.modal #field-answer-answer").await?;
    browser.click("dialog.modal button[type=submit]").await?;
    browser
        .words("Please complete this required field.")
        .await?;
    browser.types("#field-answer-answer", "4 hours").await?;
    browser.click("dialog.modal button[type=submit]").await?;
    browser.gone("dialog.modal").await?;
    browser.words("Ubuntu 24.04 for 4 h").await?;

    // Everybody sees the launch; how to get in is for its owner.
    browser.press("Ubuntu 24.04 for 4 h", "Launch").await?;
    browser.words("is ready after").await?;
    browser
        .screenshot(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("journey-channel.png"))
        .await?;
    browser.click("[data-channel=infrared]").await?;
    browser.words("ssh ubuntu@").await?;
    stack.settle().await?;
    Ok(browser.close().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_browser_an_admin_sets_the_policy_a_member_gives_a_key_and_a_guest_may_not() -> Outcome
{
    let stack = stack().await?;
    let browser = Browser::open(&stack.page_url(), WIDTH, HEIGHT).await?;
    browser.words("Say hello to infrared").await?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));

    become_person(&browser, "gina", "infrared").await?;
    say(&browser, "spin up an ubuntu vm with 8gb for 4 hours").await?;
    browser.words("Guests cannot hire machines").await?;
    become_person(&browser, "zoe", "partner").await?;
    say(&browser, "@infrared spin up an ubuntu vm with 8gb").await?;
    browser.words("I work for the members").await?;

    // The organisation pays for nobody any more.
    become_person(&browser, "carol", "infrared").await?;
    say(&browser, "/infrared policy").await?;
    browser
        .press("The policy of this workspace", "Change the policy")
        .await?;
    browser
        .element("dialog.modal #field-duration-duration")
        .await?;
    browser
        .click("dialog.modal input[type=radio][value=nobody]")
        .await?;
    browser
        .screenshot(&folder.join("journey-policy.png"))
        .await?;
    browser.click("dialog.modal button[type=submit]").await?;
    browser.gone("dialog.modal").await?;
    browser.words("From now on this is the policy").await?;

    // So a member pays herself, with a key from another account.
    let key = stack
        .accounts
        .user("222233334444", &domain::access::verification::AWS_ACTIONS)
        .await?;
    become_person(&browser, "alice", "infrared").await?;
    say(&browser, "spin up an ubuntu vm with 8gb for 4 hours").await?;
    browser
        .click(".message:last-child [data-action-id='form_open.aws_keys']")
        .await?;
    browser
        .types("#field-access_key_id-access_key_id", &key.access_key_id)
        .await?;
    browser
        .types(
            "#field-secret_access_key-secret_access_key",
            &key.secret_access_key,
        )
        .await?;
    browser.screenshot(&folder.join("journey-keys.png")).await?;
    browser.click("dialog.modal button[type=submit]").await?;
    browser.gone("dialog.modal").await?;
    browser.words("222233334444").await?;
    say(&browser, "spin up an ubuntu vm with 8gb for 4 hours").await?;
    browser.words("Paid by your account").await?;
    browser.press("Paid by your account", "Launch").await?;
    browser.words("is ready after").await?;
    browser
        .screenshot(&folder.join("journey-payer.png"))
        .await?;
    let [machine] = &billed(&stack).await?[..] else {
        return Err("not one machine".into());
    };
    assert_eq!(machine.account, "222233334444");
    stack.settle().await?;
    Ok(browser.close().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_browser_the_way_from_the_price_past_a_full_zone_to_a_stop_and_a_start() -> Outcome {
    let stack = stack().await?;
    let browser = Browser::open(&stack.page_url(), WIDTH, HEIGHT).await?;
    browser.words("Say hello to infrared").await?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));

    stack
        .cloud
        .inject(Fault::no_capacity().of_type("t3a.large"));
    say(&browser, "2 ubuntu vms with 8gb each for 4 hours").await?;
    browser.words("2 machines with Ubuntu 24.04").await?;
    browser
        .press("2 machines with Ubuntu 24.04", "Why this one?")
        .await?;
    browser.words("more per hour").await?;
    browser.screenshot(&folder.join("journey-why.png")).await?;
    browser
        .press("2 machines with Ubuntu 24.04", "Launch")
        .await?;
    browser.words("is ready after").await?;
    browser.words("t3a.large had no free capacity").await?;
    browser.press("is ready after", "Why this machine?").await?;
    browser.words("InsufficientInstanceCapacity").await?;
    browser
        .screenshot(&folder.join("journey-trail.png"))
        .await?;
    assert_eq!(billed(&stack).await?.len(), 2);

    browser.press("is ready", "Stop").await?;
    browser.words("is stopped").await?;
    browser
        .screenshot(&folder.join("journey-stopped.png"))
        .await?;
    browser.press("is stopped", "Start").await?;
    browser.words("runs again").await?;
    browser.press("runs again", "Terminate").await?;
    browser.click("dialog.confirm .agree").await?;
    browser.words("as you asked").await?;
    browser.words("Nothing is left running.").await?;
    stack.settle().await?;
    nothing_is_left(&stack).await?;
    Ok(browser.close().await?)
}
