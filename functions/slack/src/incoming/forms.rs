//! What comes as a form: slash commands, buttons, and sent forms.
//! <https://docs.slack.dev/interactivity/handling-user-interaction>

use domain::access::audit::Path;
use domain::act::{KeyPress, Press};
use domain::event::Replaces;
use domain::forms::FormKind;
use domain::identity::{Place, PlaceKind};
use domain::messages::action;
use serde::Deserialize;
use serde_json::Value;

use super::{FormMemory, Incoming, SentForm, Turn, Utterance};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Command {
    ssl_check: Option<String>,
    team_id: String,
    channel_id: String,
    user_id: String,
    text: String,
    trigger_id: String,
}

pub(super) fn command(body: &[u8], team: &str) -> Incoming {
    let Ok(command) = serde_urlencoded::from_bytes::<Command>(body) else {
        return Incoming::Unreadable;
    };
    if command.ssl_check.is_some() {
        return Incoming::Nothing("Slack tests the certificate");
    }
    if command.user_id.is_empty() || command.trigger_id.is_empty() {
        return Incoming::Unreadable;
    }
    if command.team_id != team {
        return Incoming::WrongTeam;
    }
    let text = if command.text.trim().is_empty() {
        "help".to_owned()
    } else {
        command.text
    };
    Incoming::Turn(Box::new(Turn {
        claim: format!("command#{team}#{}", command.trigger_id),
        user: command.user_id,
        place: Place {
            channel: command.channel_id,
            thread_ts: None,
            kind: PlaceKind::Private,
        },
        utterance: Utterance::Words(text),
        replaces: None,
        answered_directly: true,
        trigger_id: Some(command.trigger_id),
        path: Path::Command,
    }))
}

pub(super) fn interaction(body: &[u8], team: &str) -> Incoming {
    #[derive(Deserialize)]
    struct Form {
        payload: String,
    }
    let payload = serde_urlencoded::from_bytes::<Form>(body)
        .ok()
        .and_then(|form| serde_json::from_str::<Value>(&form.payload).ok());
    let Some(payload) = payload else {
        return Incoming::Unreadable;
    };
    let home = payload["user"]["team_id"]
        .as_str()
        .or(payload["team"]["id"].as_str());
    if home != Some(team) {
        return Incoming::WrongTeam;
    }
    match payload["type"].as_str() {
        Some("block_actions") => button(&payload, team).unwrap_or(Incoming::Unreadable),
        Some("view_submission") => sent_form(&payload, team).unwrap_or(Incoming::Unreadable),
        Some(_) => Incoming::Nothing("an interaction of a kind that is not used"),
        None => Incoming::Unreadable,
    }
}

fn button(payload: &Value, team: &str) -> Option<Incoming> {
    let pressed = &payload["actions"][0];
    let (action_id, value) = (
        pressed["action_id"].as_str()?,
        pressed["value"].as_str().unwrap_or_default(),
    );
    let user = payload["user"]["id"].as_str()?.to_owned();
    let trigger_id = payload["trigger_id"].as_str()?;
    let (place, message) = (place(payload)?, message(payload));
    if action_id == action::ANSWER_OPEN {
        let (for_user, question) = value.split_once('/')?;
        let view = Box::new(FormMemory {
            place,
            replaces: message,
            credential_id: None,
            policy_version: 0,
            replaces_credential: false,
        });
        return Some(Incoming::OpenForm {
            trigger_id: trigger_id.to_owned(),
            user,
            for_user: for_user.to_owned(),
            question: question.to_owned(),
            view,
        });
    }
    let utterance = if action_id.starts_with(action::SAY) {
        let (for_user, words) = value.split_once('/')?;
        Utterance::WordsFor(for_user.to_owned(), words.to_owned())
    } else {
        match Press::parse(action_id, value) {
            Some(press) => Utterance::Button(press),
            None => return Some(Incoming::Nothing("a button that is not ours")),
        }
    };
    // Questions are replaced by what came of them. Standing messages and lists stay.
    let replaces = message.filter(|_| match &utterance {
        Utterance::Button(
            Press::TakeQuote(_) | Press::DropQuote(_) | Press::Keep(_) | Press::ShareToManage(..),
        ) => true,
        Utterance::WordsFor(..) => action_id != action::SAY_ANOTHER,
        Utterance::Button(Press::End(_)) => action_id == action::TERMINATE_YES,
        Utterance::Button(Press::Key(press, _)) => {
            !matches!(press, KeyPress::Forget | KeyPress::Check)
        }
        Utterance::Button(
            Press::Extend(..)
            | Press::Show(_)
            | Press::MakeUsual(_)
            | Press::Switch(..)
            | Press::GoOn(_)
            | Press::OpenForm(_)
            | Press::ListKeys
            | Press::WhyQuote(_)
            | Press::WhyMachine(_)
            | Press::WhyPrice(_),
        )
        | Utterance::Words(_)
        | Utterance::Form(_) => false,
    });
    Some(Incoming::Turn(Box::new(Turn {
        claim: format!("press#{team}#{trigger_id}"),
        user,
        place,
        utterance,
        replaces,
        answered_directly: false,
        trigger_id: Some(trigger_id.to_owned()),
        path: Path::Button,
    })))
}

fn sent_form(payload: &Value, team: &str) -> Option<Incoming> {
    let view = &payload["view"];
    let callback_id = view["callback_id"].as_str()?;
    let kind = FormKind::from_name(callback_id);
    if callback_id != action::ANSWER_FORM && kind.is_none() {
        return Some(Incoming::Nothing("a form that is not ours"));
    }
    let memory: FormMemory = serde_json::from_str(view["private_metadata"].as_str()?).ok()?;
    let values = &view["state"]["values"];
    let (place, replaces) = (memory.place.clone(), memory.replaces.clone());
    let utterance = if let Some(kind) = kind {
        Utterance::Form(SentForm {
            kind,
            values: values.clone(),
            memory,
        })
    } else {
        let words = values[action::ANSWER_FORM][action::ANSWER_FORM]["value"].as_str();
        Utterance::Words(words.unwrap_or_default().to_owned())
    };
    Some(Incoming::Turn(Box::new(Turn {
        claim: format!("form#{team}#{}", view["id"].as_str()?),
        user: payload["user"]["id"].as_str()?.to_owned(),
        place,
        // The message with the button to a form of several fields stays: it can be opened again.
        replaces: replaces.filter(|_| kind.is_none()),
        utterance,
        answered_directly: false,
        trigger_id: None,
        path: Path::Form,
    })))
}

/// Where the message with the button stands.
fn place(payload: &Value) -> Option<Place> {
    let container = &payload["container"];
    let channel = container["channel_id"]
        .as_str()
        .or(payload["channel"]["id"].as_str())?
        .to_owned();
    let thread_ts = payload["message"]["thread_ts"]
        .as_str()
        .or(container["thread_ts"].as_str())
        .map(str::to_owned);
    let kind = if container["is_ephemeral"] == true {
        PlaceKind::Private
    } else if channel.starts_with('D') {
        PlaceKind::Direct
    } else {
        PlaceKind::Channel
    };
    Some(Place {
        channel,
        thread_ts,
        kind,
    })
}

fn message(payload: &Value) -> Option<Replaces> {
    let container = &payload["container"];
    if container["is_ephemeral"] == true {
        let response_url = payload["response_url"].as_str()?.to_owned();
        return Some(Replaces::Ephemeral { response_url });
    }
    let channel = container["channel_id"].as_str()?.to_owned();
    Some(Replaces::Message {
        channel,
        ts: container["message_ts"].as_str()?.to_owned(),
    })
}
